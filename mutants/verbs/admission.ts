import type { SetName } from '../../helpers/stage/sets.ts'
import { KubernetesError } from '../../helpers/target/kubernetes-error.ts'
import type { KubernetesObject } from '../../helpers/target/objects.ts'
import { eventually } from '../../helpers/wait.ts'
import type { Bench } from '../bench.ts'
import { mechanism, together } from '../mechanism.ts'
import type { Mechanism } from '../mutant.ts'
import { create } from './objects.ts'

const base = '/apis/admissionregistration.k8s.io/v1'
const said = 'frozen by a mutant'
/** The annotation of a change that is asked for only to see whether it is refused. */
const probe = 'mutant'

/**
 * An admission policy that refuses some operations on one resource of a namespace: whoever asks, or `only` one controller, by
 * the name of its ServiceAccount, so that nobody mends what we break there while all else goes on.
 */
export function frozen(
  resource: string,
  group: string,
  operations: readonly ('CREATE' | 'UPDATE' | 'DELETE')[],
  namespace: (bench: Bench) => string,
  only?: string,
): Mechanism {
  const name = `mutant-${resource}`
  const policy: KubernetesObject = {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingAdmissionPolicy',
    metadata: { name },
    spec: {
      failurePolicy: 'Fail',
      matchConstraints: {
        resourceRules: [{ apiGroups: [group], apiVersions: ['*'], operations, resources: [resource] }],
      },
      validations: [{ expression: only === undefined ? 'false' : admits(only), message: said }],
    },
  }
  const binding = (bench: Bench): KubernetesObject => ({
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingAdmissionPolicyBinding',
    metadata: { name },
    spec: {
      policyName: name,
      validationActions: ['Deny'],
      matchResources: { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace(bench) } } },
    },
  })
  return together(
    create(`an admission policy refuses ${operations.join(' and ')} of ${resource}`, (bench) => [
      { collection: `${base}/validatingadmissionpolicies`, object: policy },
      { collection: `${base}/validatingadmissionpolicybindings`, object: binding(bench) },
    ]),
    mechanism<null>({
      does: 'that is in force',
      read: async () => null,
      apply: (bench) =>
        inForce(
          bench,
          `/${group === '' ? 'api' : 'apis'}/${group === '' ? 'v1' : `${group}/v1`}/namespaces/${namespace(bench)}/${resource}`,
        ),
      undo: async () => {},
      remains: async () => undefined,
    }),
  )
}

export interface Alteration {
  /** What is sent to the namespace of this set; the headless one unless told. */
  readonly set?: SetName
  readonly group: string
  readonly resource: string
  readonly operation: 'CREATE' | 'UPDATE'
  /** CEL: whether `object`, against `oldObject`, is changed. */
  readonly when: string
  /** CEL: the list of `JSONPatch` with which. */
  readonly patches: string
}

/** An admission policy that makes another object of what is sent to a set (MutatingAdmissionPolicy, on since 1.36). */
export function altered(
  does: string,
  { set = 'headless', group, resource, operation, when, patches }: Alteration,
): Mechanism {
  const name = `mutant-${resource}`
  const kind = 'MutatingAdmissionPolicy'
  const apiVersion = 'admissionregistration.k8s.io/v1'
  const rule = { apiGroups: [group], apiVersions: ['*'], operations: [operation], resources: [resource] }
  const policy = {
    apiVersion,
    kind,
    metadata: { name },
    spec: {
      failurePolicy: 'Fail',
      reinvocationPolicy: 'Never',
      matchConstraints: { resourceRules: [rule] },
      matchConditions: [{ name: 'concerned', expression: when }],
      mutations: [{ patchType: 'JSONPatch', jsonPatch: { expression: patches } }],
    },
  }
  const binding = (bench: Bench): KubernetesObject => ({
    apiVersion,
    kind: `${kind}Binding`,
    metadata: { name },
    spec: {
      policyName: name,
      matchResources: {
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': bench.namespaces[set] } },
      },
    },
  })
  return create(does, (bench) => [
    { collection: `${base}/mutatingadmissionpolicies`, object: policy },
    { collection: `${base}/mutatingadmissionpolicybindings`, object: binding(bench) },
  ])
}

/** Admits everybody but that controller, and our own question whether the policy is in force. */
function admits(controller: string): string {
  const isProbe = `object != null && has(object.metadata.annotations) && '${probe}' in object.metadata.annotations`
  return `!request.userInfo.username.endsWith(':${controller}') && !(${isProbe})`
}

/** The API server takes a moment to obey a new policy: asks for a change of nothing until it is refused. */
async function inForce(bench: Bench, collection: string): Promise<void> {
  const { items } = await bench.api.send<{ items: KubernetesObject[] }>(collection)
  const [first] = items
  if (first === undefined) throw new Error(`${collection} is empty`)
  await eventually(
    async () => {
      try {
        await bench.api.send(`${collection}/${first.metadata.name}`, {
          method: 'PATCH',
          contentType: 'application/merge-patch+json',
          query: { dryRun: 'All' },
          body: { metadata: { annotations: { [probe]: 'probe' } } },
        })
      } catch (error) {
        if (error instanceof KubernetesError && error.message.includes(said)) return { done: true, value: undefined }
        throw error
      }
      return { done: false, saw: 'a change was admitted' }
    },
    { reason: 'the admission policy', deadline: 15_000, interval: 200, signal: bench.signal },
  )
}
