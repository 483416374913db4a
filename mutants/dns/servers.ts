import type { Bench } from '../bench.ts'
import type { Mutant } from '../mutant.ts'
import { adding, corefile, kubernetesOption, replaced, template, withoutCache } from '../verbs/corefile.ts'
import { nodeCacheAnswers, nodeCaches } from '../verbs/node-cache.ts'
import { dug } from '../witnesses.ts'
import { withoutEnd, withoutEndpoints, withoutZone } from './hand-made-losses.ts'

/** Everything that asks DNS for what is there. */
const positive = {
  'dns.clusterip.address': 'DNS backend',
  'dns.headless.a.exact-set': 'DNS backend',
  'dns.headless.host.a': 'DNS backend',
  'dns.headless.srv.n-by-m': 'DNS backend',
  'dns.headless.srv.target': 'DNS backend',
  'dns.server.endpoints-served': 'DNS backend',
  'mirror.headless-dns': 'DNS backend',
  'sts.dns.per-pod': 'DNS backend',
} as const

/** Every name of the staged Services, and of Services that would be beside them. */
function ofStage(bench: Bench): string {
  return `[.]${bench.namespaces.headless}[.]svc[.]${bench.clusterDomain.replaceAll('.', '[.]')}[.]$`
}

/** Whoever looks up a name of a Pod may notice, too; through the C library, musl gives up where glibc goes on. */
export const lookups: NonNullable<Mutant['alongside']> = {
  'lat.dns-lookup': ['inconclusive', 'non-conformant'],
  'pod.hostname.override-no-dns': ['inconclusive', 'non-conformant'],
  'pod.resolv.fqdn': ['inconclusive', 'non-conformant'],
  'pod.resolv.search-order': ['inconclusive', 'non-conformant'],
  'pod.resolv.short-names': ['inconclusive', 'non-conformant'],
  'redis.announce.hostname': ['inconclusive', 'non-conformant'],
  'redis.propagate.by-name': ['inconclusive', 'non-conformant'],
  'redis.routing.headless-vs-master': ['inconclusive', 'non-conformant'],
  'redis.sentinel.hostnames': ['inconclusive', 'non-conformant'],
  'redis.standalone.reachable': ['inconclusive', 'non-conformant'],
}

