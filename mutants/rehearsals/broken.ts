import { isReady, list, type Pod, pathOf } from '../../helpers/target/objects.ts'
import { eventually } from '../../helpers/wait.ts'
import type { Bench } from '../bench.ts'
import { availability } from '../dns/availability.ts'
import { lyingServer } from '../dns/liar.ts'
import { together, waits } from '../mechanism.ts'
import type { Rehearsal } from '../rehearsal.ts'
import { flag } from '../verbs/flag.ts'
import { patch, removeAt } from '../verbs/objects.ts'

const system = 'kube-system'

async function replaced(bench: Bench, namespace: string, name: string, uid: string | undefined): Promise<void> {
  await eventually(
    async () => {
      const pods = await list(bench.api, 'pods', { namespace })
      const next = pods.find(({ metadata }) => metadata?.name === name && metadata.uid !== uid)
      return isReady(next)
        ? { done: true, value: undefined }
        : { done: false, saw: next?.status?.phase ?? 'it is not there' }
    },
    { reason: `${name} to be back`, deadline: 90_000, signal: bench.signal },
  )
}

/** The set of Redis that was staged, which depends on whether the cluster has storage. */
function redisNamespace(bench: Bench): string {
  return bench.namespaces['upgrade-redis-kept'] ?? bench.namespaces['upgrade-redis']
}

async function member(bench: Bench, name: string): Promise<Pod> {
  return bench.api.send<Pod>(pathOf('pods', redisNamespace(bench), name))
}

const withoutRight = availability.find((one) => one.id === 'M-D19')?.mechanism ?? neverThere()

function neverThere(): never {
  throw new Error('M-D19 is not among the mutants of DNS')
}

/** What an upgrade must not leave behind, each with the requirement that convicts it. */
export const broken: readonly Rehearsal[] = [
  {
    id: 'U-11',
    does: 'DNS loses the right to list EndpointSlices (coredns#4758)',
    breakage: withoutRight,
    kills: { 'up.dns.backends': 'DNS backend' },
  },
  {
    id: 'U-12',
    does: 'a StatefulSet is rolled out though nobody has changed it (kubernetes#134773)',
    async course(bench) {
      const namespace = bench.namespaces.upgrade
      const before = await list(bench.api, 'pods', { namespace })
      await bench.api.send(pathOf('statefulsets', namespace, 'up-db'), {
        method: 'PATCH',
        contentType: 'application/merge-patch+json',
        body: { spec: { template: { metadata: { annotations: { 'example.com/serialised': 'anew' } } } } },
      })
      for (const pod of before.filter(({ metadata }) => metadata?.name?.startsWith('up-db-')))
        await replaced(bench, namespace, pod.metadata?.name ?? '', pod.metadata?.uid)
    },
    kills: { 'up.no-restart': 'pod' },
  },
  {
    id: 'U-13',
    does: 'kube-proxy does not come back',
    breakage: together(
      waits('kube-proxy is there on every node', {
        undone: async (bench) => {
          await eventually(
            async () => {
              const pods = await list(bench.api, 'pods', { namespace: system, labels: 'k8s-app=kube-proxy' })
              const ready = pods.filter(isReady).length
              return ready === bench.nodes.length
                ? { done: true, value: undefined }
                : { done: false, saw: `${ready} of ${bench.nodes.length} ready` }
            },
            { reason: 'kube-proxy on every node', deadline: 90_000, signal: bench.signal },
          )
        },
      }),
      patch('the DaemonSet of kube-proxy finds no node', () => pathOf('daemonsets', system, 'kube-proxy'), {
        spec: { template: { spec: { nodeSelector: { 'example.com/nowhere': 'true' } } } },
      }),
    ),
    kills: { 'up.canary': 'data path' },
  },
  {
    id: 'U-14',
    does: 'the controller of EndpointSlices does not start (kubernetes#107583)',
    breakage: flag(
      'kube-controller-manager',
      '--controllers',
      '*,bootstrapsigner,tokencleaner,-endpointslice-controller',
    ),
    kills: { 'up.canary': 'EndpointSlice' },
  },
  {
    id: 'U-15',
    does: 'DNS servers disagree',
    breakage: lyingServer((bench) => bench.fqdn('up-db-0.up-db', 'upgrade')),
    kills: { 'up.dns.values': 'DNS backend' },
  },
  {
    id: 'U-16',
    does: 'a replica keeps the address of a master that is gone',
    async course(bench) {
      const master = await member(bench, 'up-kv-0')
      const set =
        redisNamespace(bench) === bench.namespaces['upgrade-redis-kept'] ? 'upgrade-redis-kept' : 'upgrade-redis'
      await bench.redis('up-kv-1', ['REPLICAOF', master.status?.podIP ?? '', '6379'], set)
      await removeAt(bench.api, pathOf('pods', redisNamespace(bench), 'up-kv-0'))
      await replaced(bench, redisNamespace(bench), 'up-kv-0', master.metadata?.uid)
    },
    kills: { 'up.redis.follows': 'Redis' },
  },
  {
    id: 'U-17',
    does: 'a volume is deleted with its claim, and made anew',
    async course(bench) {
      const namespace = redisNamespace(bench)
      const { metadata, spec } = await member(bench, 'up-kv-2')
      const claim = spec?.volumes?.find((one) => one.persistentVolumeClaim !== undefined)?.persistentVolumeClaim
        ?.claimName
      await removeAt(bench.api, pathOf('persistentvolumeclaims', namespace, claim ?? ''))
      await removeAt(bench.api, pathOf('pods', namespace, 'up-kv-2'))
      await replaced(bench, namespace, 'up-kv-2', metadata?.uid)
    },
    kills: { 'up.volumes': 'pod' },
  },
]
