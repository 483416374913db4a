import type { SetName } from '../../helpers/stage/sets.ts'
import { pathOf } from '../../helpers/target/objects.ts'
import type { Bench } from '../bench.ts'
import { deploymentSettled, onePodMore } from '../endpoints/controller.ts'
import { together } from '../mechanism.ts'
import type { Mechanism, Mutant } from '../mutant.ts'
import { type NodeOf, nodeCommand, packetRule, suspend } from '../verbs/node.ts'
import { all, printed, stands } from '../witnesses.ts'

const worker = (bench: Bench): string => bench.worker(1)

/** The addresses of the Pods with a label `app`, in the order of their names. */
export async function addresses(bench: Bench, app: 'web' | 'db'): Promise<string[]> {
  return (await bench.pods(app)).flatMap((pod) => pod.status?.podIP ?? [])
}

/** The virtual address of a Service. */
export async function virtualAddress(bench: Bench, service: string, set: SetName = 'headless'): Promise<string> {
  const path = pathOf('services', bench.namespaces[set], service)
  return (await bench.api.send<{ spec: { clusterIP: string } }>(path)).spec.clusterIP
}

/** The worker on which the first Pod of the StatefulSet does not run, so that only its own Pods are led astray. */
export async function workerWithoutFirst(bench: Bench): Promise<string> {
  const [first] = await bench.pods('db')
  return first?.spec?.nodeName === bench.worker(1) ? bench.worker(2) : bench.worker(1)
}

/** The chain of the ClusterIP twin on a node, and the rules in it, each as iptables takes it. */
async function twinChain(bench: Bench, node: string): Promise<{ chain: string; rules: string[][] }> {
  const services = await bench.onNode(node, ['iptables', '-t', 'nat', '-S', 'KUBE-SERVICES'])
  const line = services.split('\n').find((one) => one.includes(`"${bench.namespaces.headless}/web-clusterip:`))
  const chain = line?.match(/-j (KUBE-SVC-\S+)/)?.[1]
  if (chain === undefined) throw new Error(`${node} has no chain for the ClusterIP twin`)
  const listed = await bench.onNode(node, ['iptables', '-t', 'nat', '-S', chain])
  const rules = listed.split('\n').filter((one) => one.startsWith(`-A ${chain} `))
  return { chain, rules: rules.map((rule) => wordsOf(rule).slice(2)) }
}

/** The words of a rule as `iptables -S` prints it, where only comments are quoted. */
function wordsOf(rule: string): string[] {
  return [...rule.matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '')
}

/** What `iptables -S` lists of a chain of the table nat. */
export function listedIn(node: NodeOf, chain: string, text: RegExp): Mutant['witness'] {
  return printed(node, () => ['iptables', '-t', 'nat', '-S', chain], text)
}

/** On one node, what is addressed to one place goes to another. */
export function diverted(
  does: string,
  node: NodeOf,
  places: (bench: Bench) => Promise<{ readonly from: string; readonly port: number; readonly to: string }>,
): Mechanism {
  return packetRule(does, node, async (bench) => {
    const { from, port, to } = await places(bench)
    const where = ['-d', from, '-p', 'tcp', '--dport', `${port}`]
    return { table: 'nat', chain: 'PREROUTING', rule: [...where, '-j', 'DNAT', '--to-destination', to] }
  })
}

