import {
  type EndpointSlice,
  isReady,
  type KubernetesObject,
  list,
  type Pod,
  pathOf,
} from '../../helpers/target/objects.ts'
import { eventually } from '../../helpers/wait.ts'
import type { Bench } from '../bench.ts'
import { together, waits } from '../mechanism.ts'
import type { Mechanism, Mutant } from '../mutant.ts'
import { altered, frozen } from '../verbs/admission.ts'
import { flag } from '../verbs/flag.ts'
import { suspend } from '../verbs/node.ts'
import { exchange, patch } from '../verbs/objects.ts'
import { stands } from '../witnesses.ts'
import { triggerAnnotation } from './edges.ts'
import { sliceOf } from './slices.ts'

const deployment = (bench: Bench) => pathOf('deployments', bench.namespaces.headless, 'web')

/** One Pod more for the Deployment, which is ready before anybody looks. */
export const onePodMore: Mechanism = patch('the Deployment has one replica more', deployment, { spec: { replicas: 3 } })

/** Undone last, so first of all: waits until the Deployment is as it was, down to its slices. */
export const deploymentSettled: Mechanism = waits('the Deployment is waited for', {
  async undone(bench) {
    await eventually(
      async () => {
        const pods = await bench.pods('web')
        return pods.length === 2 && pods.every(isReady)
          ? { done: true, value: undefined }
          : { done: false, saw: `${pods.length} Pods` }
      },
      { reason: 'two ready Pods of the Deployment', deadline: 40_000, interval: 200 },
    )
  },
})

const threeReady = stands('the readiness of the Deployment', deployment, (one) => {
  return ((one as { status?: { readyReplicas?: number } }).status?.readyReplicas ?? 0) === 3
})

/** The slice that holds what did not fit another: suites have asked for its Pods. */
async function smallestSplit(bench: Bench): Promise<string> {
  const namespace = bench.namespaces.crowds
  const slices = await list(bench.api, 'endpointslices', { namespace, labels: 'kubernetes.io/service-name=split' })
  const sizes = slices.map((slice) => (slice.endpoints ?? []).length)
  const name = slices[sizes.indexOf(Math.min(...sizes))]?.metadata?.name
  if (name === undefined) throw new Error('the Service split has no slice')
  return pathOf('endpointslices', namespace, name)
}

