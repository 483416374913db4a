import { Problem } from '../../helpers/errors.ts'
import type { KindOptions } from '../options.ts'
import type { Places } from '../places.ts'
import { attempt, type RunOptions, run } from '../run.ts'
import { ownEngineEnv } from './own.ts'

/** The container engine under a cluster. */
export interface Engine {
  provider: 'docker' | 'podman'
  /** Ours, to be stopped with its last cluster; otherwise the user's. */
  own: boolean
  env: Record<string, string>
}

/** The private engine of these places, whether it runs or not. */
export function ownEngine(places: Places): Engine {
  return { provider: 'docker', own: true, env: ownEngineEnv(places) }
}

/** The user's engine of this kind, whether it runs or not. */
export function userEngine(provider: 'docker' | 'podman'): Engine {
  const env: Record<string, string> = provider === 'podman' ? { KIND_EXPERIMENTAL_PROVIDER: 'podman' } : {}
  return { provider, own: false, env }
}

/** Whether the engine answers. */
export async function answers(engine: Engine): Promise<boolean> {
  const format = engine.provider === 'docker' ? '{{.Server.Version}}' : '{{.Client.Version}}'
  const result = await attempt([engine.provider, 'version', '--format', format], { env: engine.env, timeout: 15 })
  return result.exitCode === 0 && result.stdout.trim() !== ''
}

/**
 * The engine for a new cluster: the one asked for, else the user's Docker or Podman, else ours.
 * Throws a `Problem` when the one asked for does not answer.
 */
export async function chooseEngine(options: KindOptions, places: Places): Promise<Engine> {
  if (options.provider !== undefined) {
    const engine = userEngine(options.provider)
    if (await answers(engine)) return engine
    throw new Problem(
      `${options.provider} was asked for with --provider but does not answer; start it, or leave --provider out`,
    )
  }
  for (const provider of ['docker', 'podman'] as const) {
    const engine = userEngine(provider)
    if (await answers(engine)) return engine
  }
  return ownEngine(places)
}

/** Runs a command of the engine's client and gives its standard output; throws a `Problem` when it fails. */
export function engineRun(engine: Engine, argv: string[], options: RunOptions = {}): Promise<string> {
  return run([engine.provider, ...argv], { ...options, env: { ...engine.env, ...options.env } })
}

/** Runs a command of the engine's client and gives its result, whatever its exit code. */
export function engineAttempt(engine: Engine, argv: string[], options: RunOptions = {}) {
  return attempt([engine.provider, ...argv], { ...options, env: { ...engine.env, ...options.env } })
}
