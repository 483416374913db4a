import type { Bench } from '../bench.ts'
import type { Mutant } from '../mutant.ts'
import { corefile, template } from '../verbs/corefile.ts'
import { dug } from '../witnesses.ts'

const departed = (bench: Bench): string =>
  `departing-0.departing.${bench.namespaces.changing}.svc.${bench.clusterDomain}.`

/** Names that outlast whom they stand for, or stand for somebody else. */
export const lasting: readonly Mutant[] = [
  {
    id: 'M-L01',
    breaks: 'the name of a Pod stays with its address when it goes',
    mechanism: corefile(
      'a template answers PTR of the address of every Pod with one name',
      template(
        'PTR',
        () => '[.]244[.]10[.]in-addr[.]arpa[.]$',
        (bench) => [`answer "{{ .Name }} 5 IN PTR ${departed(bench)}"`],
      ),
    ),
    witness: dug({ type: 'PTR', name: () => '9.0.244.10.in-addr.arpa', prints: /departing-0\.departing\./ }),
    kills: { 'dns.headless.ptr.removed': 'DNS backend', 'dns.headless.ptr.hostname': 'DNS backend' },
  },
  {
    id: 'M-L02',
    breaks: 'a Pod on the network of its host is found at an address that its node does not have',
    mechanism: corefile(
      'a template answers A of a Service over such Pods',
      template(
        'A',
        () => '^node-vantage[.]',
        () => ['answer "{{ .Name }} 5 IN A 10.255.255.1"'],
      ),
    ),
    witness: dug({
      type: 'A',
      name: (bench) => bench.fqdn('x').replace(/^x\.rollcall-headless-/, 'node-vantage.rollcall-node-vantage-'),
      prints: /10\.255\.255\.1/,
    }),
    kills: { 'dns.headless.a.hostnetwork': 'DNS backend' },
  },
]
