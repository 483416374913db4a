import { isReady, list, pathOf } from '../../helpers/target/objects.ts'
import { eventually } from '../../helpers/wait.ts'
import { availability } from '../dns/availability.ts'
import { lyingServer } from '../dns/liar.ts'
import { together, waits } from '../mechanism.ts'
import type { Rehearsal } from '../rehearsal.ts'
import { flag } from '../verbs/flag.ts'
import { merge, patch } from '../verbs/objects.ts'
import { replaced } from './standing.ts'

const system = 'kube-system'

const withoutRight = availability.find((one) => one.id === 'M-D19')?.mechanism ?? neverThere()

function neverThere(): never {
  throw new Error('M-D19 is not among the mutants of DNS')
}

/** What an upgrade must not leave behind in the API and in DNS, each with the requirement that convicts it. */
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
]
