import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { kindConfig, type NodeGaps, nodeNames, type OwnImageSetup } from './kind-config.ts'
import { kindDefaults } from './options.ts'

const own: OwnImageSetup = {
  controlPlaneImage: 'control',
  workerImage: 'worker',
  mounts: (node) => [{ hostPath: `/host/${node}`, containerPath: '/etc/rollcall', readOnly: true }],
}
const none: NodeGaps = { cgroupV1: false, reduced: false }

function patchesOf(text: string): Record<string, unknown>[] {
  return (parse(text).kubeadmConfigPatches as string[]).map((patch) => parse(patch))
}

function patchOf(text: string, kind: string): Record<string, unknown> | undefined {
  return patchesOf(text).find((patch) => patch.kind === kind)
}

describe('names of nodes', () => {
  it('are the ones kind gives', () => {
    expect(nodeNames('a', 1)).toEqual(['a-control-plane'])
    expect(nodeNames('a', 4)).toEqual(['a-control-plane', 'a-worker', 'a-worker2', 'a-worker3'])
  })
})

describe('configuration for kind', () => {
  it('asks for the stock image and the stock network where there is a registry', () => {
    const config = parse(kindConfig(kindDefaults, none))
    expect(config.networking).toEqual({
      ipFamily: 'ipv4',
      kubeProxyMode: 'iptables',
      disableDefaultCNI: false,
      apiServerAddress: '127.0.0.1',
    })
    const image = 'kindest/node:v1.36.3'
    expect(config.nodes).toEqual([
      { role: 'control-plane', image },
      { role: 'worker', image },
      { role: 'worker', image },
    ])
  })

  it('gives each node of our own image its mounts, and the control plane its own image', () => {
    const config = parse(kindConfig({ ...kindDefaults, nodes: 2 }, none, own))
    expect(config.networking.disableDefaultCNI).toBe(true)
    expect(config.nodes.map((node: { image: string }) => node.image)).toEqual(['control', 'worker'])
    expect(config.nodes[1].extraMounts[0].hostPath).toBe('/host/1')
  })

  it.each(['iptables', 'nftables', 'ipvs'] as const)('passes the proxy mode %s on', (proxyMode) => {
    expect(parse(kindConfig({ ...kindDefaults, proxyMode }, none)).networking.kubeProxyMode).toBe(proxyMode)
  })

  it.each(['ipv4', 'ipv6', 'dual'] as const)('passes the family %s on', (ipFamily) => {
    expect(parse(kindConfig({ ...kindDefaults, ipFamily }, none)).networking.ipFamily).toBe(ipFamily)
  })

  it('sets the cluster domain', () => {
    const patch = patchOf(kindConfig({ ...kindDefaults, clusterDomain: 'corp.example' }, none), 'ClusterConfiguration')
    expect(patch?.networking).toEqual({ dnsDomain: 'corp.example' })
  })

  it('gives etcd its argument in the format of the kubeadm that kind uses for the release', () => {
    const newer = patchOf(kindConfig(kindDefaults, none), 'ClusterConfiguration')
    expect(newer).toHaveProperty('etcd.local.extraArgs', [{ name: 'unsafe-no-fsync', value: 'true' }])
    const older = patchOf(kindConfig({ ...kindDefaults, kubernetesVersion: '1.35.4' }, none), 'ClusterConfiguration')
    expect(older).toHaveProperty('etcd.local.extraArgs', { 'unsafe-no-fsync': 'true' })
  })

  it('keeps what kind itself tells the controller manager and the scheduler', () => {
    const newer = patchOf(kindConfig({ ...kindDefaults, ipFamily: 'ipv6' }, none), 'ClusterConfiguration')
    expect(newer).toHaveProperty(
      'controllerManager.extraArgs',
      expect.arrayContaining([
        { name: 'enable-hostpath-provisioner', value: 'true' },
        { name: 'bind-address', value: '::' },
      ]),
    )
    expect(newer).toHaveProperty(
      'scheduler.extraArgs',
      expect.arrayContaining([{ name: 'bind-address', value: '::1' }]),
    )
  })

  it.each([undefined, own])(
    'works around cgroup v1 only where it is found and the kubelet knows the field',
    (setup) => {
      const field = (version: string, cgroupV1: boolean) =>
        patchOf(
          kindConfig({ ...kindDefaults, kubernetesVersion: version }, { ...none, cgroupV1 }, setup),
          'KubeletConfiguration',
        )?.failCgroupV1
      expect(field('1.36.3', true)).toBe(false)
      expect(field('1.36.3', false)).toBeUndefined()
      expect(field('1.30.1', true)).toBeUndefined()
    },
  )

  it.each([undefined, own])('leaves conntrack alone only where a capability is missing', (setup) => {
    expect(patchOf(kindConfig(kindDefaults, none, setup), 'KubeProxyConfiguration')).toBeUndefined()
    const reduced = patchOf(kindConfig(kindDefaults, { ...none, reduced: true }, setup), 'KubeProxyConfiguration')
    expect(reduced).toHaveProperty('conntrack.maxPerCore', 0)
  })

  it('gives pods the resolver file of the host only on our own image', () => {
    expect(patchOf(kindConfig(kindDefaults, none, own), 'KubeletConfiguration')).toHaveProperty(
      'resolvConf',
      '/etc/rollcall/resolv.conf',
    )
    expect(patchOf(kindConfig(kindDefaults, none), 'KubeletConfiguration')).toBeUndefined()
  })
})
