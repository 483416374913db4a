import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import ipaddr from 'ipaddr.js'
import { Problem } from '../helpers/errors.ts'
import { addBridgeRules, bridgeName, removeBridgeRules } from './bridge.ts'
import { type Engine, engineAttempt, engineRun } from './engine/engine.ts'
import type { Io } from './io.ts'
import {
  candidateNetwork,
  conflistOf,
  type Family,
  type NodeNetwork,
  type NodeRoutes,
  resolvConf,
  routesOf,
} from './network.ts'
import { clusterFolder, type Places } from './places.ts'
import { attempt } from './run.ts'

/** A network for a cluster that overlaps with nothing on this host. */
export async function planNetwork(cluster: string, places: Places): Promise<NodeNetwork> {
  const taken = await takenSubnets()
  const bridge = bridgeName(places, cluster)
  for (let n = 0; n < 256; n++) {
    const network = candidateNetwork(cluster, bridge, n)
    if (!taken.some((subnet) => overlap(subnet, network.ipv4Subnet))) return network
  }
  throw new Problem('every network in 172.30.0.0/15 is in use on this host; free one of them to start a cluster')
}

/** Creates the network in the engine, with nothing of the host's firewall but what lets its nodes talk to each other. */
export async function createNetwork(network: NodeNetwork, engine: Engine, io: Io): Promise<void> {
  await engineRun(
    engine,
    [
      ...['network', 'create', '--driver', 'bridge', '--ipv6'],
      ...['--subnet', network.ipv4Subnet, '--subnet', network.ipv6Subnet],
      ...(engine.provider === 'docker' ? ['--opt', `com.docker.network.bridge.name=${network.bridge}`] : []),
      network.name,
    ],
    { signal: io.signal },
  )
  for (const bridge of await bridgesToOpen(network, engine)) await addBridgeRules(bridge)
}

/** Removes the network and its rules, if they are there. */
export async function removeNetwork(network: NodeNetwork, engine: Engine): Promise<void> {
  const bridges = await bridgesToOpen(network, engine)
  await engineAttempt(engine, ['network', 'rm', network.name], { timeout: 60 })
  for (const bridge of bridges) await removeBridgeRules(bridge)
  // Podman with CNI leaves the folder in which the addresses were counted; rootless Podman has it elsewhere.
  const counted = join('/var/lib/cni/networks', network.name)
  if (engine.provider === 'podman') await rm(counted, { recursive: true, force: true }).catch(() => undefined)
}

/**
 * The bridges for which we open the host's firewall: Docker does that for its own networks, while rules of Podman's know its containers'
 * addresses and not those of pods behind them. Podman names its bridges itself, and without root it has them in a namespace of its own.
 */
async function bridgesToOpen(network: NodeNetwork, engine: Engine): Promise<string[]> {
  if (engine.own) return [network.bridge]
  if (engine.provider !== 'podman' || process.platform !== 'linux' || process.getuid?.() !== 0) return []
  const inspected = await engineAttempt(engine, ['network', 'inspect', network.name], { timeout: 60 })
  return inspected.exitCode === 0 ? bridgesIn(inspected.stdout) : []
}

/** The bridge in what `podman network inspect` prints, if that names one. */
export function bridgesIn(inspected: string): string[] {
  const networks = JSON.parse(inspected) as { network_interface?: string }[]
  return networks.flatMap(({ network_interface: bridge }) => (bridge ? [bridge] : []))
}

/** The folders on the host that node `name` of a cluster sees as `/etc/rollcall` and `/etc/cni/net.d`. */
export function hostFolders(places: Places, cluster: string, name: string) {
  const folder = join(clusterFolder(places, cluster), 'nodes', name)
  return { settings: join(folder, 'rollcall'), cni: join(folder, 'net.d') }
}

/** Writes what every node needs before it boots: its resolver file and the routes that need no other node. */
export async function prepareNodes(
  cluster: string,
  names: string[],
  network: NodeNetwork,
  family: Family,
  places: Places,
) {
  for (const name of names) {
    const { settings, cni } = hostFolders(places, cluster, name)
    await mkdir(settings, { recursive: true })
    await mkdir(cni, { recursive: true })
    await writeFile(join(settings, 'resolv.conf'), resolvConf(network, family))
    await writeWhole(join(settings, 'routes'), routesOf(name, [], family))
  }
}

/** Gives a node its routes to the others; it takes them up by itself. */
export async function writeRoutes(cluster: string, node: string, nodes: NodeRoutes[], family: Family, places: Places) {
  await writeWhole(join(hostFolders(places, cluster, node).settings, 'routes'), routesOf(node, nodes, family))
}

/** Gives a node its CNI configuration, upon which it becomes Ready. */
export async function writeConflist(cluster: string, node: NodeRoutes, places: Places): Promise<void> {
  const { cni } = hostFolders(places, cluster, node.name)
  await writeWhole(join(cni, '10-rollcall.conflist'), conflistOf(node.podSubnets))
}

async function writeWhole(path: string, text: string): Promise<void> {
  await writeFile(`${path}.new`, text)
  await rename(`${path}.new`, path)
}

async function takenSubnets(): Promise<string[]> {
  const listed = await attempt(['ip', '-j', '-4', 'route', 'show', 'table', 'all'], { timeout: 10 })
  if (listed.exitCode !== 0) return []
  const routes = JSON.parse(listed.stdout) as { dst?: string }[]
  return routes.map(({ dst }) => dst ?? '').filter((dst) => /^[\d.]+(\/\d+)?$/.test(dst))
}

/** Whether two IPv4 ranges (or addresses) have an address in common. */
export function overlap(one: string, other: string): boolean {
  const [a, aBits] = ipaddr.IPv4.parseCIDR(one.includes('/') ? one : `${one}/32`)
  const [b, bBits] = ipaddr.IPv4.parseCIDR(other.includes('/') ? other : `${other}/32`)
  const bits = Math.min(aBits, bBits)
  return a.match(b, bits)
}