/** Something stands between a client and the address that it was given, or the rules are not those of the Service. */
export const rules: readonly Mutant[] = [
  {
    id: 'M-P01',
    breaks: 'one node sends connections for one Pod to another',
    mechanism: packetRule('DNAT of the address of a Pod', workerWithoutFirst, async (bench) => {
      const [first, second] = await addresses(bench, 'db')
      const where = ['-d', `${first}`, '-p', 'tcp', '--dport', '8080']
      const comment = `${bench.namespaces.headless}/db:http mutant`
      return {
        table: 'nat',
        chain: 'PREROUTING',
        rule: [...where, '-m', 'comment', '--comment', comment, '-j', 'DNAT', '--to-destination', `${second}:8080`],
      }
    }),
    witness: listedIn(workerWithoutFirst, 'PREROUTING', /mutant/),
    kills: {
      'proxy.headless.direct': 'data path',
      'proxy.headless.reach-all': 'data path',
      'proxy.headless.affinity-ignored': 'data path',
      'proxy.headless.no-rules': 'node rules',
    },
  },
  {
    id: 'M-P01.name',
    breaks: 'a proxy has programmed a rule for the headless Service that no packet meets',
    mechanism: packetRule('a rule that names the headless Service', worker, (bench) => ({
      table: 'nat',
      chain: 'KUBE-SERVICES',
      rule: [
        ...['-d', '10.255.255.9', '-p', 'tcp', '--dport', '8080'],
        ...['-m', 'comment', '--comment', `${bench.namespaces.headless}/web:http cluster IP`],
        ...['-j', 'DNAT', '--to-destination', '10.255.255.10:8080'],
      ],
    })),
    witness: listedIn(worker, 'KUBE-SERVICES', /10\.255\.255\.9/),
    kills: { 'proxy.headless.no-rules': 'node rules' },
    culprit: worker,
  },
  {
    id: 'M-P01.port',
    breaks: 'one node maps a port of a headless Pod to another one',
    mechanism: packetRule('DNAT to another port of the same Pod', workerWithoutFirst, async (bench) => {
      const [first] = await addresses(bench, 'db')
      const where = ['-d', `${first}`, '-p', 'tcp', '--dport', '8080']
      return { table: 'nat', chain: 'PREROUTING', rule: [...where, '-j', 'DNAT', '--to-destination', `${first}:8081`] }
    }),
    witness: listedIn(workerWithoutFirst, 'PREROUTING', /:8081/),
    kills: {
      'proxy.headless.direct': 'data path',
      'proxy.headless.reach-all': 'data path',
      'proxy.headless.affinity-ignored': 'data path',
      'proxy.headless.no-rules': 'node rules',
    },
  },
  {
    id: 'M-P23',
    breaks: 'one node hides a Pod behind its own address',
    mechanism: packetRule('masquerading of what a Pod sends to Pods', worker, (bench) => ({
      table: 'nat',
      chain: 'POSTROUTING',
      rule: [
        ...['-s', `${bench.vantageOn(bench.worker(1)).addresses[0]}`, '-d', '10.244.0.0/16'],
        ...['-p', 'tcp', '--dport', '8080', '-j', 'MASQUERADE'],
      ],
    })),
    witness: listedIn(worker, 'POSTROUTING', /dport 8080 -j MASQUERADE/),
    kills: { 'proxy.headless.direct': 'data path' },
    culprit: worker,
  },
  {
    id: 'M-P20',
    breaks: 'one node refuses connections to one Pod',
    mechanism: packetRule('REJECT of connections to a Pod', workerWithoutFirst, async (bench) => ({
      table: 'filter',
      chain: 'FORWARD',
      rule: ['-d', `${(await addresses(bench, 'db'))[0]}`, '-p', 'tcp', '--dport', '8080', '-j', 'REJECT'],
    })),
    witness: printed(workerWithoutFirst, () => ['iptables', '-S', 'FORWARD'], /dport 8080 -j REJECT/),
    kills: {
      'proxy.headless.direct': 'data path',
      'proxy.headless.reach-all': 'data path',
      'proxy.headless.affinity-ignored': 'data path',
      'sts.service-per-pod': 'data path',
    },
  },
  {
    id: 'M-P06',
    breaks: 'the proxy of one node has stopped, and knows nothing of the latest Pod',
    mechanism: together(
      deploymentSettled,
      suspend('SIGSTOP to kube-proxy of one node', worker, () => '^/usr/local/bin/kube-proxy '),
      onePodMore,
    ),
    witness: all(
      stands(
        'the readiness of the Deployment',
        (bench) => pathOf('deployments', bench.namespaces.headless, 'web'),
        (one) => ((one as { status?: { readyReplicas?: number } }).status?.readyReplicas ?? 0) === 3,
      ),
      printed(worker, () => ['ps', '-eo', 'stat,args'], /^T\S*\s+\/usr\/local\/bin\/kube-proxy /m),
    ),
    kills: { 'proxy.clusterip.rules': 'node rules', 'lat.proxy': 'node rules' },
    culprit: worker,
  },
  {
    id: 'M-P07',
    breaks: 'one node has lost a backend of a ClusterIP Service',
    mechanism: nodeCommand('one rule of the chain of the ClusterIP Service is deleted', worker, async (bench) => {
      const { chain, rules: own } = await twinChain(bench, bench.worker(1))
      const rule = own.find((words) => words.some((one) => one.startsWith('KUBE-SEP-')))
      if (rule === undefined) throw new Error(`${chain} leads nowhere`)
      const iptables = ['iptables', '-w', '5', '-t', 'nat']
      return {
        apply: [...iptables, '-D', chain, ...rule],
        undo: [...iptables, '-I', chain, ...rule],
        // Ends with 0 while the rule is gone.
        test: ['sh', '-c', '! "$@" 2>/dev/null', 'sh', ...iptables, '-C', chain, ...rule],
      }
    }),
    witness: {
      looksAt: 'the chain of the ClusterIP twin',
      see: async (bench) => {
        const { chain, rules: own } = await twinChain(bench, bench.worker(1))
        const count = own.filter((words) => words.some((one) => one.startsWith('KUBE-SEP-'))).length
        return { shows: count === 1, saw: `${chain} leads to ${count} endpoints` }
      },
    },
    kills: { 'proxy.clusterip.rules': 'node rules' },
    culprit: worker,
  },
  {
    id: 'M-P22',
    breaks: 'one node sends a ClusterIP Service to an address that no Pod has, too',
    mechanism: nodeCommand('a rule more in the chain of the ClusterIP Service', worker, async (bench) => {
      const { chain } = await twinChain(bench, bench.worker(1))
      const rule = [
        '-p',
        'tcp',
        '-m',
        'statistic',
        '--mode',
        'random',
        '--probability',
        '0.3',
        '-j',
        'DNAT',
        '--to-destination',
        '10.255.255.9:8080',
      ]
      const iptables = (verb: string): string[] => ['iptables', '-w', '5', '-t', 'nat', verb, chain, ...rule]
      return { apply: iptables('-I'), undo: iptables('-D'), test: iptables('-C') }
    }),
    witness: printed(worker, () => ['iptables-save', '-t', 'nat'], /10\.255\.255\.9:8080/),
    kills: { 'proxy.clusterip.rules': 'node rules' },
    // Each connection meets the rule three times in ten.
    alongside: { 'proxy.mixed': ['non-conformant'] },
    culprit: worker,
  },
  {
    id: 'M-P21',
    breaks: 'one node has no rule for the address of a ClusterIP Service',
    mechanism: nodeCommand('the rule for the virtual address is deleted', worker, async (bench) => {
      const address = await virtualAddress(bench, 'web-clusterip')
      const listed = await bench.onNode(bench.worker(1), ['iptables', '-t', 'nat', '-S', 'KUBE-SERVICES'])
      const line = listed.split('\n').find((one) => one.includes(`-d ${address}/32`))
      if (line === undefined) throw new Error(`there is no rule for ${address}`)
      const rule = wordsOf(line).slice(2)
      const iptables = ['iptables', '-w', '5', '-t', 'nat']
      return {
        apply: [...iptables, '-D', 'KUBE-SERVICES', ...rule],
        undo: [...iptables, '-I', 'KUBE-SERVICES', ...rule],
        test: ['sh', '-c', '! "$@" 2>/dev/null', 'sh', ...iptables, '-C', 'KUBE-SERVICES', ...rule],
      }
    }),
    witness: {
      looksAt: 'the chain KUBE-SERVICES',
      see: async (bench) => {
        const address = await virtualAddress(bench, 'web-clusterip')
        const listed = await bench.onNode(bench.worker(1), ['iptables', '-t', 'nat', '-S', 'KUBE-SERVICES'])
        return { shows: !listed.includes(`-d ${address}/32`), saw: `${listed.split('\n').length} lines` }
      },
    },
    kills: { 'proxy.clusterip.rules': 'node rules', 'proxy.mixed': 'node rules' },
    culprit: worker,
  },
]
