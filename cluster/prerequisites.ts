import { statfs } from 'node:fs/promises'
import { release } from 'node:os'
import { dirname } from 'node:path'
import { Problem } from '../helpers/errors.ts'
import { hasIpvs } from './host.ts'
import type { Io } from './io.ts'
import { install, isCommand, missingPackages } from './packages.ts'
import { attempt } from './run.ts'

/** What decides whether a cluster can be started on this host. */
export interface HostFacts {
  platform: string
  root: boolean
  /** apt-get is there and its packages are what we know. */
  debian: boolean
  /** Such as `go1.26.1`, undefined without Go. */
  goVersion: string | undefined
  missingPackages: string[]
  freeGigabytes: number
  ipvs: boolean
}

/** What a cluster asks of its host. */
export interface Needs {
  /** The node image has to be built, of packages and Go modules. */
  build: boolean
  /** Kind has to be built, for which Go is enough. */
  kind: boolean
  /** The engine has to be ours. */
  ownEngine: boolean
  ipvs: boolean
  /** Free space that the cache needs. */
  gigabytes: number
}

const oldestGo = [1, 26]

/** What is wrong with the host, as one sentence with what to do, or undefined when nothing is. */
export function complaint(facts: HostFacts, needs: Needs): string | undefined {
  if (needs.ownEngine && facts.platform !== 'linux') {
    return `this is ${facts.platform} and no Docker or Podman answers, and only on Linux can an engine of our own be started; start Docker or Podman`
  }
  if (needs.build && facts.platform !== 'linux') {
    return `the node image cannot be pulled, and it can be built on Linux only, not on ${facts.platform}; give the engine a registry to pull from`
  }
  if (needs.ownEngine && !facts.root) {
    return 'no Docker or Podman answers, and an engine of our own needs root; start Docker or Podman, or run this as root'
  }
  if (needs.build && !facts.root) {
    return 'the node image cannot be pulled, and building it needs root; give the engine a registry to pull from, or run this as root'
  }
  if ((needs.build || needs.kind) && !isRecentGo(facts.goVersion ?? '')) {
    const found = facts.goVersion === undefined ? 'no Go was found' : `${facts.goVersion} is too old`
    return needs.build
      ? `${found}, and the node image has to be built; install Go 1.26 or newer`
      : `${found}, and no kind that fits is there, so that it has to be built; install kind 0.32 or newer, or Go 1.26 or newer`
  }
  if (facts.missingPackages.length > 0 && !(facts.root && facts.debian)) {
    return `the packages ${facts.missingPackages.join(', ')} are missing and can be installed only as root on Debian or Ubuntu; install what they contain`
  }
  if (facts.freeGigabytes < needs.gigabytes) {
    return `only ${facts.freeGigabytes.toFixed(1)} GB are free for the cache, but ${needs.gigabytes} GB are needed; free some, or set ROLLCALL_CACHE to a folder on another disk`
  }
  if (needs.ipvs && !facts.ipvs) {
    return "this host's kernel has no IP_VS, which --proxy-mode ipvs needs; use iptables or nftables"
  }
  return undefined
}

/** Whether a version such as `go1.26.1` is new enough. */
export function isRecentGo(version: string): boolean {
  const [major = 0, minor = 0] = /^go(\d+)\.(\d+)/.exec(version)?.slice(1).map(Number) ?? []
  return major > (oldestGo[0] ?? 0) || (major === oldestGo[0] && minor >= (oldestGo[1] ?? 0))
}

/** Checks the host, installs what is missing where that can be done, and throws a `Problem` with one sentence otherwise. */
export async function prepareHost(needs: Needs, cache: string, io: Io): Promise<void> {
  const facts = await hostFacts(needs, cache)
  const sentence = complaint(facts, needs)
  if (sentence !== undefined) throw new Problem(sentence)
  if (facts.missingPackages.length > 0) await install(facts.missingPackages, needs, io)
}

async function hostFacts(needs: Needs, cache: string): Promise<HostFacts> {
  const go = await attempt(['go', 'env', 'GOVERSION'], { timeout: 30, env: { GOTOOLCHAIN: 'local' } })
  return {
    platform: process.platform,
    root: process.getuid?.() === 0,
    debian: await isCommand('apt-get'),
    goVersion: go.exitCode === 0 ? go.stdout.trim() : undefined,
    missingPackages: await missingPackages(needs),
    freeGigabytes: await freeGigabytes(cache),
    ipvs: hasIpvs(release()),
  }
}

async function freeGigabytes(folder: string): Promise<number> {
  try {
    const { bavail, bsize } = await statfs(folder)
    return (bavail * bsize) / 1e9
  } catch (error) {
    if (dirname(folder) === folder) throw error
    return freeGigabytes(dirname(folder))
  }
}