/** Nobody keeps the slices up to date, or the Service is another than it was. */
export const controller: readonly Mutant[] = [
  {
    id: 'M-E10',
    breaks: 'slices can no longer be changed, while Pods come and go',
    mechanism: together(
      deploymentSettled,
      frozen('endpointslices', 'discovery.k8s.io', ['UPDATE', 'CREATE'], (bench) => bench.namespaces.headless),
      onePodMore,
    ),
    witness: threeReady,
    kills: { 'dns.headless.a.exact-set': 'EndpointSlice', 'eps.endpoint.targetref': 'EndpointSlice' },
    alongside: { 'dns.headless.a.portless-selected': ['non-conformant'] },
  },
  {
    id: 'M-E06',
    breaks: 'the controller manager runs without the controller of slices',
    mechanism: together(
      deploymentSettled,
      flag('kube-controller-manager', '--controllers', '*,-endpointslice-controller'),
      onePodMore,
    ),
    witness: threeReady,
    kills: {
      'dns.fresh.pod': 'EndpointSlice',
      'dns.headless.a.exact-set': 'EndpointSlice',
      'dns.headless.a.ready-only': 'EndpointSlice',
      'dns.headless.a.selector-change': 'EndpointSlice',
      'dns.headless.a.terminating-published': 'EndpointSlice',
      'dns.headless.a.terminating-removed': 'EndpointSlice',
      'dns.headless.a.toggle-publish': 'EndpointSlice',
      'dns.headless.ptr.removed': 'EndpointSlice',
      'dns.headless.scaled': 'EndpointSlice',
      'eps.cond.terminating': 'EndpointSlice',
      'eps.endpoint.targetref': 'EndpointSlice',
      'eps.recreated': 'EndpointSlice',
      'eps.self-heal': 'EndpointSlice',
    },
    alongside: {
      'dns.headless.a.portless-selected': ['non-conformant'],
      'dns.headless.srv.ready-only': ['non-conformant'],
      'svc.headless.delete-gc': ['inconclusive'],
    },
  },
  {
    id: 'M-F01',
    breaks: 'nobody collects what belongs to objects that are gone',
    mechanism: flag('kube-controller-manager', '--controllers', '*,-garbage-collector-controller'),
    witness: stands(
      'the Pod of the controller manager',
      (bench) => pathOf('pods', 'kube-system', `kube-controller-manager-${bench.controlPlane}`),
      (one) => JSON.stringify((one as Pod | undefined)?.spec ?? '').includes('-garbage-collector-controller'),
    ),
    kills: { 'svc.headless.delete-gc': 'EndpointSlice' },
  },
  {
    id: 'M-D69',
    breaks: 'what is too much for one slice is in no other',
    mechanism: together(
      suspend(
        'SIGSTOP to the controller manager',
        (bench) => bench.controlPlane,
        () => '^kube-controller-manager ',
      ),
      patch('the smallest slice of a large Service is empty', smallestSplit, { endpoints: [] }),
    ),
    witness: stands('the smallest slice of a large Service', smallestSplit, (one) => {
      return ((one as EndpointSlice | undefined)?.endpoints ?? []).length === 0
    }),
    kills: { 'eps.split.max': 'EndpointSlice' },
  },
  {
    id: 'M-E59',
    breaks: 'the controller of slices is never satisfied with what it has written',
    mechanism: altered('a policy puts the Pods of one Service into another zone with every write', {
      set: 'changing',
      group: 'discovery.k8s.io',
      resource: 'endpointslices',
      operation: 'UPDATE',
      when: "object.metadata.labels['kubernetes.io/service-name'] == 'settled-portless' && size(object.endpoints) > 0",
      patches:
        '[JSONPatch{op: "add", path: "/endpoints/0/zone", value: "mutant-" + string(oldObject.metadata.resourceVersion)}]',
    }),
    witness: {
      looksAt: 'a dry run of an update',
      see: async (bench) => {
        const written = await bench.api.send<KubernetesObject>(await sliceOf(bench, 'settled-portless', 'changing'), {
          method: 'PATCH',
          contentType: 'application/merge-patch+json',
          query: { dryRun: 'All' },
          body: { metadata: { annotations: { mutant: 'probe' } } },
        })
        const saw = JSON.stringify(written.endpoints)
        // What an earlier write has left there tells of an earlier version.
        return { shows: saw.includes(`"zone":"mutant-${written.metadata.resourceVersion}"`), saw }
      },
    },
    kills: { 'eps.no-churn': 'EndpointSlice' },
  },
  {
    id: 'M-E60',
    breaks: 'new slices do not tell when what they tell of happened',
    mechanism: altered('a policy takes the time of the change from each new slice', {
      set: 'changing',
      group: 'discovery.k8s.io',
      resource: 'endpointslices',
      operation: 'CREATE',
      when: `has(object.metadata.annotations) && '${triggerAnnotation}' in object.metadata.annotations`,
      patches: `[JSONPatch{op: "remove", path: "/metadata/annotations/${triggerAnnotation.replace('/', '~1')}"}]`,
    }),
    witness: {
      looksAt: 'a dry run of a slice',
      see: async (bench) => {
        const metadata = { name: 'mutant-probe', annotations: { [triggerAnnotation]: '2026-01-01T00:00:00Z' } }
        const object = { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', metadata }
        const made = await bench.api.send<KubernetesObject>(pathOf('endpointslices', bench.namespaces.changing), {
          method: 'POST',
          query: { dryRun: 'All' },
          body: { ...object, addressType: 'IPv4', endpoints: [] },
        })
        const saw = JSON.stringify(made.metadata.annotations ?? {})
        return { shows: !saw.includes(triggerAnnotation), saw }
      },
    },
    kills: { 'lat.coredns-metric': 'DNS backend' },
  },
  {
    id: 'M-E17',
    breaks: 'a Service that was headless has a virtual address',
    mechanism: exchange(
      'the headless Service is created again without clusterIP: None',
      (bench) => pathOf('services', bench.namespaces.headless, 'web'),
      (service) => {
        const { clusterIP: _, clusterIPs: __, ...spec } = service.spec as Record<string, unknown>
        return { ...service, spec }
      },
    ),
    witness: stands(
      'the Service web',
      (bench) => pathOf('services', bench.namespaces.headless, 'web'),
      (one) => (one as { spec?: { clusterIP?: string } } | undefined)?.spec?.clusterIP?.startsWith('10.') === true,
    ),
    kills: {
      'svc.headless.none-normalized': 'Service',
      'dns.headless.a.exact-set': 'DNS backend',
      'dns.headless.srv.n-by-m': 'DNS backend',
      'dns.headless.srv.target': 'DNS backend',
      'proxy.headless.no-rules': 'node rules',
    },
  },
]
