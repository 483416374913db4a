import { describe, expect, it } from 'vitest'
import { resolvesNames } from './names.ts'
import { candidateNetwork, engineDns } from './network.ts'

describe('names of containers on a Podman network', () => {
  const inspected = (more: object) => JSON.stringify([{ name: 'rollcall-one', driver: 'bridge', ...more }])

  it.each([
    ['are resolved by a plugin or aardvark-dns', { dns_enabled: true }, true],
    ['are resolved by nothing', { dns_enabled: false }, false],
    ['may be resolved where Podman does not tell', {}, true],
  ])('%s', (_, more, expected) => {
    expect(resolvesNames(inspected(more))).toBe(expected)
  })
})

describe("the engine's own DNS server", () => {
  const network = candidateNetwork('one', 'br', 0)

  it('is in every container with Docker', () => {
    expect(engineDns('docker', network)).toBe('127.0.0.11')
  })

  it("is at the network's first address with Podman", () => {
    expect(engineDns('podman', network)).toBe(network.upstreamIpv4.replace(/\.250$/, '.1'))
  })
})
