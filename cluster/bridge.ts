import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { isCommand } from './packages.ts'
import type { Places } from './places.ts'
import { attempt, run } from './run.ts'

/** How the names of all bridges of this cache's engine begin. */
export function bridgePrefix(places: Places): string {
  return `rc${places.id.slice(0, 5)}`
}

/** The name of the bridge of one cluster: at most 15 characters, as Linux wants it. */
export function bridgeName(places: Places, cluster: string): string {
  return `${bridgePrefix(places)}${createHash('sha256').update(cluster).digest('hex').slice(0, 8)}`
}

const tools = ['iptables', 'ip6tables']

function acceptRule(bridge: string): string[] {
  return ['FORWARD', '-i', bridge, '-o', bridge, '-m', 'comment', '--comment', bridge, '-j', 'ACCEPT']
}

/**
 * Lets nodes on one bridge talk to each other where the host's firewall sees bridged packets and another engine or a firewall
 * drops what it does not know. Nothing else is let through.
 */
export async function addBridgeRules(bridge: string): Promise<void> {
  const seen = await readFile('/proc/sys/net/bridge/bridge-nf-call-iptables', 'utf8').catch(() => '0')
  // Podman may be at home on a host that knows nothing but nftables.
  if (seen.trim() !== '1' || !(await isCommand('iptables'))) return
  await removeBridgeRules(bridge)
  await run(['iptables', '-w', '-I', ...acceptRule(bridge)])
  // A kernel without IPv6 tables has nothing that could drop.
  await attempt(['ip6tables', '-w', '-I', ...acceptRule(bridge)])
}

/** Takes the rules of `addBridgeRules` away, however often they are there. */
export async function removeBridgeRules(bridge: string): Promise<void> {
  for (const tool of tools) {
    while ((await attempt([tool, '-w', '-D', ...acceptRule(bridge)], { timeout: 20 })).exitCode === 0) {
      // Once more, until it is not there.
    }
  }
}
