import { describe, expect, it } from 'vitest'
import { differenceOf, kindDefaults, kindOptionsFromEnv } from './options.ts'

describe('options of a Kind cluster', () => {
  it('are the defaults when nothing is said', () => {
    expect(kindOptionsFromEnv({}, {})).toEqual(kindDefaults)
  })

  it('come from the environment, and an empty variable says nothing', () => {
    const env = { ROLLCALL_KIND_NODES: '5', ROLLCALL_KIND_PROXY_MODE: 'nftables', ROLLCALL_KIND_NAME: '' }
    expect(kindOptionsFromEnv(env, {})).toEqual({ ...kindDefaults, nodes: 5, proxyMode: 'nftables' })
  })

  it('prefer a flag to the environment', () => {
    const options = kindOptionsFromEnv({ ROLLCALL_KIND_IP_FAMILY: 'ipv6' }, { ipFamily: 'dual', dnsReplicas: '3' })
    expect(options).toEqual({ ...kindDefaults, ipFamily: 'dual', dnsReplicas: 3 })
  })

  it('take a version with or without v', () => {
    expect(kindOptionsFromEnv({}, { kubernetesVersion: 'v1.35.4' }).kubernetesVersion).toBe('1.35.4')
  })

  it.each([
    ['ROLLCALL_KIND_NODES', '6', 'a whole number from 1 to 5'],
    ['ROLLCALL_KIND_NODES', '1.5', 'a whole number from 1 to 5'],
    ['ROLLCALL_KIND_NODES', 'many', 'a whole number from 1 to 5'],
    ['ROLLCALL_KIND_DNS_REPLICAS', '0', 'a whole number from 1 to 5'],
    ['ROLLCALL_KIND_KUBERNETES_VERSION', '1.36', 'a full version such as 1.36.3'],
    ['ROLLCALL_KIND_PROXY_MODE', 'ebpf', 'iptables, nftables or ipvs'],
    ['ROLLCALL_KIND_IP_FAMILY', 'ipv5', 'ipv4, ipv6 or dual'],
    ['ROLLCALL_KIND_CLUSTER_DOMAIN', 'Corp..example', 'a lower-case DNS name such as cluster.local'],
    ['ROLLCALL_KIND_NAME', 'two words', 'at most 30 lower-case letters, digits and dashes'],
    ['ROLLCALL_KIND_PROVIDER', 'nerdctl', 'docker or podman'],
  ])('refuse %s=%s in one sentence', (variable, value, expected) => {
    const sentence = `${variable} is "${value}" but must be ${expected}; give another value`
    expect(() => kindOptionsFromEnv({ [variable]: value }, {})).toThrow(sentence)
  })

  it('name the flag when the bad value came from it', () => {
    expect(() => kindOptionsFromEnv({}, { nodes: '9' })).toThrow(/^--nodes is "9"/)
  })
})

describe('the difference between two clusters', () => {
  it('is undefined for the same options', () => {
    expect(differenceOf(kindDefaults, { ...kindDefaults })).toBeUndefined()
  })

  it('names the flag, what is there and what is wanted', () => {
    expect(differenceOf(kindDefaults, { ...kindDefaults, proxyMode: 'nftables' })).toBe(
      'proxy-mode iptables, not nftables',
    )
  })
})
