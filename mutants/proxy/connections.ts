import type { Bench } from '../bench.ts'
import { together } from '../mechanism.ts'
import type { Mutant } from '../mutant.ts'
import { corefile, exactly, template } from '../verbs/corefile.ts'
import { packetRule } from '../verbs/node.ts'
import { dug, printed } from '../witnesses.ts'
import { addresses, diverted, listedIn, virtualAddress, workerWithoutFirst } from './rules.ts'

const worker = (bench: Bench): string => bench.worker(1)

async function firstOf(bench: Bench, app: 'web' | 'db'): Promise<string> {
  const [first] = await addresses(bench, app)
  if (first === undefined) throw new Error(`no Pod of ${app} has an address`)
  return first
}

/** A client gets somewhere, or nowhere, other than the Service says. */
export const connections: readonly Mutant[] = [
  {
    id: 'M-P30',
    breaks: 'one node translates the port of a headless Service to that of its Pods',
    mechanism: diverted('DNAT of the port 80 of a Pod', worker, async (bench) => {
      // All come through the node of a Pod to that: only of others does a node lead its own Pods astray alone.
      const pods = await bench.pods('web')
      const from = pods.find((one) => one.spec?.nodeName !== worker(bench))?.status?.podIP
      if (from === undefined) throw new Error(`all Pods of web are on ${worker(bench)}`)
      return { from, port: 80, to: `${from}:8080` }
    }),
    witness: listedIn(worker, 'PREROUTING', /dport 80 -j DNAT .*:8080/),
    kills: { 'proxy.headless.no-port-remap': 'data path', 'proxy.headless.no-rules': 'node rules' },
    culprit: worker,
  },
  {
    id: 'M-P31',
    breaks: 'one node drops all that is sent to one Pod',
    mechanism: packetRule('DROP of connections to a Pod', workerWithoutFirst, async (bench) => ({
      table: 'filter',
      chain: 'FORWARD',
      rule: ['-d', await firstOf(bench, 'db'), '-p', 'tcp', '--dport', '8080', '-j', 'DROP'],
    })),
    witness: printed(workerWithoutFirst, () => ['iptables', '-S', 'FORWARD'], /dport 8080 -j DROP/),
    kills: {
      'proxy.headless.direct': 'data path',
      'proxy.headless.reach-all': 'data path',
      'proxy.headless.affinity-ignored': 'data path',
      'sts.service-per-pod': 'data path',
    },
  },
  {
    id: 'M-P32',
    breaks: 'a server keeps the session affinity of a headless Service by telling one Pod alone',
    mechanism: corefile(
      'a template answers A of the Service with affinity with its first Pod alone',
      template(
        'A',
        (bench) => exactly(bench.fqdn('sticky')),
        async (bench) => [`answer "{{ .Name }} 5 IN A ${await firstOf(bench, 'db')}"`],
      ),
    ),
    witness: dug({ type: 'A', name: (bench) => bench.fqdn('sticky'), prints: /ANSWER: 1,/ }),
    kills: { 'proxy.headless.affinity-ignored': 'node resolver' },
  },
  {
    id: 'M-P33',
    breaks: 'one node translates a port of a virtual address to another than the Service says',
    mechanism: diverted('DNAT of a virtual address to the other port of a Pod', worker, async (bench) => ({
      from: await virtualAddress(bench, 'remapped'),
      port: 80,
      to: `${await firstOf(bench, 'web')}:8081`,
    })),
    witness: listedIn(worker, 'PREROUTING', /dport 80 -j DNAT .*:8081/),
    kills: { 'proxy.clusterip.remap': 'node rules' },
    culprit: worker,
  },
  {
    id: 'M-P34',
    breaks: 'all nodes send all clients of a virtual address to one Pod',
    mechanism: together(
      ...[0, 1, 2].map((n) =>
        diverted(
          `DNAT of a virtual address to one Pod on node ${n}`,
          (bench) => bench.worker(n),
          async (bench) => ({
            from: await virtualAddress(bench, 'web-clusterip'),
            port: 8080,
            to: `${await firstOf(bench, 'web')}:8080`,
          }),
        ),
      ),
    ),
    witness: listedIn(worker, 'PREROUTING', /dport 8080 -j DNAT .*:8080/),
    kills: { 'proxy.mixed': 'node rules' },
  },
]
