import { existsSync } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import { Problem } from '../helpers/errors.ts'
import { type Io, withHeartbeat } from './io.ts'
import { attempt, failureOf } from './run.ts'

/** A command of the host, and the Debian packages that may bring it, the likeliest first. */
interface Wanted {
  command: string
  packages: [string, ...string[]]
  for: 'build' | 'ownEngine'
}

const wantedCommands: Wanted[] = [
  { command: 'mmdebstrap', packages: ['mmdebstrap'], for: 'build' },
  // Younger releases have the client in a package of its own.
  { command: 'docker', packages: ['docker.io', 'docker-cli'], for: 'ownEngine' },
  { command: 'dockerd', packages: ['docker.io'], for: 'ownEngine' },
  { command: 'containerd', packages: ['containerd'], for: 'ownEngine' },
  { command: 'runc', packages: ['runc'], for: 'ownEngine' },
  { command: 'iptables', packages: ['iptables'], for: 'ownEngine' },
  { command: 'ip', packages: ['iproute2'], for: 'ownEngine' },
  { command: 'ps', packages: ['procps'], for: 'ownEngine' },
]

type Purposes = Record<'build' | 'ownEngine', boolean>

/** The packages that would bring the commands that are missing for these purposes. */
export async function missingPackages(purposes: Purposes): Promise<string[]> {
  const missing = new Set<string>()
  for (const { command, packages, for: purpose } of wantedCommands) {
    if (purposes[purpose] && !(await isCommand(command))) missing.add(packages[0])
  }
  return [...missing]
}

/** Whether the host has a command of this name. */
export async function isCommand(name: string): Promise<boolean> {
  return (await attempt(['which', name], { timeout: 10 })).exitCode === 0
}

/** Installs packages with apt-get, without starting the services that they bring; throws a `Problem` when apt-get fails. */
export async function install(packages: string[], purposes: Purposes, io: Io): Promise<void> {
  await withHeartbeat(io, `installing the packages ${packages.join(', ')}`, async () => {
    await attempt(['apt-get', 'update', '-q'], { signal: io.signal })
    await aptInstall(packages, io)
    for (const { command, packages: candidates, for: purpose } of wantedCommands) {
      const [, other] = candidates
      if (purposes[purpose] && other !== undefined && !(await isCommand(command))) await aptInstall([other], io)
    }
  })
}

async function aptInstall(packages: string[], io: Io): Promise<void> {
  const command = ['apt-get', 'install', '-y', '-q', '--no-install-recommends', ...packages]
  const options = { signal: io.signal, env: { DEBIAN_FRONTEND: 'noninteractive' } }
  const result = await withoutServices(() => attempt(command, options))
  if (result.exitCode !== 0) throw new Problem(failureOf(command, result))
}

const policy = '/usr/sbin/policy-rc.d'

/** Debian's own way to keep packages from starting services: the engine is ours to start, and to stop. */
async function withoutServices<T>(work: () => Promise<T>): Promise<T> {
  if (existsSync(policy)) return work()
  await writeFile(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 })
  try {
    return await work()
  } finally {
    await rm(policy, { force: true })
  }
}
