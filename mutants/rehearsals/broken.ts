import type { SetName } from '../../helpers/stage/sets.ts'
import { isReady, list, type Pod, pathOf } from '../../helpers/target/objects.ts'
import { eventually } from '../../helpers/wait.ts'
import type { Bench } from '../bench.ts'
import { availability } from '../dns/availability.ts'
import { lyingServer } from '../dns/liar.ts'
import { together, waits } from '../mechanism.ts'
import type { Rehearsal } from '../rehearsal.ts'
import { flag } from '../verbs/flag.ts'
import { packetRule } from '../verbs/node.ts'
import { merge, patch, removeAt } from '../verbs/objects.ts'

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
function redisSet(bench: Bench): SetName {
  return bench.namespaces['upgrade-redis-kept'] === '' ? 'upgrade-redis' : 'upgrade-redis-kept'
}

function redisNamespace(bench: Bench): string {
  return bench.namespaces[redisSet(bench)]
}

async function labelled(bench: Bench, app: string): Promise<Pod[]> {
  const pods = await list(bench.api, 'pods', { namespace: bench.namespaces.upgrade, labels: `app=${app}` })
  return pods.sort((a, b) => (a.metadata?.name ?? '').localeCompare(b.metadata?.name ?? ''))
}

const databases = (bench: Bench): Promise<Pod[]> => labelled(bench, 'rollcall-up-db')

async function web(bench: Bench): Promise<Pod> {
  const [first] = await labelled(bench, 'rollcall-up-web')
  if (first === undefined) throw new Error('the fixture has no Pod up-web')
  return first
}

/** A worker that is not the one given: what it drops comes from Pods of its own. */
function otherThan(bench: Bench, node: string | undefined): string {
  return bench.worker(1) === node ? bench.worker(2) : bench.worker(1)
}

async function member(bench: Bench, name: string): Promise<Pod> {
  return bench.api.send<Pod>(pathOf('pods', redisNamespace(bench), name))
}

