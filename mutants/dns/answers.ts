import type { Bench } from '../bench.ts'
import type { Mutant } from '../mutant.ts'
import { below, corefile, exactly, template, viewed, withoutCache } from '../verbs/corefile.ts'
import { dug } from '../witnesses.ts'

const ghost = '10.255.255.1'
const name = (service: string) => (bench: Bench) => bench.fqdn(service)
const only = (service: string) => (bench: Bench) => exactly(bench.fqdn(service))

async function addresses(bench: Bench, app: 'web' | 'db'): Promise<string[]> {
  return (await bench.pods(app)).flatMap((pod) => pod.status?.podIP ?? [])
}

/** A server answers from something else than the slices. */
export const answers: readonly Mutant[] = [
  {
    id: 'M-D01',
    breaks: 'a headless name resolves to an address that no Pod has',
    mechanism: corefile(
      'a template answers A of the headless Service',
      template('A', only('web'), () => [`answer "{{ .Name }} 5 IN A ${ghost}"`]),
    ),
    witness: dug({ type: 'A', name: name('web'), prints: new RegExp(ghost) }),
    kills: { 'dns.headless.a.exact-set': 'DNS backend' },
  },
  {
    id: 'M-D11',
    breaks: 'a headless name leaves out one ready Pod',
    mechanism: corefile(
      'a template answers A of the headless Service with its first Pod alone',
      template('A', only('db'), async (bench) => [`answer "{{ .Name }} 5 IN A ${(await addresses(bench, 'db'))[0]}"`]),
    ),
    witness: dug({ type: 'A', name: name('db'), prints: /ANSWER: 1,/ }),
    kills: { 'dns.headless.a.cross-namespace': 'DNS backend', 'dns.headless.a.exact-set': 'DNS backend' },
  },
  {
    id: 'M-D15',
    breaks: 'a ClusterIP name resolves to a Pod instead of the virtual address',
    mechanism: corefile(
      'a template answers A of the ClusterIP Service',
      template('A', only('web-clusterip'), async (bench) => [
        `answer "{{ .Name }} 5 IN A ${(await addresses(bench, 'web'))[0]}"`,
      ]),
    ),
    witness: dug({ type: 'A', name: name('web-clusterip'), prints: /\sA\s+10\.244\./ }),
    kills: { 'dns.clusterip.address': 'DNS backend' },
  },
  {
    id: 'M-D02',
    breaks: 'one Pod of a StatefulSet has lost its name',
    mechanism: corefile(
      'a template denies the name of one Pod',
      template('A', only('db-1.db'), () => ['rcode NXDOMAIN']),
    ),
    witness: dug({ type: 'A', name: name('db-1.db'), prints: /NXDOMAIN/ }),
    kills: {
      'dns.headless.host.a': 'DNS backend',
      'dns.headless.srv.target': 'DNS backend',
      'sts.dns.per-pod': 'DNS backend',
    },
    alongside: { 'dns.neg.other-family-nodata': ['inconclusive'], 'dns.zone.case-insensitive': ['inconclusive'] },
  },
  {
    id: 'M-D03',
    breaks: "one Pod's name resolves to its neighbour",
    mechanism: corefile(
      'a template answers A of one Pod with the address of another',
      template('A', only('db-0.db'), async (bench) => [
        `answer "{{ .Name }} 5 IN A ${(await addresses(bench, 'db'))[1]}"`,
      ]),
    ),
    witness: dug({ type: 'A', name: name('db-0.db'), prints: /\s5\s+IN\s+A\s/ }),
    kills: {
      'dns.headless.host.a': 'DNS backend',
      'dns.headless.srv.target': 'DNS backend',
      'sts.dns.per-pod': 'DNS backend',
    },
  },
  {
    id: 'M-D20',
    breaks: 'every name below a headless Service resolves, whether or not a Pod asked for it',
    mechanism: corefile(
      'a template answers A of all names below the headless Service',
      template(
        'A',
        (bench) => `^[^.]+[.]${below(bench.fqdn('web'))}`,
        () => [`answer "{{ .Name }} 5 IN A ${ghost}"`],
      ),
    ),
    witness: dug({ type: 'A', name: name('nobody.web'), prints: new RegExp(ghost) }),
    kills: {
      'dns.headless.host.needs-hostname': 'DNS backend',
      'dns.headless.host.unknown': 'DNS backend',
      'dns.headless.srv.target': 'DNS backend',
    },
  },
  {
    id: 'M-D76',
    breaks: 'a Pod has its name below every Service that selects it, not below that of its subdomain alone',
    mechanism: corefile(
      'a template answers A of the hostname below another Service with the address of the Pod',
      template('A', only('elsewhere.peers'), async (bench) => [
        `answer "{{ .Name }} 5 IN A ${(await bench.pod('headless', 'peer-elsewhere')).status?.podIP}"`,
      ]),
    ),
    witness: dug({ type: 'A', name: name('elsewhere.peers'), prints: /ANSWER: 1,/ }),
    kills: { 'dns.headless.host.own-subdomain': 'DNS backend' },
  },
  {
    id: 'M-D04',
    breaks: 'SRV of a headless Service is empty',
    mechanism: corefile(
      'a template answers SRV with nothing',
      template(
        'SRV',
        (bench) => `^_.*[.]${below(bench.fqdn('web'))}`,
        () => ['rcode NOERROR'],
      ),
    ),
    witness: dug({ type: 'SRV', name: name('_http._tcp.web'), prints: /NOERROR[\s\S]*ANSWER: 0,/ }),
    kills: { 'dns.headless.srv.n-by-m': 'DNS backend', 'dns.headless.srv.target': 'DNS backend' },
    alongside: {
      'dns.headless.srv.nameless-port': ['inconclusive'],
      'dns.headless.srv.protocol': ['inconclusive'],
      'dns.headless.srv.unnamed': ['inconclusive'],
    },
  },
  {
    id: 'M-D05',
    breaks: 'SRV names one endpoint alone, and a port on which nobody listens',
    mechanism: corefile(
      'a template answers SRV with port 9999 of one Pod',
      template(
        'SRV',
        (bench) => `^_.*[.]${below(bench.fqdn('db'))}`,
        (bench) => [`answer "{{ .Name }} 5 IN SRV 0 100 9999 db-0.${bench.fqdn('db')}."`],
      ),
    ),
    witness: dug({ type: 'SRV', name: name('_http._tcp.db'), prints: /9999/ }),
    kills: { 'dns.headless.srv.n-by-m': 'DNS backend', 'dns.headless.srv.target': 'DNS backend' },
  },
  {
    id: 'M-D35',
    breaks: 'SRV leads to targets that do not resolve',
    mechanism: corefile(
      'a template answers SRV with targets that are not there',
      template(
        'SRV',
        (bench) => `^_http[.]_tcp[.]${below(bench.fqdn('web'))}`,
        (bench) => ['a', 'b'].map((label) => `answer "{{ .Name }} 5 IN SRV 0 50 8080 ${label}.${bench.fqdn('web')}."`),
      ),
    ),
    witness: dug({ type: 'SRV', name: name('_http._tcp.web'), prints: /8080 a\.web/ }),
    kills: { 'dns.headless.srv.target': 'DNS backend' },
  },
  {
    id: 'M-D73',
    breaks: 'SRV knows of two ports that share a number only that of TCP',
    mechanism: corefile(
      'a template denies SRV of the UDP port',
      template('SRV', only('_datagram._udp.two-protocols'), () => ['rcode NXDOMAIN']),
    ),
    witness: dug({ type: 'SRV', name: name('_datagram._udp.two-protocols'), prints: /NXDOMAIN/ }),
    kills: { 'dns.headless.srv.two-protocols': 'DNS backend' },
  },
  {
    id: 'M-D77',
    breaks: 'SRV knows a port without a name by its number',
    mechanism: corefile(
      'a template answers SRV of the number of the port',
      template('SRV', only('_8080._tcp.nameless-port'), (bench) => [
        `answer "{{ .Name }} 5 IN SRV 0 100 8080 ${bench.fqdn('nameless-port')}."`,
      ]),
    ),
    witness: dug({ type: 'SRV', name: name('_8080._tcp.nameless-port'), prints: /ANSWER: 1,/ }),
    kills: { 'dns.headless.srv.nameless-port': 'DNS backend' },
  },
  {
    id: 'M-D78',
    breaks: 'a headless Service without ports has no name, though it selects Pods',
    mechanism: corefile(
      'a template denies the Service without ports',
      template('A', only('portless'), () => ['rcode NXDOMAIN']),
    ),
    witness: dug({ type: 'A', name: name('portless'), prints: /NXDOMAIN/ }),
    kills: { 'dns.headless.a.portless-selected': 'DNS backend' },
  },
  {
    id: 'M-D74',
    breaks: "whoever asks over UDP for one Pod's name is led to its neighbour",
    mechanism: corefile(
      'questions over UDP meet a template with the address of another Pod',
      viewed(
        "proto() == 'udp'",
        template('A', only('db-0.db'), async (bench) => [
          `answer "{{ .Name }} 5 IN A ${(await addresses(bench, 'db'))[1]}"`,
        ]),
      ),
    ),
    witness: dug({ type: 'A', name: name('db-0.db'), prints: /\s5\s+IN\s+A\s/, options: ['+notcp'] }),
    kills: { 'dns.proto.udp-types': 'DNS backend' },
  },
  {
    id: 'M-D75',
    breaks: 'over UDP a name that is not there has no address, and is there',
    mechanism: corefile(
      'questions over UDP meet a template without records',
      viewed(
        "proto() == 'udp'",
        template('A', only('nobody.db'), () => ['rcode NOERROR']),
      ),
    ),
    witness: dug({ type: 'A', name: name('nobody.db'), prints: /NOERROR[\s\S]*ANSWER: 0,/, options: ['+notcp'] }),
    kills: { 'dns.proto.udp-types': 'DNS backend' },
  },
  {
    id: 'M-D34',
    breaks: 'the addresses of one answer have different TTLs',
    mechanism: corefile(
      'a template answers A of the headless Service with a TTL for each Pod, and no cache levels them',
      async (corefile, bench) => {
        const says = template('A', only('web'), async () =>
          (await addresses(bench, 'web')).map((address, index) => `answer "{{ .Name }} ${5 + index} IN A ${address}"`),
        )
        return says(withoutCache(corefile), bench)
      },
    ),
    witness: dug({ type: 'A', name: name('web'), prints: /\s6\s+IN\s+A\s/ }),
    kills: { 'dns.ttl.bound': 'DNS backend' },
  },
]
