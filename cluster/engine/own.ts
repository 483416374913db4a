import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { copyFile, mkdir, open, readFile, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { Problem } from '../../helpers/errors.ts'
import type { HostGaps } from '../host.ts'
import { type Io, pause } from '../io.ts'
import type { Places } from '../places.ts'
import { engineProcesses, type RunningProcess, runningProcesses } from '../processes.ts'
import { attempt } from '../run.ts'
import { capabilityScript, containerdConfig, daemonConfig, engineFiles } from './config.ts'
import { raiseInotify } from './inotify.ts'
import { removeRemains } from './remains.ts'

/** The environment in which `docker` and `kind` talk to the private engine. */
export function ownEngineEnv(places: Places): Record<string, string> {
  return { DOCKER_HOST: `unix://${engineFiles(places).socket}`, DOCKER_BUILDKIT: '0', DOCKER_CONTEXT: '' }
}

/** Whether the private engine answers. */
export async function ownEngineAnswers(places: Places): Promise<boolean> {
  if (!existsSync(engineFiles(places).socket)) return false
  const command = ['docker', 'version', '--format', '{{.Server.Version}}']
  return (await attempt(command, { env: ownEngineEnv(places), timeout: 10 })).exitCode === 0
}

/** Starts the private engine unless it answers already; throws a `Problem` with its last words when it does not come up. */
export async function startOwnEngine(gaps: HostGaps, places: Places, io: Io): Promise<void> {
  if (await ownEngineAnswers(places)) return
  io.progress('starting a private Docker Engine')
  await end(() => daemons('dockerd', places), 20)
  await writeConfiguration(gaps, places)
  await raiseInotify(places, io)
  const files = engineFiles(places)
  // A containerd that outlived its dockerd still knows the containers, and so does a shim that outlived both: they are kept.
  if (daemons('containerd', places).length === 0) {
    await rm(files.containerdSocket, { force: true })
    const containerd = await startDaemon(['containerd', '--config', files.containerdConfig], files.containerdLog)
    await waitFor(() => Promise.resolve(existsSync(files.containerdSocket)), containerd, files.containerdLog, io)
  }
  await rm(files.socket, { force: true })
  await rm(join(places.engineRun, 'dockerd.pid'), { force: true })
  const dockerd = await startDaemon(['dockerd', '--config-file', files.daemonConfig], files.log)
  await waitFor(() => ownEngineAnswers(places), dockerd, files.log, io)
}

/** Stops the private engine and takes away everything that it left on the host, except its images. */
export async function stopOwnEngine(places: Places, io: Io): Promise<void> {
  if (engineProcesses(runningProcesses(), places.engineRun).length > 0)
    io.progress('stopping the private Docker Engine')
  await endEngineProcesses(places)
  await removeRemains(places)
}

async function writeConfiguration(gaps: HostGaps, places: Places): Promise<void> {
  const files = engineFiles(places)
  await mkdir(places.engineRun, { recursive: true, mode: 0o700 })
  await mkdir(places.engineData, { recursive: true, mode: 0o700 })
  const reduced = gaps.missingCapabilities.length > 0
  await writeFile(files.containerdConfig, containerdConfig(places))
  await writeFile(files.daemonConfig, JSON.stringify(daemonConfig(places, reduced), undefined, 2))
  if (!reduced) return
  await copyFile(join(import.meta.dirname, 'runc-reduced.sh'), files.runtime)
  await writeFile(files.runtimeScript, capabilityScript(gaps.missingCapabilities))
}

interface Daemon {
  name: string
  ended: () => boolean
}

async function startDaemon(argv: [string, ...string[]], log: string): Promise<Daemon> {
  const output = await open(log, 'a')
  const [command, ...rest] = argv
  const child = spawn(command, rest, { detached: true, stdio: ['ignore', output.fd, output.fd] })
  let ended = false
  child.on('error', () => {
    ended = true
  })
  child.on('exit', () => {
    ended = true
  })
  child.unref()
  await output.close()
  return { name: command, ended: () => ended }
}

async function waitFor(ready: () => Promise<boolean>, daemon: Daemon, log: string, io: Io): Promise<void> {
  const deadline = Date.now() + 60_000
  while (!(await ready())) {
    if (daemon.ended() || Date.now() > deadline) {
      const lastLine = (await readFile(log, 'utf8').catch(() => '')).trim().split('\n').at(-1) ?? ''
      const what = daemon.ended() ? 'ended at once' : 'did not answer within 60 s'
      throw new Problem(`${daemon.name} of the private Docker Engine ${what}; its last words in ${log}: ${lastLine}`)
    }
    await pause(50, io.signal)
  }
}

async function endEngineProcesses(places: Places): Promise<void> {
  // dockerd first: it ends its containers, for which it needs containerd.
  await end(() => daemons('dockerd', places), 20)
  await end(() => engineProcesses(runningProcesses(), places.engineRun), 5)
}

function daemons(name: string, places: Places): RunningProcess[] {
  return engineProcesses(runningProcesses(), places.engineRun).filter(({ argv }) => basename(argv[0] ?? '') === name)
}

async function end(processes: () => { pid: number }[], seconds: number): Promise<void> {
  const deadline = Date.now() + seconds * 1000
  signalAll(processes(), 'SIGTERM')
  while (processes().length > 0 && Date.now() < deadline) await pause(50)
  signalAll(processes(), 'SIGKILL')
  while (processes().length > 0 && Date.now() < deadline + 5000) await pause(50)
}

function signalAll(processes: { pid: number }[], signal: NodeJS.Signals): void {
  for (const { pid } of processes) {
    try {
      process.kill(pid, signal)
    } catch {
      // It ended meanwhile.
    }
  }
}
