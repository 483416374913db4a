import { list, type Pod, pathOf } from '../../helpers/target/objects.ts'
import type { Bench } from '../bench.ts'
import { together, waits } from '../mechanism.ts'
import type { Mutant } from '../mutant.ts'
import { dnsPods, dnsService, dnsSettled, restartDns } from '../verbs/dns-server.ts'
import { packetRule, suspend } from '../verbs/node.ts'
import { patch } from '../verbs/objects.ts'
import { all, datagramsLost, dug, printed, stands } from '../witnesses.ts'
import { withoutServers } from './hand-made-losses.ts'
import { liar } from './liar.ts'
import { lookups } from './servers.ts'

const coredns = () => pathOf('deployments', 'kube-system', 'coredns')

async function firstDnsPod(bench: Bench): Promise<Pod> {
  const [pod] = (await dnsPods(bench)).sort((a, b) => (a.metadata?.name ?? '').localeCompare(b.metadata?.name ?? ''))
  if (pod === undefined) throw new Error('there is no DNS Pod')
  return pod
}

async function nodeOfFirst(bench: Bench): Promise<string> {
  return (await firstDnsPod(bench)).spec?.nodeName ?? ''
}

/** Everything that changes Pods and sees DNS change. */
const changing = {
  'dns.fresh.pod': 'DNS backend',
  'dns.headless.a.ready-only': 'DNS backend',
  'dns.headless.a.selector-change': 'DNS backend',
  'dns.headless.a.terminating-published': 'DNS backend',
  'dns.headless.a.terminating-removed': 'DNS backend',
  'dns.headless.a.toggle-publish': 'DNS backend',
  'dns.headless.ptr.removed': 'DNS backend',
  'dns.headless.scaled': 'DNS backend',
  'dns.headless.srv.ready-only': 'DNS backend',
} as const

/** Everything that only looks. What changes its stage would take half a minute here, to tell what all others do. */
const everyDns = {
  'dns.headless.a.hostnetwork': 'DNS backend',
  'dns.clusterip.address': 'DNS backend',
  'dns.clusterip.empty': 'DNS backend',
  'dns.clusterip.kubernetes-default': 'DNS backend',
  'dns.clusterip.ptr': 'DNS backend',
  'dns.clusterip.srv': 'DNS backend',
  'dns.externalname.cname': 'DNS backend',
  'dns.externalname.no-subname': 'DNS backend',
  'dns.headless.a.cross-namespace': 'DNS backend',
  'dns.headless.a.deterministic': 'DNS backend',
  'dns.headless.a.exact-set': 'DNS backend',
  'dns.headless.a.no-topology-filter': 'DNS backend',
  'dns.headless.a.publish-not-ready': 'DNS backend',
  'dns.headless.empty': 'DNS backend',
  'dns.headless.empty.no-address': 'DNS backend',
  'dns.headless.a.terminal-removed': 'DNS backend',
  'dns.headless.host.a': 'DNS backend',
  'dns.headless.host.needs-hostname': 'DNS backend',
  'dns.headless.host.own-subdomain': 'DNS backend',
  'dns.headless.host.ready-only': 'DNS backend',
  'dns.headless.host.unknown': 'DNS backend',
  'dns.headless.ptr.hostname': 'DNS backend',
  'dns.headless.a.portless-selected': 'DNS backend',
  'dns.headless.srv.nameless-port': 'DNS backend',
  'dns.headless.srv.n-by-m': 'DNS backend',
  'dns.headless.srv.port-reaches': 'DNS backend',
  'dns.headless.srv.protocol': 'DNS backend',
  'dns.headless.srv.target': 'DNS backend',
  'dns.headless.srv.two-protocols': 'DNS backend',
  'dns.headless.srv.unnamed': 'DNS backend',
  'dns.neg.empty-nonterminal': 'DNS backend',
  'dns.neg.other-family-nodata': 'DNS backend',
  'dns.neg.soa': 'DNS backend',
  'dns.neg.unknown-service': 'DNS backend',
  'dns.neg.unknown-type': 'DNS backend',
  'dns.proto.udp-and-tcp': 'DNS backend',
  'dns.proto.udp-types': 'DNS backend',
  'dns.server.endpoints-served': 'DNS backend',
  'dns.ttl.bound': 'DNS backend',
  'dns.vantage.agree': 'DNS backend',
  'dns.zone.case-insensitive': 'DNS backend',
  'dns.zone.schema-version': 'DNS backend',
  'mirror.headless-dns': 'DNS backend',
  'proxy.headless.affinity-ignored': 'DNS backend',
  'sts.dns.per-pod': 'DNS backend',
  'sts.dns.wrong-service': 'DNS backend',
} as const

