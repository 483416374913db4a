import { readNodes } from '../../helpers/target/nodes.ts'
import type { Bench } from '../bench.ts'
import { lookups } from '../dns/servers.ts'
import type { Mutant } from '../mutant.ts'
import { packetRule } from '../verbs/node.ts'
import { datagramsLost } from '../witnesses.ts'

const worker = (bench: Bench): string => bench.worker(1)

/**
 * What comes to the Pods of a node from other nodes, but for what the API server says, since CoreDNS may be one of those Pods, and
 * for DNS: all that is asked of a server goes over one connection, and would wait for the largest packet on it.
 */
const fromOtherNodes = ['-i', 'eth0', '-p', 'tcp', '-m', 'multiport', '!', '--ports', '53,6443']

/** What a Pod of another node says to so many bytes, from a Pod of the worker. */
async function echoed(bench: Bench, bytes: number): Promise<{ name: string; said: string }> {
  const other = (await bench.pods('db')).find((pod) => pod.spec?.nodeName !== worker(bench))
  const url = `http://${other?.status?.podIP}:8080/echo?${'0'.repeat(bytes)}`
  const { namespace, pod, container } = bench.vantageOn(worker(bench))
  const said = await bench.inPod(namespace, pod, container, ['curl', '-gsm', '2', url])
  return { name: other?.metadata?.name ?? '', said }
}

/** The address of the control plane's node, at which the API server answers. */
async function apiAddress(bench: Bench): Promise<string> {
  const nodes = await readNodes(bench.api)
  return (nodes.seen ? nodes.value : []).find((one) => one.name === bench.controlPlane)?.addresses[0] ?? ''
}

/** Whoever dials Pods may notice that a packet is lost three times over. */
const dials: NonNullable<Mutant['alongside']> = Object.fromEntries(
  [
    'dns.headless.srv.port-reaches',
    'proxy.clusterip.remap',
    'proxy.headless.affinity-ignored',
    'proxy.headless.direct',
    'proxy.headless.intact',
    'proxy.headless.no-port-remap',
    'proxy.headless.reach-all',
    'proxy.mixed',
    'proxy.nodeport.remap',
    'sts.service-per-pod',
  ].map((id) => [id, ['non-conformant', 'inconclusive']]),
)

/** Not every packet arrives. */
export const packets: readonly Mutant[] = [
  {
    id: 'M-P12',
    breaks:
      'connections between nodes carry small packets alone, as where a tunnel takes less than Pods believe and nobody tells them',
    mechanism: packetRule('one node drops what is larger than 900 bytes and comes from other nodes', worker, () => ({
      table: 'filter',
      chain: 'FORWARD',
      rule: [...fromOtherNodes, '-m', 'length', '--length', '901:65535', '-j', 'DROP'],
    })),
    witness: {
      looksAt: 'curl of little and of much, from a Pod of the node',
      see: async (bench) => {
        const [small, large] = await Promise.all([echoed(bench, 10), echoed(bench, 4000)])
        const shows = small.said.startsWith(small.name) && !large.said.startsWith(large.name)
        return { shows, saw: `${small.said.trim()}, and ${large.said.trim().slice(0, 60) || 'nothing'}` }
      },
    },
    kills: { 'proxy.headless.intact': 'data path' },
    // What redis-cli asks for when it connects is answered with more than that. Where Redis runs decides whether it is met.
    alongside: {
      'redis.propagate.by-name': ['non-conformant', 'inconclusive'],
      'redis.routing.headless-vs-master': ['non-conformant', 'inconclusive'],
      'redis.sentinel.hostnames': ['non-conformant', 'inconclusive'],
      'redis.standalone.reachable': ['non-conformant'],
    },
  },
  {
    id: 'M-P13',
    breaks: 'of the packets that come to a node from others one in five is lost',
    mechanism: packetRule(
      'one node drops every fifth packet for its Pods, by chance, but what the API server says to them',
      worker,
      async (bench) => ({
        table: 'mangle',
        chain: 'FORWARD',
        rule: [
          ...['-i', 'eth0', '!', '-s', await apiAddress(bench)],
          ...['-m', 'statistic', '--mode', 'random', '--probability', '0.2', '-j', 'DROP'],
        ],
      }),
    ),
    // Wherever the DNS servers are, some of it comes to the node from another one.
    witness: datagramsLost('dig, thirty times over UDP from every node', (bench) => bench.nodes, {
      more: 2,
      fewer: 45,
    }),
    kills: { 'dns.proto.udp-loss': 'DNS backend' },
    alongside: { 'dns.proto.parallel-a-aaaa': ['non-conformant'], ...dials, ...lookups },
  },
]
