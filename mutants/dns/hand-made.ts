import type { Bench } from '../bench.ts'
import type { Mutant } from '../mutant.ts'
import { below, corefile, type Edit, exactly, template } from '../verbs/corefile.ts'
import { all, dug } from '../witnesses.ts'

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
]