async function volumeReplaced(bench: Bench): Promise<void> {
  const namespace = redisNamespace(bench)
  const { metadata, spec } = await member(bench, 'up-kv-2')
  const claim = spec?.volumes?.find((one) => one.persistentVolumeClaim !== undefined)?.persistentVolumeClaim?.claimName
  await removeAt(bench.api, pathOf('persistentvolumeclaims', namespace, claim ?? ''))
  await removeAt(bench.api, pathOf('pods', namespace, 'up-kv-2'))
  await replaced(bench, namespace, 'up-kv-2', metadata?.uid)
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
    kills: {
      'up.canary': 'DNS backend',
      'up.dns-continuity': 'DNS backend',
      'up.dns.backends': 'DNS backend',
      'up.dns.values': 'DNS backend',
      'up.names-survive': 'DNS backend',
    },
    alongside: { 'up.redis.master': ['non-conformant'], 'up.redis.follows': ['non-conformant', 'inconclusive'] },
  },
  {
    id: 'U-12',
    does: 'a StatefulSet is rolled out though nobody has changed it (kubernetes#134773)',
    async course(bench) {
      const namespace = bench.namespaces.upgrade
      const before = await list(bench.api, 'pods', { namespace })
      await merge(bench.api, pathOf('statefulsets', namespace, 'up-db'), {
        spec: { template: { metadata: { annotations: { 'example.com/serialised': 'anew' } } } },
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
    kills: { 'up.canary': 'node rules' },
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
    kills: {
      'up.dns-continuity': 'DNS backend',
      'up.dns.backends': 'DNS backend',
      'up.dns.values': 'DNS backend',
      'up.names-survive': 'DNS backend',
    },
  },
  {
    id: 'U-16',
    does: 'a replica keeps the address of a master that is gone',
    async course(bench) {
      const master = await member(bench, 'up-kv-0')
      await bench.redis('up-kv-1', ['REPLICAOF', master.status?.podIP ?? '', '6379'], redisSet(bench))
      await removeAt(bench.api, pathOf('pods', redisNamespace(bench), 'up-kv-0'))
      await replaced(bench, redisNamespace(bench), 'up-kv-0', master.metadata?.uid)
    },
    kills: { 'up.redis.follows': 'Redis' },
    alongside: { 'up.no-restart': ['non-conformant'], 'up.redis.ledger': ['non-conformant', 'inconclusive'] },
  },
  {
    id: 'U-17',
    does: 'a volume is deleted with its claim, and made anew',
    course: volumeReplaced,
    kills: { 'up.volumes': 'pod' },
    alongside: { 'up.no-restart': ['non-conformant'], 'up.redis.ledger': ['non-conformant', 'inconclusive'] },
  },
  {
    id: 'U-18',
    does: 'a StatefulSet loses a Pod for good',
    async course(bench) {
      const namespace = bench.namespaces.upgrade
      await merge(bench.api, pathOf('statefulsets', namespace, 'up-db'), { spec: { replicas: 2 } })
      await eventually(
        async () => {
          const pods = await list(bench.api, 'pods', { namespace })
          return pods.some(({ metadata }) => metadata?.name === 'up-db-2')
            ? { done: false, saw: 'up-db-2 is there' }
            : { done: true, value: undefined }
        },
        { reason: 'up-db-2 to be gone', deadline: 60_000, signal: bench.signal },
      )
    },
    kills: { 'up.identity': 'pod', 'up.no-restart': 'pod' },
  },
  {
    id: 'U-19',
    does: 'a slice that was made by hand holds another address',
    async course(bench) {
      const path = pathOf('endpointslices', bench.namespaces.upgrade, 'up-hand-1')
      await merge(bench.api, path, { endpoints: [{ addresses: ['192.0.2.99'], hostname: 'first' }] })
    },
    kills: { 'up.names-survive': 'EndpointSlice', 'up.slices': 'EndpointSlice' },
  },
  {
    id: 'U-20',
    does: 'a node keeps a rule for a headless Service',
    breakage: packetRule(
      'a rule that names the headless Service',
      (bench) => bench.worker(1),
      async (bench) => {
        const [pod] = await databases(bench)
        const comment = `${bench.namespaces.upgrade}/up-db:http`
        const match = ['-d', pod?.status?.podIP ?? '', '-p', 'tcp', '--dport', '18080']
        return {
          table: 'nat',
          chain: 'PREROUTING',
          rule: [...match, '-m', 'comment', '--comment', comment, '-j', 'ACCEPT'],
        }
      },
    ),
    kills: { 'up.rules': 'node rules' },
  },
  {
    id: 'U-21',
    does: 'a node does not reach a Pod on another one any more',
    breakage: packetRule(
      'packets to one Pod are dropped',
      async (bench) => otherThan(bench, (await web(bench)).spec?.nodeName),
      async (bench) => ({
        table: 'raw',
        chain: 'PREROUTING',
        rule: ['-d', (await web(bench)).status?.podIP ?? '', '-p', 'tcp', '--dport', '8080', '-j', 'DROP'],
      }),
    ),
    kills: { 'up.path.direct': 'data path' },
  },
  {
    id: 'U-22',
    does: 'somebody empties Redis',
    async course(bench) {
      await bench.redis('up-kv-0', ['FLUSHALL'], redisSet(bench))
    },
    kills: { 'up.redis.ledger': 'Redis' },
  },
  {
    id: 'U-23',
    does: "a volume is deleted with its claim, and made anew, watched with the rights of a namespace's admin",
    asNamespaceAdmin: true,
    course: volumeReplaced,
    kills: { 'up.volumes': 'pod' },
    alongside: { 'up.no-restart': ['non-conformant'], 'up.redis.ledger': ['non-conformant', 'inconclusive'] },
  },
]
