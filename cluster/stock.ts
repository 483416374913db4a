import { type Engine, engineAttempt } from './engine/engine.ts'
import { hostGaps } from './host.ts'
import { type Io, withHeartbeat } from './io.ts'
import { type NodeGaps, stockImage } from './kind-config.ts'
import type { KindOptions } from './options.ts'

/** Whether the engine has the public node image, pulled now if need be; says in one line why not. */
export async function pullStock(options: KindOptions, engine: Engine, io: Io): Promise<boolean> {
  const image = stockImage(options.kubernetesVersion)
  if ((await engineAttempt(engine, ['image', 'inspect', image])).exitCode === 0) return true
  const pull = () => engineAttempt(engine, ['pull', '-q', image], { signal: io.signal })
  const result = await withHeartbeat(io, `pulling ${image}`, pull)
  if (result.exitCode !== 0)
    io.progress(`${image} cannot be pulled (${reasonOf(result.stderr)}): the node image is built instead`)
  return result.exitCode === 0
}

/** Why a pull failed, in a few words, from what the engine's client printed. */
export function reasonOf(stderr: string): string {
  if (/manifest unknown|manifest for \S+ not found|: not found\b/i.test(stderr))
    return 'the registry has no such image: not every patch release is published'
  if (/toomanyrequests|too many requests/i.test(stderr)) return 'the registry has had too many requests from here'
  const last = stderr.trim().split('\n').at(-1) ?? ''
  const words = last.replace(/^(error response from daemon|error): /i, '')
  return words === '' ? 'no reason given' : words.slice(0, 200)
}

/** What the machine under stock nodes lacks: its kernel is the engine's, which may be on another machine or in a virtual one. */
export async function stockGaps(engine: Engine): Promise<NodeGaps> {
  const format = engine.provider === 'docker' ? '{{.CgroupVersion}}' : '{{.Host.CgroupsVersion}}'
  const told = await engineAttempt(engine, ['info', '--format', format], { timeout: 30 })
  const reduced = process.platform === 'linux' && hostGaps().missingCapabilities.length > 0
  return { cgroupV1: /^v?1$/.test(told.stdout.trim()), reduced }
}
