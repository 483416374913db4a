import type { Bench } from '../bench.ts'
import type { Mechanism } from '../mutant.ts'
import type { Rehearsal } from '../rehearsal.ts'
import { packetRule } from '../verbs/node.ts'
import { addressOf, databases, redisNamespace, web } from './standing.ts'

/** A worker that is not the one given: what it drops comes from Pods of its own. */
function otherThan(bench: Bench, node: string | undefined): string {
  return bench.worker(1) === node ? bench.worker(2) : bench.worker(1)
}

/** A worker drops what it sends to a Pod of another one; with `more`, only what that matches. */
function droppedToWeb(does: string, more: readonly string[] = []): Mechanism {
  return packetRule(
    does,
    async (bench) => otherThan(bench, (await web(bench)).spec?.nodeName),
    async (bench) => {
      const match = ['-d', (await web(bench)).status?.podIP ?? '', '-p', 'tcp', '--dport', '8080', ...more]
      return { table: 'raw', chain: 'PREROUTING', rule: [...match, '-j', 'DROP'] }
    },
  )
}

/** What an upgrade must not leave behind on a node, each with the requirement that convicts it. */
export const brokenPaths: readonly Rehearsal[] = [
  {
    id: 'U-20',
    does: 'a node keeps a rule for a headless Service',
    breakage: packetRule(
      'a rule that names the headless Service',
      (bench) => bench.worker(1),
      async (bench) => {
        const [pod] = await databases(bench)
        const comment = `${bench.namespaces.upgrade}/up-db:http`
        const match = ['-d', pod?.status?.podIP ?? '', '-p', 'tcp', '--dport', '18080']
        return {
          table: 'nat',
          chain: 'PREROUTING',
          rule: [...match, '-m', 'comment', '--comment', comment, '-j', 'ACCEPT'],
        }
      },
    ),
    kills: { 'up.rules': 'node rules' },
  },
  {
    id: 'U-21',
    does: 'a node does not reach a Pod on another one any more',
    breakage: droppedToWeb('packets to one Pod are dropped'),
    kills: { 'up.path.direct': 'data path' },
  },
  {
    id: 'U-24',
    does: 'a node leads nobody to a Service any more',
    breakage: packetRule(
      'packets to the address of the Service are dropped',
      (bench) => bench.worker(1),
      async (bench) => ({
        table: 'raw',
        chain: 'PREROUTING',
        rule: ['-d', await addressOf(bench, bench.namespaces.upgrade, 'up-web'), '-p', 'tcp', '-j', 'DROP'],
      }),
    ),
    kills: { 'up.path.virtual': 'node rules' },
  },
  {
    id: 'U-25',
    does: 'a node resets the connections that are kept through a Service',
    breakage: packetRule(
      'what is said on them is answered with a reset',
      (bench) => bench.worker(1),
      async (bench) => {
        const address = await addressOf(bench, redisNamespace(bench), 'up-kv-any')
        const match = ['-p', 'tcp', '-m', 'conntrack', '--ctstate', 'ESTABLISHED', '--ctdir', 'ORIGINAL']
        const rule = [...match, '--ctorigdst', address, '-j', 'REJECT', '--reject-with', 'tcp-reset']
        return { table: 'filter', chain: 'FORWARD', rule }
      },
    ),
    kills: { 'up.path.kept': 'data path' },
  },
  {
    id: 'U-26',
    does: 'of the connections that a node makes to a Pod one in ten leads nowhere',
    // net.ipv4.ip_local_port_range is 32768 to 60999.
    breakage: droppedToWeb(
      'packets to one Pod are dropped where they come from a tenth of the ports that clients dial from',
      ['--sport', '40000:42822'],
    ),
    looks: 300,
    kills: { 'up.path.direct': 'data path' },
  },
]
