import { list } from '../../helpers/target/objects.ts'
import type { Bench } from '../bench.ts'
import type { Mutant } from '../mutant.ts'
import { corefile, type Edit, exactly, template, viewed } from '../verbs/corefile.ts'
import { packetRule } from '../verbs/node.ts'
import { dug } from '../witnesses.ts'
import { lookups } from './servers.ts'

const name = (service: string) => (bench: Bench) => `${service}.${bench.namespaces.crowds}.svc.${bench.clusterDomain}`

/** Answers A of a crowd with the first of its addresses alone. */
function few(service: string, count: number): Edit {
  return template(
    'A',
    (bench) => exactly(name(service)(bench)),
    async (bench) => {
      const labels = `kubernetes.io/service-name=${service}`
      const slices = await list(bench.api, 'endpointslices', { namespace: bench.namespaces.crowds, labels })
      const addresses = slices.flatMap((slice) => slice.endpoints.flatMap((one) => one.addresses))
      return addresses.slice(0, count).map((address) => `answer "{{ .Name }} 5 IN A ${address}"`)
    },
  )
}

/** Answers that do not hold all that they should, or do not arrive, for their size alone. */
export const sizes: readonly Mutant[] = [
  {
    id: 'M-D65',
    breaks: 'a datagram holds some of the Pods, and does not say that there are more',
    mechanism: corefile(
      'questions over UDP meet a template with 3 of 64 addresses',
      viewed("proto() == 'udp'", few('crowd-64', 3)),
    ),
    witness: dug({
      type: 'A',
      name: name('crowd-64'),
      prints: /flags:(?! [a-z ]*tc)[\s\S]*ANSWER: 3,/,
      options: ['+notcp', '+ignore', '+noedns'],
    }),
    kills: {
      'dns.proto.truncate-tc': 'DNS backend',
      'dns.proto.udp-intact': 'DNS backend',
      'dns.proto.edns-size': 'DNS backend',
      'dns.size.small': 'DNS backend',
    },
  },
  {
    id: 'M-D66',
    breaks: 'whoever comes again over TCP gets no more than a datagram held',
    mechanism: corefile(
      'questions over TCP meet a template with 27 of 100 addresses',
      viewed("proto() == 'tcp'", few('crowd-100', 27)),
    ),
    witness: dug({ type: 'A', name: name('crowd-100'), prints: /ANSWER: 27,/, options: ['+tcp'] }),
    kills: { 'dns.proto.tcp-complete': 'DNS backend', 'dns.size.small': 'DNS backend' },
  },
  {
    id: 'M-D67',
    breaks: 'a server knows of 100 endpoints of a Service and no more',
    mechanism: corefile('templates answer A of large Services with 100 addresses', async (text, bench) => {
      let edited = text
      for (const service of ['crowd-250', 'crowd-1000', 'crowd-4000']) edited = await few(service, 100)(edited, bench)
      return edited
    }),
    witness: dug({ type: 'A', name: name('crowd-1000'), prints: /ANSWER: 100,/, options: ['+tcp'] }),
    kills: {
      'dns.headless.a.large': 'DNS backend',
      'dns.size.thousand': 'DNS backend',
      'dns.size.limit': 'DNS backend',
    },
  },
  {
    id: 'M-D23',
    breaks: 'large datagrams do not reach the Pods of one node, as where a tunnel takes less than the network does',
    mechanism: packetRule(
      'one node drops DNS answers of 900 bytes and more',
      (bench) => bench.worker(1),
      (bench) => ({
        table: 'mangle',
        chain: 'FORWARD',
        rule: [
          ...['-d', `${bench.vantageOn(bench.worker(1)).addresses[0]}`, '-p', 'udp', '--sport', '53'],
          ...['-m', 'length', '--length', '900:65535', '-j', 'DROP'],
        ],
      }),
    ),
    witness: {
      looksAt: 'dig over UDP from the node',
      see: async (bench) => {
        const { namespace, pod, container } = bench.vantageOn(bench.worker(1))
        const ask = (bytes: number): Promise<string> =>
          bench.inPod(namespace, pod, container, [
            ...['dig', '+time=1', '+tries=1', '+notcp', '+ignore', `+bufsize=${bytes}`],
            name('crowd-64')(bench),
          ])
        const [small, large] = await Promise.all([ask(512), ask(1232)])
        const shows = /status: NOERROR/.test(small) && /timed out|no servers/.test(large)
        return { shows, saw: large.trim().slice(0, 100) }
      },
    },
    kills: { 'dns.proto.udp-intact': 'DNS backend', 'dns.proto.edns-size': 'DNS backend' },
    culprit: (bench) => bench.worker(1),
  },
  {
    id: 'M-D68',
    breaks: 'of two questions from one socket, that for AAAA gets lost',
    mechanism: corefile(
      'questions for AAAA over UDP meet a server that drops them',
      viewed("proto() == 'udp' && type() == 'AAAA'", () => '.:53 {\n    erratic {\n        drop 1\n    }\n}\n'),
    ),
    witness: dug({
      type: 'AAAA',
      name: name('crowd-1'),
      prints: /timed out|no servers/,
      options: ['+notcp', '+comments'],
    }),
    kills: { 'dns.custom.slice-a': 'DNS backend', 'dns.proto.parallel-a-aaaa': 'DNS backend' },
    alongside: lookups,
  },
]
