import { describe, expect, it } from 'vitest'
import { complaint, type HostFacts, isRecentGo, type Needs } from './prerequisites.ts'

const fine: HostFacts = {
  platform: 'linux',
  root: true,
  debian: true,
  goVersion: 'go1.26.8',
  missingPackages: [],
  freeGigabytes: 50,
  ipvs: true,
}
const everything: Needs = { build: true, kind: true, ownEngine: true, ipvs: true, gigabytes: 12 }
const onlyBuild: Needs = { ...everything, ownEngine: false }
const onlyKind: Needs = { build: false, kind: true, ownEngine: false, ipvs: false, gigabytes: 1 }

describe('prerequisites', () => {
  it('are met by a Linux host with root, Go and disk', () => {
    expect(complaint(fine, everything)).toBeUndefined()
  })

  it('include packages that can be installed', () => {
    expect(complaint({ ...fine, missingPackages: ['docker.io'] }, everything)).toBeUndefined()
  })

  it.each<[string, Partial<HostFacts>, Needs, RegExp]>([
    [
      'not Linux',
      { platform: 'darwin' },
      everything,
      /^this is darwin and no Docker or Podman answers.*; start Docker/,
    ],
    [
      'not Linux, own Docker',
      { platform: 'darwin' },
      onlyBuild,
      /^the node image cannot be pulled.*not on darwin; give/,
    ],
    [
      'not root',
      { root: false },
      everything,
      /^no Docker or Podman answers.*needs root; start Docker or Podman, or run/,
    ],
    [
      'not root, own Docker',
      { root: false },
      onlyBuild,
      /^the node image cannot be pulled, and building it needs root;/,
    ],
    ['no Go', { goVersion: undefined }, everything, /^no Go was found.*; install Go 1\.26 or newer$/],
    ['old Go', { goVersion: 'go1.24.1' }, everything, /^go1\.24\.1 is too old.*; install Go 1\.26 or newer$/],
    [
      'missing packages',
      { debian: false, missingPackages: ['runc', 'iptables'] },
      everything,
      /^the packages runc, ipt/,
    ],
    [
      'no kind and no Go where the image was pulled',
      { goVersion: undefined },
      onlyKind,
      /^no Go was found, and no kind.*; install kind 0\.32 or newer, or Go 1\.26 or newer$/,
    ],
    ['no kind and old Go', { goVersion: 'go1.24.1' }, onlyKind, /^go1\.24\.1 is too old, and no kind.*; install kind/],
    ['little disk', { freeGigabytes: 3.21 }, everything, /^only 3\.2 GB are free for the cache, but 12 GB are needed;/],
    ['no IP_VS', { ipvs: false }, everything, /has no IP_VS, which --proxy-mode ipvs needs; use iptables or nftables$/],
  ])('name what is wrong in one sentence: %s', (_, change, needs, sentence) => {
    expect(complaint({ ...fine, ...change }, needs)).toMatch(sentence)
  })

  it('ask for nothing that is not needed', () => {
    const bare = { ...fine, platform: 'darwin', root: false, goVersion: undefined, ipvs: false }
    expect(complaint(bare, { ...onlyKind, kind: false })).toBeUndefined()
  })

  it('ask neither for Linux nor for root where nothing but kind is built', () => {
    expect(complaint({ ...fine, platform: 'darwin', root: false, debian: false }, onlyKind)).toBeUndefined()
  })
})

describe('version of Go', () => {
  it.each([
    ['go1.26', true],
    ['go1.27rc1', true],
    ['go2.0', true],
    ['go1.25.9', false],
    ['devel', false],
  ])('%s fits: %s', (version, expected) => {
    expect(isRecentGo(version)).toBe(expected)
  })
})
