import { Problem } from '../../helpers/errors.ts'
import type { DaemonSet } from '../../helpers/target/objects.ts'
import { pathOf } from '../../helpers/target/objects.ts'
import { eventually } from '../../helpers/wait.ts'
import type { Bench } from '../bench.ts'
import { together, waits } from '../mechanism.ts'
import type { Mutant } from '../mutant.ts'
import { nodeCommand, packetRule } from '../verbs/node.ts'
import { patch } from '../verbs/objects.ts'
import { all, printed } from '../witnesses.ts'
import { addresses, diverted, listedIn, virtualAddress } from './rules.ts'

const worker = (bench: Bench): string => bench.worker(1)
const daemonSet = pathOf('daemonsets', 'kube-system', 'kube-proxy')
const nodePorts = ['-p', 'tcp', '--dport', '30000:32767', '-m', 'addrtype', '--dst-type', 'LOCAL']

/** Undone, it waits until kube-proxy runs on every node again. */
const proxiesSettled = waits('kube-proxy is waited for', {
  async undone(bench) {
    await eventually(
      async () => {
        const { status, metadata } = await bench.api.send<DaemonSet>(daemonSet)
        const { desiredNumberScheduled: wanted = 0, numberReady: ready = 0, observedGeneration = 0 } = status ?? {}
        const isSeen = observedGeneration === metadata?.generation
        return isSeen && wanted === bench.nodes.length && ready === wanted
          ? { done: true, value: undefined }
          : { done: false, saw: `${ready} of ${wanted} ready` }
      },
      { reason: 'kube-proxy to run everywhere', deadline: 60_000, signal: bench.signal },
    )
  },
})

/** The address of the n-th Pod of `web`, in the order in which suites make endpoints of them. */
async function backend(bench: Bench, n: 0 | 1): Promise<string> {
  const address = (await addresses(bench, 'web')).sort()[n]
  if (address === undefined) throw new Problem(`web has no Pod ${n}; scale it to two.`)
  return address
}

/** A node sends the clients of a virtual address of the set `fresh` to one Pod, whatever the proxy is told. */
function fixed(service: string, n: 0 | 1) {
  return diverted(`DNAT of the virtual address of ${service}`, worker, async (bench) => ({
    from: await virtualAddress(bench, service, 'fresh'),
    port: 80,
    to: `${await backend(bench, n)}:8080`,
  }))
}

/** A proxy does not follow what it is told, or follows what it should not. */
export const programming: readonly Mutant[] = [
  {
    id: 'M-P05',
    breaks: 'no node has a proxy, and each lives on the rules of the last one',
    mechanism: together(
      proxiesSettled,
      patch('kube-proxy is for nodes that there are none of', () => daemonSet, {
        spec: { template: { spec: { nodeSelector: { mutant: 'x' } } } },
      }),
    ),
    witness: all(
      ...[0, 1, 2].map((n) =>
        printed(
          (bench) => bench.worker(n),
          () => ['sh', '-c', 'pgrep -f ^/usr/local/bin/kube-proxy || echo none'],
          /^none/m,
        ),
      ),
    ),
    kills: {
      'proxy.unready-vip': 'node rules',
      'proxy.label.proxy-name': 'node rules',
      'lat.proxy': 'node rules',
    },
  },
  {
    id: 'M-P35',
    breaks: 'one node sends the clients of a virtual address to a Pod that is not ready',
    mechanism: fixed('guarded', 1),
    witness: listedIn(worker, 'PREROUTING', /dport 80 -j DNAT .*:8080/),
    kills: { 'proxy.unready-vip': 'node rules' },
    culprit: worker,
  },
  {
    id: 'M-P36',
    breaks: 'the proxy of one node heeds a slice that is labelled as headless',
    mechanism: fixed('overlooked', 0),
    witness: listedIn(worker, 'PREROUTING', /dport 80 -j DNAT .*:8080/),
    kills: { 'proxy.label.slice-headless': 'node rules' },
    culprit: worker,
  },
  {
    id: 'M-P37',
    breaks: 'the proxy of one node minds a Service that is for another proxy',
    mechanism: fixed('delegated', 0),
    witness: listedIn(worker, 'PREROUTING', /dport 80 -j DNAT .*:8080/),
    kills: { 'proxy.label.proxy-name': 'node rules' },
    culprit: worker,
  },
  {
    id: 'M-P38',
    breaks: 'one node sends whoever dials an external address of a headless Service to its Pods',
    mechanism: diverted('DNAT of an external address', worker, async (bench) => ({
      from: '192.0.2.202',
      port: 80,
      to: `${await backend(bench, 0)}:8080`,
    })),
    witness: listedIn(worker, 'PREROUTING', /192\.0\.2\.202/),
    kills: { 'proxy.headless.externalip-ignored': 'node rules' },
    culprit: worker,
  },
  {
    id: 'M-P39',
    breaks: 'the node ports of one node lead to another port of the Pods than the Service says',
    mechanism: packetRule('DNAT of all node ports', worker, async (bench) => ({
      table: 'nat',
      chain: 'PREROUTING',
      rule: [...nodePorts, '-j', 'DNAT', '--to-destination', `${await backend(bench, 0)}:8081`],
    })),
    witness: listedIn(worker, 'PREROUTING', /30000:32767 .*:8081/),
    kills: { 'proxy.nodeport.remap': 'node rules' },
    culprit: worker,
  },
  {
    id: 'M-P39.shut',
    breaks: 'one node drops what comes to its node ports',
    mechanism: packetRule('DROP of all node ports', worker, () => ({
      table: 'mangle',
      chain: 'PREROUTING',
      rule: [...nodePorts, '-j', 'DROP'],
    })),
    witness: printed(worker, () => ['iptables', '-t', 'mangle', '-S', 'PREROUTING'], /30000:32767 .*-j DROP/),
    kills: { 'proxy.nodeport.remap': 'node rules' },
    culprit: worker,
  },
  {
    id: 'M-P04',
    breaks: 'the other back end of iptables has a rule for a headless Service, left by a proxy of before',
    mechanism: nodeCommand('a chain of the proxy in the legacy back end', worker, (bench) => {
      const iptables = 'iptables-legacy -w 5 -t nat'
      const words = `-d 10.255.255.9 -p tcp --dport 8080 -m comment --comment ${bench.namespaces.headless}/web:http`
      const rule = `${words} -j DNAT --to-destination 10.255.255.10:8080`
      const emptied = `${iptables} -F KUBE-SERVICES && ${iptables} -X KUBE-SERVICES`
      return {
        apply: ['sh', '-c', `${iptables} -N KUBE-SERVICES && ${iptables} -A KUBE-SERVICES ${rule}`],
        undo: ['sh', '-c', emptied],
        test: ['sh', '-c', `${iptables} -S KUBE-SERVICES >/dev/null 2>&1`],
      }
    }),
    witness: printed(worker, () => ['iptables-legacy', '-t', 'nat', '-S'], /KUBE-SERVICES .*10\.255\.255\.9/),
    kills: { 'proxy.headless.no-rules': 'node rules' },
    culprit: worker,
  },
]