/** A server is set up wrongly. */
export const servers: readonly Mutant[] = [
  {
    id: 'M-D12',
    breaks: 'DNS serves no endpoints, as after an upgrade that lost the right to list them',
    mechanism: corefile('noendpoints', kubernetesOption('noendpoints')),
    witness: dug({ type: 'A', name: (bench) => bench.fqdn('web'), prints: /NXDOMAIN/ }),
    kills: {
      'dns.headless.a.exact-set': 'DNS backend',
      'dns.headless.host.a': 'DNS backend',
      'dns.headless.srv.n-by-m': 'DNS backend',
      'dns.headless.srv.target': 'DNS backend',
      'dns.headless.a.portless-selected': 'DNS backend',
      'dns.headless.srv.nameless-port': 'DNS backend',
      'dns.headless.srv.two-protocols': 'DNS backend',
      'dns.headless.ptr.hostname': 'DNS backend',
      'dns.headless.a.hostnetwork': 'DNS backend',
      'dns.headless.a.cross-namespace': 'DNS backend',
      'dns.headless.a.no-topology-filter': 'DNS backend',
      'dns.headless.a.publish-not-ready': 'DNS backend',
      'dns.server.endpoints-served': 'DNS backend',
      'mirror.headless-dns': 'DNS backend',
      'sts.dns.per-pod': 'DNS backend',
    },
    // Where no headless name is there, nothing can be said of what else it has.
    alongside: {
      'dns.headless.a.deterministic': ['inconclusive'],
      ...withoutEndpoints,
      'dns.headless.srv.port-reaches': ['inconclusive'],
      'dns.neg.unknown-type': ['inconclusive'],
      'dns.headless.srv.protocol': ['inconclusive'],
      'dns.headless.srv.unnamed': ['inconclusive'],
      'dns.neg.other-family-nodata': ['inconclusive'],
      'dns.proto.udp-and-tcp': ['inconclusive'],
      'dns.proto.udp-types': ['inconclusive'],
      'dns.ttl.bound': ['inconclusive'],
      'dns.zone.case-insensitive': ['inconclusive'],
      'sts.dns.wrong-service': ['inconclusive'],
      ...lookups,
    },
  },
  {
    id: 'M-D16',
    breaks: 'DNS serves another zone than the one that Pods are told',
    mechanism: corefile('kubernetes serves cluster.locale', (text) =>
      replaced(text, /^( +)kubernetes \S+/m, (_, indent) => `${indent}kubernetes cluster.locale`),
    ),
    witness: dug({
      type: 'A',
      name: () => 'kubernetes.default.svc.cluster.locale',
      prints: /NOERROR[\s\S]*ANSWER: 1,/,
    }),
    kills: {
      ...positive,
      'dns.clusterip.empty': 'DNS backend',
      'dns.clusterip.kubernetes-default': 'DNS backend',
      'dns.clusterip.ptr': 'DNS backend',
      'dns.clusterip.srv': 'DNS backend',
      'dns.externalname.cname': 'DNS backend',
      'dns.headless.a.hostnetwork': 'DNS backend',
      'dns.headless.a.cross-namespace': 'DNS backend',
      'dns.headless.a.no-topology-filter': 'DNS backend',
      'dns.headless.a.publish-not-ready': 'DNS backend',
      'dns.headless.a.portless-selected': 'DNS backend',
      'dns.headless.srv.nameless-port': 'DNS backend',
      'dns.headless.host.unknown': 'DNS backend',
      'dns.headless.ptr.hostname': 'DNS backend',
      'dns.neg.unknown-service': 'DNS backend',
      'dns.zone.schema-version': 'DNS backend',
    },
    // What the upstream server says of a zone that is not its own differs from one to the other.
    alongside: {
      'dns.externalname.no-subname': ['inconclusive', 'non-conformant'],
      'dns.headless.a.deterministic': ['inconclusive', 'non-conformant'],
      'dns.headless.empty': ['inconclusive', 'non-conformant'],
      'dns.headless.empty.no-address': ['inconclusive', 'non-conformant'],
      'dns.headless.srv.port-reaches': ['inconclusive', 'non-conformant'],
      'dns.neg.empty-nonterminal': ['inconclusive', 'non-conformant'],
      'dns.neg.soa': ['inconclusive', 'non-conformant'],
      'dns.neg.unknown-type': ['inconclusive', 'non-conformant'],
      'dns.vantage.agree': ['inconclusive', 'non-conformant'],
      ...withoutZone,
      'dns.ttl.bound': ['inconclusive'],
      'dns.headless.a.terminal-removed': ['inconclusive', 'non-conformant'],
      'dns.headless.host.needs-hostname': ['inconclusive', 'non-conformant'],
      'dns.headless.host.own-subdomain': ['inconclusive', 'non-conformant'],
      'dns.headless.host.ready-only': ['inconclusive', 'non-conformant'],
      'dns.headless.srv.protocol': ['inconclusive', 'non-conformant'],
      'dns.headless.srv.unnamed': ['inconclusive', 'non-conformant'],
      'dns.neg.other-family-nodata': ['inconclusive', 'non-conformant'],
      'dns.headless.srv.two-protocols': ['inconclusive', 'non-conformant'],
      'dns.proto.udp-and-tcp': ['inconclusive', 'non-conformant'],
      'dns.proto.udp-types': ['inconclusive', 'non-conformant'],
      'dns.zone.case-insensitive': ['inconclusive', 'non-conformant'],
      'sts.dns.wrong-service': ['inconclusive', 'non-conformant'],
      ...lookups,
    },
  },
  {
    id: 'M-D17',
    breaks: 'names of the zone that do not exist are asked of the upstream server',
    mechanism: corefile('fallthrough for the whole zone', (text) =>
      replaced(text, /fallthrough in-addr\.arpa ip6\.arpa/, () => 'fallthrough'),
    ),
    witness: dug({ type: 'A', name: (bench) => bench.fqdn('nobody'), prints: /REFUSED|SERVFAIL/ }),
    kills: {
      'dns.externalname.no-subname': 'DNS backend',
      'dns.headless.a.cross-namespace': 'DNS backend',
      'dns.headless.empty': 'DNS backend',
      'dns.headless.empty.no-address': 'DNS backend',
      'dns.neg.unknown-service': 'DNS backend',
      'dns.headless.a.terminal-removed': 'DNS backend',
      'dns.headless.host.needs-hostname': 'DNS backend',
      'dns.headless.host.own-subdomain': 'DNS backend',
      'dns.headless.host.ready-only': 'DNS backend',
      'dns.headless.host.unknown': 'DNS backend',
      'dns.headless.srv.nameless-port': 'DNS backend',
      'dns.headless.srv.protocol': 'DNS backend',
      'dns.headless.srv.two-protocols': 'DNS backend',
      'dns.headless.srv.unnamed': 'DNS backend',
      'dns.proto.udp-types': 'DNS backend',
      'sts.dns.wrong-service': 'DNS backend',
    },
    alongside: { ...withoutEnd, ...lookups, 'dns.neg.soa': ['inconclusive'] },
  },
  {
    id: 'M-D70',
    breaks: 'a server denies what it cannot tell, so that one which has just started denies everything',
    mechanism: corefile(
      'SERVFAIL is rewritten to NXDOMAIN',
      adding(
        [
          '    rewrite continue rcode regex .* SERVFAIL NXDOMAIN',
          '    rewrite continue rcode regex .*[.]witness[.]example[.] REFUSED NXDOMAIN',
        ].join('\n'),
      ),
    ),
    // Nobody knows the one name, and our upstream server refuses it; rewritten by the same plugin.
    witness: dug({ type: 'A', name: () => 'x.witness.example', prints: /NXDOMAIN/ }),
    kills: { 'dns.server.no-false-nxdomain': 'DNS backend' },
  },
  {
    id: 'M-D07',
    breaks: 'the server fails on every question for AAAA',
    mechanism: corefile(
      'a template answers AAAA with SERVFAIL',
      template('AAAA', ofStage, () => ['rcode SERVFAIL']),
    ),
    witness: dug({ type: 'AAAA', name: (bench) => bench.fqdn('web'), prints: /SERVFAIL/ }),
    kills: {
      'dns.externalname.no-subname': 'DNS backend',
      'dns.neg.unknown-service': 'DNS backend',
      'dns.neg.other-family-nodata': 'DNS backend',
    },
    alongside: lookups,
  },
  {
    id: 'M-D08',
    breaks: 'a name that has an A record does not exist for whoever asks for AAAA',
    mechanism: corefile(
      'a template answers AAAA with NXDOMAIN',
      template('AAAA', ofStage, () => ['rcode NXDOMAIN']),
    ),
    witness: dug({ type: 'AAAA', name: (bench) => bench.fqdn('web'), prints: /NXDOMAIN/ }),
    kills: { 'dns.neg.other-family-nodata': 'DNS backend' },
    alongside: lookups,
  },
  {
    id: 'M-D10',
    breaks: 'a cache holds answers for five minutes at least',
    mechanism: corefile('cache with a minimum TTL of 300 s', (text) =>
      replaced(
        text,
        /^( +)cache \d+ \{[^}]*\}/m,
        (_, indent) => `${indent}cache 3600 {\n        success 9984 3600 300\n    }`,
      ),
    ),
    witness: dug({ type: 'A', name: (bench) => bench.fqdn('web'), prints: /\s(300|2\d\d)\s+IN\s+A\s/ }),
    kills: {
      'dns.externalname.from-clusterip': 'DNS backend',
      'dns.externalname.type-change': 'DNS backend',
      'dns.externalname.update': 'DNS backend',
      'dns.fresh.add': 'DNS backend',
      'dns.fresh.hostname': 'DNS backend',
      'dns.fresh.port': 'DNS backend',
      'dns.fresh.ready': 'DNS backend',
      'dns.fresh.recreate': 'DNS backend',
      'dns.fresh.recreate-srv': 'DNS backend',
      'dns.fresh.remove': 'DNS backend',
      'dns.ttl.bound': 'DNS backend',
      'sts.dns.stable-name-new-ip': 'DNS backend',
      'svc.headless.delete-gc': 'DNS backend',
    },
    alongside: {
      'dns.headless.a.ready-only': ['non-conformant'],
      'dns.headless.srv.ready-only': ['non-conformant'],
      'lat.dns-removal': ['non-conformant'],
      'sts.dns.needs-service': ['non-conformant'],
      'sts.ordinals.start': ['non-conformant'],
    },
  },
  {
    id: 'M-D72',
    breaks: 'the cache on each node keeps answers for five minutes, whatever their TTL',
    mechanism: nodeCaches(['success 9984 300 300', 'denial 9984 5']),
    witness: nodeCacheAnswers(/\s(300|2\d\d)\s+IN\s+A\s/),
    kills: { 'dns.nodelocal.equivalent': 'node resolver', 'dns.ttl.bound': 'node resolver' },
  },
  {
    id: 'M-F02',
    breaks: 'a cache remembers for ten minutes that a name is not there',
    mechanism: corefile('denials are kept for 600 s at least', (text, bench) =>
      replaced(text, /^( +)cache \d+ \{[^}]*\}/m, (_, indent) =>
        [
          `${indent}cache 3600 {`,
          `       disable success ${bench.clusterDomain}`,
          '       denial 9984 3600 600',
          `${indent}}`,
        ].join('\n'),
      ),
    ),
    witness: dug({
      type: 'A',
      name: (bench) => bench.fqdn('nobody'),
      options: ['+authority'],
      prints: /\s(600|5\d\d)\s+IN\s+SOA\s/,
    }),
    kills: {
      'dns.externalname.from-clusterip': 'DNS backend',
      'dns.externalname.type-change': 'DNS backend',
      'dns.fresh.hostname': 'DNS backend',
      'dns.fresh.negative': 'DNS backend',
      'sts.dns.needs-service': 'DNS backend',
    },
    // A name that nobody has had is denied to whoever asks too early.
    alongside: {
      'sts.dns.stable-name-new-ip': ['non-conformant'],
      'sts.ordinals.start': ['non-conformant'],
    },
  },
  {
    id: 'M-D33',
    breaks: 'records may be kept for an hour',
    mechanism: corefile('ttl 3600, and no cache that holds it down', (text) =>
      replaced(withoutCache(text), /ttl \d+/, () => 'ttl 3600'),
    ),
    witness: dug({ type: 'A', name: (bench) => bench.fqdn('web'), prints: /\s3600\s+IN\s+A\s/ }),
    kills: { 'dns.ttl.bound': 'DNS backend' },
  },
]
