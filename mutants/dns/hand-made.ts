import type { Bench } from '../bench.ts'
import type { Mutant } from '../mutant.ts'
import { below, corefile, type Edit, exactly, kubernetesOption, template } from '../verbs/corefile.ts'
import { all, dug } from '../witnesses.ts'

const ghost = '10.255.255.1'

/** The absolute name of a Service of the slices set, or of a name below one. */
const made = (name: string) => (bench: Bench) => `${name}.${bench.namespaces.slices}.svc.${bench.clusterDomain}`

/** Several edits of one Corefile. */
function edits(...some: readonly Edit[]): Edit {
  return async (corefile, bench) => {
    let text = corefile
    for (const edit of some) text = await edit(text, bench)
    return text
  }
}

/** One name answers A with these addresses, in the order given, and as often as they are given. */
function says(name: string, ...addresses: readonly string[]): Edit {
  return template(
    'A',
    (bench) => exactly(made(name)(bench)),
    () => addresses.map((address) => `answer "{{ .Name }} 5 IN A ${address}"`),
  )
}

/** Names answer any question of this type as if nobody had them; `names` is a regular expression of what is before the namespace. */
function denies(type: string, names: string): Edit {
  return template(
    type,
    (bench) => `^(${names})[.]${below(`${bench.namespaces.slices}.svc.${bench.clusterDomain}`)}`,
    () => ['rcode NXDOMAIN'],
  )
}

/** A name answers SRV with these records, each `port target`, and with these lines besides. */
function leads(
  name: string,
  records: readonly string[],
  besides: (bench: Bench) => readonly string[] = () => [],
): Edit {
  return template(
    'SRV',
    (bench) => exactly(made(name)(bench)),
    (bench) => [
      ...records.map((record) => {
        const [port, target = ''] = record.split(' ')
        return `answer "{{ .Name }} 5 IN SRV 0 50 ${port} ${made(target)(bench)}."`
      }),
      ...besides(bench),
    ],
  )
}

