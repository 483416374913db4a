import { Problem } from '../errors.ts'
import type { KubernetesApi } from '../target/api.ts'
import { ApiUnreachable, isStatus, KubernetesError } from '../target/kubernetes-error.ts'
import { list, type Namespace, pathOf, read } from '../target/objects.ts'
import { eventually, whenExpired } from '../wait.ts'
import { type Belonging, isLeftover, leftoverOf, marksOf, runLabel } from './labels.ts'
import { overlookingErrors } from './passing.ts'
import type { PodSecurity } from './security-constraints.ts'

/** Milliseconds that a namespace may take to go; Kubernetes needs 5 to 15 s with pods in it. */
const patience = 90_000
/** Milliseconds that the namespace controller waits before it deletes anything (pkg/controller/namespace, namespaceDeletionGracePeriod). */
const idle = 5000

export interface NamespaceOptions extends Belonging {
  /** Pod Security level to enforce there; only ever on a namespace of our own. */
  readonly podSecurity: PodSecurity
  readonly signal?: AbortSignal | undefined
}

/** Creates a namespace of this run and waits for its default ServiceAccount, without which no pod is admitted. */
export async function createNamespace(api: KubernetesApi, name: string, options: NamespaceOptions): Promise<void> {
  options.signal?.throwIfAborted()
  // Not cut short by the signal: the server might still create it after the clean-up.
  await api.send(pathOf('namespaces'), {
    method: 'POST',
    body: {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: {
        name,
        labels: { ...marksOf(options), 'pod-security.kubernetes.io/enforce': options.podSecurity },
      },
    },
  })
  await eventually(
    overlookingErrors(async () => {
      try {
        await api.send(`${pathOf('namespaces', undefined, name)}/serviceaccounts/default`, { signal: options.signal })
        return { done: true, value: undefined }
      } catch (error) {
        if (isStatus(error, 404)) return { done: false, saw: 'none yet' }
        throw error
      }
    }),
    { reason: `the default ServiceAccount of ${name}`, deadline: 30_000, interval: 50, signal: options.signal },
  )
}

/**
 * Deletes a namespace and waits until it is gone. Takes no signal of the run: clean-up happens after an interrupt too.
 * @throws Problem that quotes what still holds the namespace when it does not go.
 */
export async function deleteNamespace(api: KubernetesApi, name: string, deadline = patience): Promise<void> {
  const interval = (elapsed: number): number => (elapsed < idle - 1000 ? 1000 : 200)
  const within = { deadline, interval }
  const begin = overlookingErrors(async () => {
    try {
      await api.send(pathOf('namespaces', undefined, name), { method: 'DELETE' })
      return { done: true, value: 'going' }
    } catch (error) {
      if (isStatus(error, 404)) return { done: true, value: 'gone' }
      throw error
    }
  })
  if ((await eventually(begin, { reason: `namespace ${name} to be deleted`, ...within })) === 'gone') return
  await deletePods(api, name, deadline)
  const look = overlookingErrors(async () => {
    try {
      return { done: false, saw: whatHolds(await read(api, 'namespaces', undefined, name)) }
    } catch (error) {
      if (isStatus(error, 404)) return { done: true, value: undefined }
      throw error
    }
  })
  await eventually(look, { reason: `namespace ${name} to be gone`, ...within }).catch(
    whenExpired(({ message }) => {
      throw new Problem(`Namespace ${name} is stuck in deletion and left behind: ${message}; see what holds it.`)
    }),
  )
}

/**
 * While the namespace controller waits, Pods may go, and nothing may replace them in a namespace that is going. It deletes what is left
 * here, so that what comes of this is no matter; the server deletes one Pod after the other, and a hundred of them take a busy one longer
 * than any other answer.
 */
async function deletePods(api: KubernetesApi, namespace: string, timeout: number): Promise<void> {
  try {
    await api.send(pathOf('pods', namespace), { method: 'DELETE', timeout })
  } catch (error) {
    if (!(error instanceof KubernetesError || error instanceof ApiUnreachable)) throw error
  }
}

function whatHolds(namespace: Namespace): string {
  const remaining = (namespace.status?.conditions ?? [])
    .filter((one) => one.status === 'True' && /Remaining|Failure/.test(one.type))
    .map((one) => one.message)
  return remaining.length === 0 ? `phase ${namespace.status?.phase}` : remaining.join(' ')
}

/** Deletes what older runs have left and nobody uses any more; returns the names. */
export async function sweep(api: KubernetesApi, options: { all?: boolean; deadline?: number } = {}): Promise<string[]> {
  const leftovers = (await list(api, 'namespaces', { labels: runLabel })).filter(
    ({ metadata }) => options.all === true || isLeftover(leftoverOf(metadata?.labels), Date.now() / 1000),
  )
  const names = leftovers.map((namespace) => namespace.metadata?.name ?? '')
  await Promise.all(names.map((name) => deleteNamespace(api, name, options.deadline)))
  return names
}
