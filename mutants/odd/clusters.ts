import type { KubernetesObject } from '../../helpers/target/objects.ts'
import { pathOf } from '../../helpers/target/objects.ts'
import { foreignSlice } from '../endpoints/slices.ts'
import { together, waits } from '../mechanism.ts'
import type { OddCluster } from '../mutant.ts'
import { adding, corefile, kubernetesOption, replaced, withoutCache } from '../verbs/corefile.ts'
import { dnsSettled } from '../verbs/dns-server.ts'
import { nodeCommand, packetRule } from '../verbs/node.ts'
import { nodeCacheAnswers, nodeCaches } from '../verbs/node-cache.ts'
import { create, exchange, patch } from '../verbs/objects.ts'
import { all, dug, printed, slicesHold, stands } from '../witnesses.ts'

/** What a cluster cannot show that has no cache on its nodes, and gives its Services no IPv6 unless they ask for it. */
export const seldomShown = [
  'dns.nodelocal.equivalent',
  'dns.headless.aaaa.exact-set',
  'dns.headless.ptr.ipv6',
  'ds.family-limits',
  'ds.family-update',
  'ds.slices-per-family',
  'sts.update.max-unavailable',
] as const

const alterations: readonly OddCluster[] = [
  {
    id: 'N-04.ttl',
    allows: 'DNS records may not be kept at all: a TTL of 0 is allowed, and so is a server without a cache',
    mechanism: corefile('ttl 0, and no cache', (text) => replaced(withoutCache(text), /ttl \d+/, () => 'ttl 0')),
    witness: dug({ type: 'A', name: (bench) => bench.fqdn('web'), prints: /\s0\s+IN\s+A\s/ }),
  },
  {
    id: 'N-04.cache',
    allows: 'answers of the cluster zone come from a cache, and their TTL counts down, as with kubeadm before 1.32',
    mechanism: corefile('cache 30 for all zones', (text) =>
      replaced(text, /^( +)cache \d+ \{[^}]*\}/m, (_, indent) => `${indent}cache 30`),
    ),
    witness: dug({ type: 'A', name: (bench) => bench.fqdn('web'), prints: /\s([1-9]|[12]\d)\s+IN\s+A\s/ }),
  },
  {
    id: 'N-05',
    allows: 'names made of Pod addresses are an option that servers may leave out',
    mechanism: corefile('pods disabled', (text) => replaced(text, /pods insecure/, () => 'pods disabled')),
    witness: dug({ type: 'A', name: (bench) => `10-1-2-3.default.pod.${bench.clusterDomain}`, prints: /NXDOMAIN/ }),
  },
  {
    id: 'N-15',
    allows: 'the server walks the search list itself, and answers with a CNAME',
    mechanism: corefile('pods verified and autopath', (text) =>
      replaced(
        replaced(text, /pods insecure/, () => 'pods verified'),
        /^( +)loadbalance/m,
        (_, indent) => `${indent}autopath @kubernetes\n${indent}loadbalance`,
      ),
    ),
    witness: {
      looksAt: 'the Corefile',
      see: async (bench) => {
        const config = await bench.api.send<{ data: { Corefile: string } }>(
          pathOf('configmaps', 'kube-system', 'coredns'),
        )
        const shows = config.data.Corefile.includes('autopath')
        return { shows, saw: shows ? 'autopath' : 'no autopath' }
      },
    },
  },
  {
    id: 'N-11',
    allows: 'the server names Pods by metadata.name in addition, which the specification leaves open',
    mechanism: corefile('endpoint_pod_names', kubernetesOption('endpoint_pod_names')),
    witness: {
      looksAt: 'dig SRV',
      see: async (bench) => {
        const [pod] = await bench.pods('web')
        return dug({ type: 'A', name: (one) => one.fqdn(`${pod?.metadata?.name}.web`), prints: /ANSWER: 1,/ }).see(
          bench,
        )
      },
    },
    notApplicable: ['dns.headless.host.needs-hostname', 'sts.dns.no-service-name', 'sts.dns.wrong-service'],
  },
  {
    id: 'N-06',
    allows: 'a cache on each node answers for the DNS Service, and keeps answers for some seconds',
    mechanism: nodeCaches(['success 9984 6', 'denial 9984 5']),
    witness: nodeCacheAnswers(/\s[0-6]\s+IN\s+A\s/),
  },
  {
    id: 'N-25',
    allows: 'the server leaves out Services without endpoints, so that a client tries the next name of its list',
    mechanism: corefile('ignore empty_service', kubernetesOption('ignore empty_service')),
    witness: dug({ type: 'A', name: (bench) => bench.fqdn('unmanned'), prints: /NXDOMAIN/ }),
    notApplicable: ['dns.clusterip.empty'],
  },
  {
    id: 'N-07',
    allows: 'the DNS Service may have any name: Pods know its address alone',
    mechanism: together(
      waits('DNS is waited for', { undone: dnsSettled }),
      exchange(
        'the DNS Service is deleted',
        () => pathOf('services', 'kube-system', 'kube-dns'),
        () => undefined,
      ),
      create('a DNS Service of another name at the same address', async (bench) => {
        const { metadata, ...service } = await bench.api.send<KubernetesObject>(
          pathOf('services', 'kube-system', 'kube-dns'),
        )
        const { status: _, ...rest } = service
        const labels = metadata.labels ?? {}
        const object = { ...rest, metadata: { name: 'name-service', labels } } as KubernetesObject
        return [{ collection: pathOf('services', 'kube-system'), object }]
      }),
    ),
    witness: all(
      stands(
        'the DNS Service of another name',
        () => pathOf('services', 'kube-system', 'name-service'),
        (one) => one !== undefined,
      ),
      dug({ type: 'A', name: (bench) => bench.fqdn('web'), prints: /ANSWER: 2,/, at: 'every resolver' }),
    ),
    notApplicable: ['pod.resolv.search-order'],
  },
  {
    id: 'N-09',
    allows: 'somebody else manages the slices of a Service that has no selector, which is what such a Service is for',
    mechanism: create('a Service without selector, and a slice of another manager for it', (bench) => [
      {
        collection: pathOf('services', bench.namespaces.headless),
        object: {
          apiVersion: 'v1',
          kind: 'Service',
          metadata: { name: 'by-hand' },
          spec: { clusterIP: 'None', ports: [{ name: 'http', port: 8080 }] },
        },
      },
      foreignSlice(bench, 'by-hand', 'by-hand-1', [{ addresses: ['10.255.255.7'], conditions: { ready: true } }]),
    ]),
    witness: slicesHold('the slices of by-hand', 'by-hand', (found) => found.length === 1),
  },
  {
    id: 'N-12',
    allows: 'somebody else has programmed a rule that concerns none of our Services',
    mechanism: packetRule(
      'DNAT of an address of nobody',
      (bench) => bench.worker(1),
      () => ({
        table: 'nat',
        chain: 'PREROUTING',
        rule: [
          ...['-d', '192.0.2.9', '-p', 'tcp', '--dport', '8080'],
          ...['-m', 'comment', '--comment', 'elsewhere/web:http foreign'],
          ...['-j', 'DNAT', '--to-destination', '192.0.2.10:8080'],
        ],
      }),
    ),
    witness: printed(
      (bench) => bench.worker(1),
      () => ['iptables', '-t', 'nat', '-S', 'PREROUTING'],
      /192\.0\.2\.9/,
    ),
  },
  {
    id: 'N-30',
    allows: 'a chain of a proxy is left over in the back end of iptables that nobody uses any more',
    mechanism: nodeCommand(
      'an empty chain in the legacy back end',
      (bench) => bench.worker(1),
      () => {
        const iptables = ['iptables-legacy', '-w', '5', '-t', 'nat']
        return {
          apply: [...iptables, '-N', 'KUBE-SERVICES'],
          undo: [...iptables, '-X', 'KUBE-SERVICES'],
          test: ['sh', '-c', '"$@" >/dev/null 2>&1', 'sh', ...iptables, '-S', 'KUBE-SERVICES'],
        }
      },
    ),
    witness: printed(
      (bench) => bench.worker(1),
      () => ['iptables-legacy-save', '-t', 'nat'],
      /^:KUBE-SERVICES/m,
    ),
  },
  {
    id: 'N-13',
    allows: 'a Service publishes Pods that are not ready, since its owner wants that',
    mechanism: patch('publishNotReadyAddresses', (bench) => pathOf('services', bench.namespaces.headless, 'peers'), {
      spec: { publishNotReadyAddresses: true },
    }),
    witness: slicesHold('the slices of peers', 'peers', (found) =>
      found.every((slice) => (slice.endpoints ?? []).every((one) => one.conditions?.ready === true)),
    ),
  },
  {
    id: 'N-14',
    allows: 'one DNS server is enough where its owner wants no more',
    mechanism: together(
      waits('DNS is waited for', { undone: dnsSettled }),
      patch('the DNS Deployment has one replica', () => pathOf('deployments', 'kube-system', 'coredns'), {
        spec: { replicas: 1 },
      }),
    ),
    witness: stands(
      'the DNS Deployment',
      () => pathOf('deployments', 'kube-system', 'coredns'),
      (one) => {
        return (one as { status?: { replicas?: number } }).status?.replicas === 1
      },
    ),
    notApplicable: ['dns.server.replicas-agree'],
  },
  {
    id: 'N-65',
    allows:
      'a server sends no datagram of more than 512 bytes, whatever the question allows, and sends clients to TCP instead',
    mechanism: corefile('bufsize 512', adding('    bufsize 512')),
    witness: dug({
      type: 'A',
      name: (bench) => `crowd-64.${bench.namespaces.crowds}.svc.${bench.clusterDomain}`,
      prints: /flags: [a-z ]*tc/,
      options: ['+ignore', '+bufsize=4096'],
    }),
  },
]

const kinds: readonly OddCluster[] = [
  {
    id: 'N-20',
    allows: 'another cluster domain, two address families, and a proxy that programs nftables',
    kind: { clusterDomain: 'corp.example', ipFamily: 'dual', proxyMode: 'nftables' },
    notApplicable: ['dns.nodelocal.equivalent', 'sts.update.max-unavailable'],
  },
  {
    id: 'N-21',
    allows: 'one node, one DNS server, and IPv6 alone',
    kind: { nodes: 1, dnsReplicas: 1, ipFamily: 'ipv6' },
    notApplicable: [
      'dns.headless.a.exact-set',
      'dns.headless.ptr.hostname',
      'dns.nodelocal.equivalent',
      'dns.server.replicas-agree',
      'dns.vantage.agree',
      'ds.family-limits',
      'ds.family-update',
      'ds.slices-per-family',
      'sts.update.max-unavailable',
    ],
  },
]

/** Sound clusters that a suite which takes the usual for the rule would blame. */
export const clusters: readonly OddCluster[] = [
  ...alterations.map((one) => ({ ...one, notApplicable: [...(one.notApplicable ?? []), ...seldomShown] })),
  ...kinds,
]