/** Servers that are not there, not reached, or not told the news. */
export const availability: readonly Mutant[] = [
  liar,
  {
    id: 'M-D26',
    breaks: 'no DNS server runs',
    mechanism: together(
      waits('DNS is waited for', { undone: dnsSettled }),
      patch('the DNS Deployment has no replica', coredns, { spec: { replicas: 0 } }),
    ),
    witness: {
      looksAt: 'the Pods of the DNS Deployment',
      see: async (bench) => {
        // With those that are told to end: until they do they answer.
        const { length } = await list(bench.api, 'pods', dnsService)
        return { shows: length === 0, saw: `${length} Pods` }
      },
    },
    kills: everyDns,
    alongside: { ...withoutServers, ...lookups },
  },
  {
    id: 'M-D19',
    breaks: 'DNS has lost the right to list EndpointSlices, and never becomes ready',
    mechanism: together(
      waits('all DNS Pods start again', { undone: restartDns }),
      patch(
        'the ClusterRole system:coredns without endpointslices',
        () => '/apis/rbac.authorization.k8s.io/v1/clusterroles/system:coredns',
        (role) => ({
          rules: (role.rules as { resources: string[] }[]).filter((one) => !one.resources.includes('endpointslices')),
        }),
      ),
      waits('all DNS Pods start again', { applied: (bench) => restartDns(bench, { unready: true }) }),
    ),
    witness: stands(
      'the availability of the DNS Deployment',
      coredns,
      (deployment) =>
        ((deployment as { status?: { availableReplicas?: number } }).status?.availableReplicas ?? 0) === 0,
    ),
    kills: everyDns,
    alongside: { ...withoutServers, ...lookups },
  },
  {
    id: 'M-D21',
    breaks: 'DNS datagrams from one node are lost; streams get through',
    mechanism: packetRule(
      'one node drops DNS datagrams of a Pod',
      (bench) => bench.worker(1),
      (bench) => ({
        table: 'raw',
        chain: 'PREROUTING',
        rule: ['-s', `${bench.vantageOn(bench.worker(1)).addresses[0]}`, '-p', 'udp', '--dport', '53', '-j', 'DROP'],
      }),
    ),
    witness: {
      looksAt: 'dig over UDP from the node',
      see: async (bench) => {
        const { namespace, pod, container } = bench.vantageOn(bench.worker(1))
        const said = await bench.inPod(namespace, pod, container, ['dig', '+time=1', '+tries=1', bench.fqdn('web')])
        return { shows: /timed out|no servers/.test(said), saw: said.trim().slice(0, 100) }
      },
    },
    kills: {
      'dns.headless.a.exact-set': 'DNS backend',
      'dns.proto.udp-and-tcp': 'DNS backend',
      'dns.proto.udp-types': 'DNS backend',
    },
    alongside: { 'dns.custom.slice-a': ['non-conformant'] },
    culprit: (bench) => bench.worker(1),
  },
  {
    id: 'M-D22',
    breaks: 'one node loses every tenth datagram of DNS',
    mechanism: packetRule(
      'one node drops every tenth datagram that a DNS server sends',
      (bench) => bench.worker(1),
      () => ({
        table: 'raw',
        chain: 'PREROUTING',
        rule: [
          '-p',
          'udp',
          '--sport',
          '53',
          '-m',
          'statistic',
          '--mode',
          'nth',
          '--every',
          '10',
          '--packet',
          '0',
          '-j',
          'DROP',
        ],
      }),
    ),
    witness: datagramsLost('dig, thirty times over UDP from the node', (bench) => [bench.worker(1)], {
      more: 0,
      fewer: 30,
    }),
    kills: { 'dns.proto.udp-loss': 'DNS backend' },
    // Who sends two questions at once and once more, or looks up many names with a limit of time, may meet the tenth too often.
    alongside: { 'dns.proto.parallel-a-aaaa': ['non-conformant'], ...lookups },
  },
  {
    id: 'M-D24',
    breaks: 'one DNS server has stopped without ending',
    mechanism: suspend('SIGSTOP to the DNS server of one node', nodeOfFirst, () => '^/coredns '),
    witness: all(
      printed(nodeOfFirst, () => ['ps', '-eo', 'stat,args'], /^T\S*\s+\/coredns /m),
      stands('the availability of the DNS Deployment', coredns, (deployment) => {
        const { replicas = 0, readyReplicas = 0 } = (
          deployment as { status: { replicas?: number; readyReplicas?: number } }
        ).status
        return readyReplicas < replicas
      }),
    ),
    kills: {},
    equivalent:
      'the readiness probe takes the silent server out of the DNS Service within seconds, and the other one serves',
  },
  {
    id: 'M-D71',
    breaks: 'all DNS servers stop before the first new one starts',
    mechanism: patch('the DNS Deployment is recreated, not rolled', coredns, {
      spec: { strategy: { type: 'Recreate', rollingUpdate: null } },
    }),
    witness: stands('the strategy of the DNS Deployment', coredns, (one) => {
      return (one as { spec?: { strategy?: { type?: string } } } | undefined)?.spec?.strategy?.type === 'Recreate'
    }),
    kills: { 'dns.server.rollout': 'node resolver' },
  },
  {
    id: 'M-D25',
    breaks: 'one DNS server has lost the API and goes on with what it knew',
    mechanism: together(
      waits('all DNS Pods start again', { undone: restartDns }),
      // What the API server says, not what it hears: news comes along even where no acknowledgement goes back.
      packetRule('the node of one DNS server drops what the API server says to it', nodeOfFirst, async (bench) => ({
        table: 'mangle',
        chain: 'POSTROUTING',
        rule: ['-d', `${(await firstDnsPod(bench)).status?.podIP}`, '-p', 'tcp', '--sport', '6443', '-j', 'DROP'],
      })),
      patch('the Deployment has one replica more', (bench) => pathOf('deployments', bench.namespaces.headless, 'web'), {
        spec: { replicas: 3 },
      }),
    ),
    witness: all(
      stands(
        'the readiness of the Deployment',
        (bench) => pathOf('deployments', bench.namespaces.headless, 'web'),
        (one) => ((one as { status?: { readyReplicas?: number } }).status?.readyReplicas ?? 0) === 3,
      ),
      dug({ type: 'A', name: (bench) => bench.fqdn('web'), prints: /ANSWER: 2,/, at: 'some backend' }),
      dug({ type: 'A', name: (bench) => bench.fqdn('web'), prints: /ANSWER: 3,/, at: 'some backend' }),
    ),
    kills: {
      ...changing,
      'dns.externalname.from-clusterip': 'DNS backend',
      'dns.externalname.type-change': 'DNS backend',
      'dns.externalname.update': 'DNS backend',
      'dns.fresh.add': 'DNS backend',
      'dns.fresh.ghost': 'DNS backend',
      'dns.fresh.hostname': 'DNS backend',
      'dns.fresh.negative': 'DNS backend',
      'dns.fresh.port': 'DNS backend',
      'dns.fresh.ready': 'DNS backend',
      'dns.fresh.recreate': 'DNS backend',
      'dns.fresh.recreate-srv': 'DNS backend',
      'dns.fresh.remove': 'DNS backend',
      'dns.headless.a.exact-set': 'DNS backend',
      'dns.headless.a.no-topology-filter': 'DNS backend',
      'dns.headless.a.portless-selected': 'DNS backend',
      'dns.headless.srv.nameless-port': 'DNS backend',
      'dns.headless.a.ready-only': 'DNS backend',
      'dns.headless.srv.ready-only': 'DNS backend',
      'dns.headless.srv.n-by-m': 'DNS backend',
      'dns.headless.srv.target': 'DNS backend',
      'dns.headless.srv.two-protocols': 'DNS backend',
      'dns.server.replicas-agree': 'DNS backend',
      'svc.headless.delete-gc': 'DNS backend',
    },
    alongside: {
      'lat.dns-propagation': ['non-conformant'],
      'lat.dns-removal': ['non-conformant'],
    },
  },
]
