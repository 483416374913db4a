import { describe, expect, it } from 'vitest'
import { candidateNetwork, conflistOf, type NodeRoutes, resolvConf, routesOf } from './network.ts'
import { bridgesIn, overlap } from './node-network.ts'

const nodes: NodeRoutes[] = [
  { name: 'a', addresses: ['172.30.0.2', 'fd00::2'], podSubnets: ['10.244.0.0/24', 'fd00:10:244::/64'] },
  { name: 'b', addresses: ['172.30.0.3', 'fd00::3'], podSubnets: ['10.244.1.0/24', 'fd00:10:244:1::/64'] },
]

describe('CNI configuration of a node', () => {
  it.each([
    ['IPv4', ['10.244.0.0/24'], ['0.0.0.0/0']],
    ['IPv6', ['fd00:10:244::/64'], ['::/0']],
    ['both families', ['10.244.0.0/24', 'fd00:10:244::/64'], ['0.0.0.0/0', '::/0']],
  ])('serves %s', (_, subnets, routes) => {
    const [bridge] = JSON.parse(conflistOf(subnets)).plugins
    expect(bridge.ipam.ranges).toEqual(subnets.map((subnet) => [{ subnet }]))
    expect(bridge.ipam.routes).toEqual(routes.map((dst) => ({ dst })))
  })

  it('hides no address behind that of the node', () => {
    expect(JSON.parse(conflistOf(['10.244.0.0/24'])).plugins[0].ipMasq).toBe(false)
  })
})

describe('routes of a node', () => {
  it('lead to the pods of the others in both families, and nowhere out of the machine', () => {
    expect(routesOf('a', nodes, 'dual').trim().split('\n')).toEqual([
      'route replace 10.96.0.0/16 dev eth0',
      'route replace fd00:10:96::/112 dev eth0',
      'route replace 10.244.1.0/24 via 172.30.0.3',
      'route replace fd00:10:244:1::/64 via fd00::3',
      'route del default',
      'route del ::/0',
    ])
  })

  it('keep Service addresses of one family only where there is one', () => {
    expect(routesOf('a', [], 'ipv4')).not.toContain('fd00')
    expect(routesOf('a', [], 'ipv6')).not.toContain('10.96')
  })

  it('leave out a range for which the other node has no address', () => {
    const halfway = [{ name: 'b', addresses: ['172.30.0.3'], podSubnets: ['fd00:10:244:1::/64'] }]
    expect(routesOf('a', halfway, 'dual')).not.toContain('via')
  })
})

describe('network of a cluster', () => {
  it('is the same for the same name and another for another', () => {
    expect(candidateNetwork('one', 'br', 0)).toEqual(candidateNetwork('one', 'br', 0))
    expect(candidateNetwork('one', 'br', 0).ipv4Subnet).not.toBe(candidateNetwork('two', 'br', 0).ipv4Subnet)
  })

  it('holds the address of the DNS server that pods are given', () => {
    const network = candidateNetwork('one', 'br', 0)
    expect(overlap(network.ipv4Subnet, network.upstreamIpv4)).toBe(true)
    expect(resolvConf(network, 'dual')).toBe(`nameserver ${network.upstreamIpv4}\n`)
    expect(resolvConf(network, 'ipv6')).toBe(`nameserver ${network.upstreamIpv6}\n`)
  })
})

describe('bridge of a Podman network', () => {
  it.each([
    ['is named by it', [{ name: 'rollcall-one', network_interface: 'podman1' }], ['podman1']],
    ['is unknown where an old release does not tell', [{ name: 'rollcall-one' }], []],
  ])('%s', (_, inspected, expected) => {
    expect(bridgesIn(JSON.stringify(inspected))).toEqual(expected)
  })
})

describe('overlap of ranges', () => {
  it.each([
    ['172.30.0.0/15', '172.31.4.0/24', true],
    ['172.31.4.0/24', '172.31.5.0/24', false],
    ['10.0.0.1', '10.0.0.0/24', true],
  ])('of %s and %s is %s', (one, other, expected) => {
    expect(overlap(one, other)).toBe(expected)
  })
})
