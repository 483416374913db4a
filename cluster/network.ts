import { createHash } from 'node:crypto'

/** The addresses of the network on which the nodes of one cluster live. */
export interface NodeNetwork {
  name: string
  bridge: string
  ipv4Subnet: string
  ipv6Subnet: string
  /** Where our upstream DNS server listens. */
  upstreamIpv4: string
  upstreamIpv6: string
}

export type Family = 'ipv4' | 'ipv6' | 'dual'

/** Where containers on the network ask the engine for each other's names: Docker in each of them, Podman at its end of the bridge. */
export function engineDns(provider: 'docker' | 'podman', { ipv4Subnet }: NodeNetwork): string {
  return provider === 'docker' ? '127.0.0.11' : ipv4Subnet.replace(/\.0\/\d+$/, '.1')
}

/** Kind's own ranges for pods and Services. */
export const serviceSubnets = { ipv4: '10.96.0.0/16', ipv6: 'fd00:10:96::/112' }

/** A node as far as routing needs it. */
export interface NodeRoutes {
  name: string
  addresses: string[]
  podSubnets: string[]
}

/** The name of a cluster's network in its engine. */
export function networkName(cluster: string): string {
  return `rollcall-${cluster}`
}

/** The n-th candidate for a cluster's network: a /24 in 172.30.0.0/15 and a unique local /64. */
export function candidateNetwork(cluster: string, bridge: string, n: number): NodeNetwork {
  const hash = createHash('sha256').update(`${cluster} ${n}`).digest()
  const ipv4 = `172.${30 + ((hash[0] ?? 0) % 2)}.${hash[1] ?? 0}`
  const part = (index: number) => hash.subarray(index, index + 2).toString('hex')
  const ipv6 = `fd${hash.subarray(2, 3).toString('hex')}:${part(3)}:${part(5)}:${part(7)}`
  return {
    name: networkName(cluster),
    bridge,
    ipv4Subnet: `${ipv4}.0/24`,
    ipv6Subnet: `${ipv6}::/64`,
    upstreamIpv4: `${ipv4}.250`,
    upstreamIpv6: `${ipv6}::fa`,
  }
}

/** The CNI configuration of a node: a bridge for its own pods, whose addresses are not hidden from anybody. */
export function conflistOf(podSubnets: string[]): string {
  const routes = [
    ...(podSubnets.some(isIpv4) ? [{ dst: '0.0.0.0/0' }] : []),
    ...(podSubnets.some(isIpv6) ? [{ dst: '::/0' }] : []),
  ]
  const bridge = {
    type: 'bridge',
    bridge: 'cni0',
    isGateway: true,
    ipMasq: false,
    hairpinMode: true,
    ipam: { type: 'host-local', ranges: podSubnets.map((subnet) => [{ subnet }]), routes },
  }
  const portmap = { type: 'portmap', capabilities: { portMappings: true } }
  return JSON.stringify({ cniVersion: '1.0.0', name: 'rollcall', plugins: [bridge, portmap] }, undefined, 2)
}

/**
 * The lines for `ip -force -batch` on one node: no way out of the machine, Service addresses stay routable (they are rewritten
 * before they leave), and the pods of every other node are reached through that node.
 */
export function routesOf(node: string, nodes: NodeRoutes[], family: Family): string {
  const services = [
    ...(family === 'ipv6' ? [] : [serviceSubnets.ipv4]),
    ...(family === 'ipv4' ? [] : [serviceSubnets.ipv6]),
  ]
  const peers = nodes.filter(({ name }) => name !== node)
  const lines = [
    ...services.map((subnet) => `route replace ${subnet} dev eth0`),
    ...peers.flatMap(routesThrough),
    'route del default',
    'route del ::/0',
  ]
  return `${lines.join('\n')}\n`
}

/** The lines that lead to the pods of a node, one for each of its pod ranges that it has an address for. */
export function routesThrough(node: NodeRoutes): string[] {
  return node.podSubnets.flatMap((subnet) => {
    const via = node.addresses.find((address) => isIpv4(address) === isIpv4(subnet))
    return via === undefined ? [] : [`route replace ${subnet} via ${via}`]
  })
}

/** The resolver file that pods get: our upstream DNS server alone. */
export function resolvConf(network: NodeNetwork, family: Family): string {
  return `nameserver ${family === 'ipv6' ? network.upstreamIpv6 : network.upstreamIpv4}\n`
}

function isIpv4(address: string): boolean {
  return !address.includes(':')
}

function isIpv6(address: string): boolean {
  return address.includes(':')
}