/** A server does not make of hand-made slices, with which a fixture can show what no controller would write, what it should. */
export const handMade: readonly Mutant[] = [
  {
    id: 'M-D46',
    breaks: 'of several slices of a Service one alone is read',
    mechanism: corefile(
      'templates answer A of Services with the endpoints of their first slice',
      edits(says('hand-made', '192.0.2.11', '192.0.2.12'), says('made-joined', '192.0.2.31')),
    ),
    witness: all(
      dug({ type: 'A', name: made('hand-made'), prints: /ANSWER: 2,/ }),
      dug({ type: 'A', name: made('made-joined'), prints: /ANSWER: 1,/ }),
    ),
    kills: { 'dns.custom.slice-a': 'DNS backend', 'dns.headless.a.join-slices': 'DNS backend' },
    alongside: { 'ds.dns-both': ['non-conformant'] },
  },
  {
    id: 'M-D46.ports',
    breaks: 'a Service without ports has no names',
    mechanism: corefile('a template denies the Service without ports', denies('A', '(.*[.])?made-portless')),
    witness: dug({ type: 'A', name: made('left.made-portless'), prints: /NXDOMAIN/ }),
    kills: { 'dns.headless.a.portless': 'DNS backend' },
  },
  {
    id: 'M-D46.strays',
    breaks: 'slices that belong to no Service are served',
    mechanism: corefile(
      'templates answer A with endpoints of slices without label, and without Service',
      edits(
        says('made-labelled', '192.0.2.91', '192.0.2.92'),
        says('stray.made-labelled', '192.0.2.92'),
        says('made-absent', '192.0.2.93'),
        says('ghost.made-absent', '192.0.2.93'),
      ),
    ),
    witness: all(
      dug({ type: 'A', name: made('stray.made-labelled'), prints: /192\.0\.2\.92/ }),
      dug({ type: 'A', name: made('ghost.made-absent'), prints: /192\.0\.2\.93/ }),
    ),
    kills: { 'dns.custom.no-service': 'DNS backend', 'dns.custom.unlabelled': 'DNS backend' },
  },
  {
    id: 'M-D46.unread',
    breaks: 'DNS knows nothing of slices that somebody has written, as where it goes by v1 Endpoints',
    mechanism: corefile(
      'no slice that we have written is read',
      kubernetesOption('labels endpointslice.kubernetes.io/managed-by notin (rollcall.dev)'),
    ),
    witness: all(
      dug({ type: 'A', name: made('hand-made'), prints: /ANSWER: 0,/ }),
      dug({ type: 'A', name: made('mirrored'), prints: /ANSWER: 2,/ }),
    ),
    kills: { 'dns.custom.slice-a': 'DNS backend' },
    acquits: [
      'dns.externalname.type-change',
      'dns.fresh.add',
      'dns.fresh.ghost',
      'dns.fresh.hostname',
      'dns.fresh.negative',
      'dns.fresh.port',
      'dns.fresh.ready',
      'dns.fresh.recreate',
      'dns.fresh.remove',
      'dns.headless.a.large',
      'dns.proto.edns-size',
      'dns.proto.parallel-a-aaaa',
      'dns.proto.tcp-complete',
      'dns.proto.truncate-tc',
      'dns.proto.udp-intact',
      'dns.size.limit',
      'dns.size.small',
      'dns.size.thousand',
      'lat.dns-propagation',
      'lat.dns-removal',
      'lat.size-independent',
    ],
  },
  {
    id: 'M-D47',
    breaks: 'endpoints that no Pod stands behind have no names of their own',
    mechanism: corefile(
      'a template denies the names below Services without selector',
      denies('A', '(first|second)[.]hand-made|[^.]+[.]made-nameless'),
    ),
    witness: dug({ type: 'A', name: made('first.hand-made'), prints: /NXDOMAIN/ }),
    kills: {
      'dns.custom.hostname': 'DNS backend',
      'dns.headless.host.system-id': 'DNS backend',
      'ds.dns-both': 'DNS backend',
    },
    alongside: { 'dns.headless.ptr.system-id': ['non-conformant'] },
  },
  {
    id: 'M-D47.back',
    breaks: 'an address leads back to one name alone, and to none where that was not given to it',
    mechanism: corefile(
      'templates answer PTR of two addresses, with one name and with none',
      edits(
        template(
          'PTR',
          () => exactly('63.2.0.192.in-addr.arpa'),
          (bench) => [`answer "{{ .Name }} 5 IN PTR ${made('again.made-second')(bench)}."`],
        ),
        template(
          'PTR',
          () => exactly('71.2.0.192.in-addr.arpa'),
          () => ['rcode NXDOMAIN'],
        ),
      ),
    ),
    witness: all(
      dug({ type: 'PTR', name: () => '63.2.0.192.in-addr.arpa', prints: /ANSWER: 1,/ }),
      dug({ type: 'PTR', name: () => '71.2.0.192.in-addr.arpa', prints: /NXDOMAIN/ }),
    ),
    kills: { 'dns.headless.ptr.multi': 'DNS backend', 'dns.headless.ptr.system-id': 'DNS backend' },
  },
  {
    id: 'M-D49',
    breaks: 'what endpoints share is not joined: one address is told twice, and a name has one of its two addresses',
    mechanism: corefile(
      'templates answer A as if every endpoint were alone',
      edits(says('made-twice', '192.0.2.51', '192.0.2.52', '192.0.2.51'), says('pair.made-shared', '192.0.2.61')),
    ),
    witness: all(
      dug({ type: 'A', name: made('made-twice'), prints: /ANSWER: 3,/ }),
      dug({ type: 'A', name: made('pair.made-shared'), prints: /ANSWER: 1,/ }),
    ),
    kills: { 'dns.headless.a.dedup': 'DNS backend', 'dns.headless.host.shared': 'DNS backend' },
  },
  {
    id: 'M-D48',
    breaks: 'an endpoint of whose readiness nothing is said counts as not ready',
    mechanism: corefile(
      'templates withhold the endpoint without conditions',
      edits(says('hand-made', '192.0.2.11', '192.0.2.21'), denies('A', 'silent[.]hand-made')),
    ),
    witness: all(
      dug({ type: 'A', name: made('hand-made'), prints: /ANSWER: 2,/ }),
      dug({ type: 'A', name: made('silent.hand-made'), prints: /NXDOMAIN/ }),
    ),
    kills: { 'dns.custom.ready-nil': 'DNS backend', 'dns.custom.slice-a': 'DNS backend' },
    alongside: { 'ds.dns-both': ['non-conformant'] },
  },
  {
    id: 'M-D48.not',
    breaks: 'endpoints that say that they are not ready are served',
    mechanism: corefile(
      'templates answer A with endpoints that are not ready',
      edits(
        says('unready.hand-made', '192.0.2.13'),
        says('made-serving', '192.0.2.101', '192.0.2.102', '192.0.2.103', '192.0.2.104'),
      ),
    ),
    witness: all(
      dug({ type: 'A', name: made('unready.hand-made'), prints: /192\.0\.2\.13/ }),
      dug({ type: 'A', name: made('made-serving'), prints: /192\.0\.2\.104/ }),
    ),
    kills: { 'dns.custom.ready-nil': 'DNS backend', 'dns.custom.serving-ignored': 'DNS backend' },
  },
  {
    id: 'M-D49.ports',
    breaks: 'SRV is made of the ports of a Service instead of those of its slices',
    mechanism: corefile(
      'templates answer SRV with port 80, or 0 where the Service has none',
      edits(
        leads('_http._tcp.made-shared', ['80 pair.made-shared', '80 single.made-shared']),
        leads('_http._tcp.made-joined', ['80 one.made-joined', '80 two.made-joined', '80 three.made-joined']),
        leads('_http._tcp.made-unnamed', ['80 quiet.made-unnamed']),
        leads('made-portless', ['0 left.made-portless', '0 right.made-portless']),
      ),
    ),
    witness: all(
      dug({ type: 'SRV', name: made('_http._tcp.made-joined'), prints: / 80 two/ }),
      dug({ type: 'SRV', name: made('made-portless'), prints: / 0 left/ }),
    ),
    kills: {
      'dns.custom.srv-needs-port-name': 'DNS backend',
      'dns.headless.srv.per-endpoint-port': 'DNS backend',
      'dns.headless.srv.port-value': 'DNS backend',
      'dns.headless.srv.portless': 'DNS backend',
    },
  },
  {
    id: 'M-D49.glue',
    breaks: 'the addresses that come along with SRV records are those of nobody',
    mechanism: corefile(
      'a template answers SRV with an additional address of its own',
      leads(
        '_http._tcp.made-joined',
        ['8081 one.made-joined', '8082 two.made-joined', '8083 three.made-joined'],
        (bench) => [`additional "${made('one.made-joined')(bench)}. 5 IN A ${ghost}"`],
      ),
    ),
    witness: dug({
      type: 'SRV',
      name: made('_http._tcp.made-joined'),
      prints: new RegExp(ghost.replaceAll('.', '[.]')),
      options: ['+additional'],
    }),
    kills: { 'dns.headless.srv.additional': 'DNS backend' },
  },
]
