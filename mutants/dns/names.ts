import type { Bench } from '../bench.ts'
import { ipv6Slice } from '../endpoints/slices.ts'
import { together } from '../mechanism.ts'
import type { Mutant } from '../mutant.ts'
import { below, corefile, exactly, template } from '../verbs/corefile.ts'
import { create } from '../verbs/objects.ts'
import { dug } from '../witnesses.ts'

const six = 'fd00:255::8'
const sixReversed = `8${'.0'.repeat(19)}.5.5.2.0.0.0.d.f.ip6.arpa`
const name = (service: string) => (bench: Bench) => bench.fqdn(service)

async function addresses(bench: Bench, app: 'web' | 'peers'): Promise<string[]> {
  return (await bench.pods(app)).flatMap((pod) => pod.status?.podIP ?? [])
}

/** Names that should not be there, or are not found in the way in which somebody asks for them. */
export const names: readonly Mutant[] = [
  {
    id: 'M-D06',
    breaks: 'no IPv4 address leads back to a name',
    mechanism: corefile(
      'a template denies PTR of IPv4 addresses',
      template(
        'PTR',
        () => 'in-addr[.]arpa[.]$',
        () => ['rcode NXDOMAIN'],
      ),
    ),
    witness: dug({ type: 'PTR', name: () => '1.0.96.10.in-addr.arpa', prints: /NXDOMAIN/ }),
    kills: { 'dns.clusterip.ptr': 'DNS backend', 'dns.headless.ptr.hostname': 'DNS backend' },
    alongside: { 'dns.headless.ptr.removed': ['inconclusive'] },
  },
  {
    id: 'M-D06.six',
    breaks: 'no IPv6 address leads back to a name',
    // Where the cluster has no IPv6 of its own, a slice gives a Service an endpoint that has it.
    mechanism: together(
      create('an IPv6 endpoint with a hostname', (bench) => [
        ipv6Slice(bench, 'db', 'mutant-reverse', [
          { addresses: [six], hostname: 'db-six', conditions: { ready: true } },
        ]),
      ]),
      corefile(
        'a template denies PTR of IPv6 addresses',
        template(
          'PTR',
          () => 'ip6[.]arpa[.]$',
          () => ['rcode NXDOMAIN'],
        ),
      ),
    ),
    witness: dug({ type: 'PTR', name: () => sixReversed, prints: /NXDOMAIN/ }),
    kills: { 'dns.headless.ptr.ipv6': 'DNS backend' },
    alongside: {
      'dns.headless.aaaa.exact-set': ['non-conformant'],
      'eps.endpoint.targetref': ['non-conformant'],
    },
  },
  {
    id: 'M-D40',
    breaks: 'a name that is asked for in capitals leads elsewhere',
    // What matches is folded before; only the text of an answer gets to see the question as it came.
    mechanism: corefile(
      'a template answers A of the headless Service by the case of its letters',
      template(
        'A',
        (bench) => exactly(bench.fqdn('web')),
        async (bench) =>
          (await addresses(bench, 'web')).map(
            (address, index) =>
              `answer "{{ .Name }} 5 IN A {{ if eq .Question.Name .Name }}${address}{{ else }}10.255.255.${index}{{ end }}"`,
          ),
      ),
    ),
    witness: dug({ type: 'A', name: (bench) => bench.fqdn('web').toUpperCase(), prints: /10\.255\.255\.1/ }),
    kills: { 'dns.zone.case-insensitive': 'DNS backend' },
  },
  {
    id: 'M-D41',
    breaks: 'the zone does not say which schema it keeps',
    mechanism: corefile(
      'a template denies dns-version',
      template(
        'TXT',
        (bench) => exactly(`dns-version.${bench.clusterDomain}`),
        () => ['rcode NXDOMAIN'],
      ),
    ),
    witness: dug({ type: 'TXT', name: (bench) => `dns-version.${bench.clusterDomain}`, prints: /NXDOMAIN/ }),
    kills: { 'dns.zone.schema-version': 'DNS backend' },
  },
  {
    id: 'M-D41.old',
    breaks: 'the zone says that it keeps a schema from before the first',
    mechanism: corefile(
      'a template answers dns-version with 0.9.0',
      template(
        'TXT',
        (bench) => exactly(`dns-version.${bench.clusterDomain}`),
        () => ['answer "{{ .Name }} 5 IN TXT 0.9.0"'],
      ),
    ),
    witness: dug({ type: 'TXT', name: (bench) => `dns-version.${bench.clusterDomain}`, prints: /0\.9\.0/ }),
    kills: { 'dns.zone.schema-version': 'DNS backend' },
  },
  {
    id: 'M-D42',
    breaks: 'a Pod that is not ready has its name already',
    mechanism: corefile(
      'a template answers A of the Pod that is not ready',
      template(
        'A',
        (bench) => exactly(bench.fqdn('unready.peers')),
        async (bench) => [`answer "{{ .Name }} 5 IN A ${(await addresses(bench, 'peers'))[1]}"`],
      ),
    ),
    witness: dug({ type: 'A', name: name('unready.peers'), prints: /ANSWER: 1,/ }),
    kills: { 'dns.headless.host.ready-only': 'DNS backend' },
  },
  {
    id: 'M-D43',
    breaks: 'SRV does not tell the protocols of a port apart',
    mechanism: corefile(
      'a template answers SRV of a port with another protocol',
      template(
        'SRV',
        (bench) => exactly(bench.fqdn('_http._udp.web')),
        (bench) => [`answer "{{ .Name }} 5 IN SRV 0 100 8080 ${bench.fqdn('web')}."`],
      ),
    ),
    witness: dug({ type: 'SRV', name: name('_http._udp.web'), prints: /ANSWER: 1,/ }),
    kills: { 'dns.headless.srv.protocol': 'DNS backend' },
  },
  {
    id: 'M-D44',
    breaks: 'SRV takes the number of a port for its name',
    mechanism: corefile(
      'a template answers SRV of names that are numbers',
      template(
        'SRV',
        (bench) => `^_[0-9]+[.]_tcp[.]${below(bench.fqdn('web'))}`,
        (bench) => [`answer "{{ .Name }} 5 IN SRV 0 100 8080 ${bench.fqdn('web')}."`],
      ),
    ),
    witness: dug({ type: 'SRV', name: name('_8080._tcp.web'), prints: /ANSWER: 1,/ }),
    kills: { 'dns.headless.srv.unnamed': 'DNS backend' },
  },
  {
    id: 'M-D45',
    breaks: 'the address of a ClusterIP Service leads to another name beside its own',
    mechanism: corefile(
      'a template answers PTR of the ClusterIP with two names',
      template(
        'PTR',
        // The addresses of Services, and of no Pod.
        () => '[.]96[.]10[.]in-addr[.]arpa[.]$',
        (bench) => ['web-clusterip', 'web'].map((one) => `answer "{{ .Name }} 5 IN PTR ${bench.fqdn(one)}."`),
      ),
    ),
    witness: dug({ type: 'PTR', name: () => '1.0.96.10.in-addr.arpa', prints: /ANSWER: 2,/ }),
    kills: { 'dns.clusterip.ptr': 'DNS backend' },
  },
]
