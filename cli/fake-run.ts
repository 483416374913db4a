import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { TestContext } from 'vitest'
import { parse, stringify } from 'yaml'
import { runWorkloads } from '../helpers/stage/fake-workloads.ts'
import { FakeApi } from '../helpers/target/fake-api.ts'
import { agent } from '../helpers/target/fake-exec.ts'
import type { endings } from './interrupt.ts'

const command = join(import.meta.dirname, '..', 'bin', 'rollcall.js')

export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface Started {
  readonly ended: Promise<Ended>
  kill(signal: (typeof endings)[number]): void
  /** From now on nobody reads what it says; that is then not told. */
  hangUp(): void
}

/** A folder of its own to run the command line in, as a user does. */
export interface Desk {
  readonly folder: string
  /** Starts it with nothing of our own environment that could lead it to a cluster. */
  start(argv: readonly string[], more?: NodeJS.ProcessEnv): Started
}

export interface FakeCluster extends Desk {
  readonly api: FakeApi
  readonly kubeconfig: string
}

/** `onTestFinished` of the test: tests that run side by side must say whose it is. */
type OnTestFinished = TestContext['onTestFinished']

export async function desk(onTestFinished: OnTestFinished): Promise<Desk> {
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-cli-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return {
    folder,
    start: (argv, more = {}) => {
      const env = { PATH: process.env.PATH, HOME: folder, ...more }
      const child = spawn(process.execPath, [command, ...argv], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] })
      onTestFinished(() => void child.kill('SIGKILL'))
      const closed = new Promise<number | null>((resolve) => child.once('close', resolve))
      const said = [child.stdout, child.stderr].map((stream) => text(stream).catch(() => ''))
      const ended = Promise.all([closed, ...said])
      return {
        ended: ended.then(([code, stdout = '', stderr = '']) => ({ code, stdout, stderr })),
        kill: (signal) => void child.kill(signal),
        hangUp: () => {
          for (const stream of [child.stdout, child.stderr]) stream.destroy()
        },
      }
    },
  }
}

/** A fake cluster that runs every workload, whose vantages answer but never see anything, and a kubeconfig for it. */
export async function fakeCluster(onTestFinished: OnTestFinished): Promise<FakeCluster> {
  const api = await FakeApi.start()
  onTestFinished(() => api[Symbol.asyncDispose]())
  runWorkloads(api.store)
  api.exec = (socket, argv, path) => {
    const namespace = path.split('/')[4]
    const resolver = `search ${namespace}.svc.cluster.local svc.cluster.local cluster.local\nnameserver 10.96.0.10\n`
    agent((verb) => {
      if (verb === 'tools') return { code: 0, output: '' }
      return verb === 'file' ? { code: 0, output: resolver } : undefined
    })(socket, argv, path)
  }
  const own = await desk(onTestFinished)
  const kubeconfig = join(own.folder, 'kubeconfig')
  await writeFile(kubeconfig, api.kubeconfig())
  return { ...own, api, kubeconfig }
}

/** A kubeconfig whose users are given their credentials by a plugin. */
export function plugged(
  kubeconfig: string,
  plugin: { readonly command: string; readonly args: readonly string[] },
): string {
  const config = parse(kubeconfig) as { users: { name: string; user: object }[] }
  const exec = { apiVersion: 'client.authentication.k8s.io/v1', ...plugin, interactiveMode: 'Never' }
  return stringify({ ...config, users: config.users.map(({ name }) => ({ name, user: { exec } })) })
}

/** The report that a run has written into `reports` of its folder. */
export async function reportOf(folder: string): Promise<{
  run: { exit: number; problems: string[]; interrupted: boolean }
  requirements: { verdict: string; reason: string }[]
}> {
  const file = await readFile(join(folder, 'reports', 'conformance.json'), 'utf8')
  return JSON.parse(file) as Awaited<ReturnType<typeof reportOf>>
}
