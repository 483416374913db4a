import { Problem } from '../helpers/errors.ts'
import { type ApiNode, apiNodes, kubectlAttempt } from './api.ts'
import { type Engine, engineRun } from './engine/engine.ts'
import { engineOf, healthOf } from './health.ts'
import { type Io, pause, withHeartbeat } from './io.ts'
import { nodeNames } from './kind-config.ts'
import type { Places } from './places.ts'
import { readRecord, writeRecord } from './record.ts'
import { programs, sourceOf, staged, supply } from './upgrade-supply.ts'

export interface UpgradeOptions {
  /** The version to come to, such as `1.36.3`. */
  readonly to: string
  /** Whether each node's Pods are evicted before its kubelet is replaced (kubeadm's documented way). */
  readonly drain: boolean
}

/** Seconds; the control plane's Pods are restarted one after the other, and each may take kubeadm five minutes. */
const limits = { controlPlane: 1200, node: 300, drain: 180, ready: 180 }

/**
 * Brings a Kind cluster to another version in its nodes, as kubeadm's documentation has it: the control plane, with DNS and proxy,
 * then each node's kubelet. What is not of this cluster's making stays as it is.
 * @throws Problem where the cluster is not there or not healthy, the versions are not one minor release apart at most, or a step
 * fails, with what it said; the cluster is then left as it is, for somebody to look at.
 */
export async function upgrade(name: string, options: UpgradeOptions, places: Places, io: Io): Promise<void> {
  const record = await readRecord(places, name)
  if (record === undefined || record.state !== 'ready')
    throw new Problem(`there is no cluster "${name}" to upgrade; start it with \`rollcall cluster up --name ${name}\``)
  checkVersions(record.options.kubernetesVersion, options.to)
  const engine = engineOf(record, places)
  const trouble = await healthOf(record, places)
  if (trouble !== undefined)
    throw new Problem(`the cluster "${name}" is not healthy (${trouble}); mend it, or make it anew`)
  const source = await sourceOf(record, options.to, engine, places, io)
  const nodes = nodeNames(name, record.options.nodes)
  for (const node of nodes) {
    io.progress(`${node}: bringing what ${options.to} is made of`)
    await supply(node, record, source, engine, places, io)
  }
  for (const [index, node] of nodes.entries()) {
    if (index === 0) await upgradeControlPlane(node, options.to, engine, io)
    await upgradeNode({ name, node, isControlPlane: index === 0 }, options, engine, io)
  }
  await writeRecord(places, { ...record, options: { ...record.options, kubernetesVersion: options.to } })
}

/** kubeadm goes one minor release at a time, and never back (version skew policy). */
export function checkVersions(from: string, to: string): void {
  const [now, wanted] = [from, to].map((version) => version.split('.').map(Number))
  const [, minor = 0, patch = 0] = now ?? []
  const [, toMinor = 0, toPatch = 0] = wanted ?? []
  const step = toMinor - minor
  if (step === 1 || (step === 0 && toPatch > patch)) return
  throw new Problem(
    `the cluster is at ${from}, and cannot be brought to ${to}; name a later patch release of it, or one of the next minor release`,
  )
}

async function upgradeControlPlane(node: string, to: string, engine: Engine, io: Io): Promise<void> {
  // The checks ask for what a node in a container never has (swap, kernel modules, a registry), as they do when kind creates one.
  const command = ['upgrade', 'apply', `v${to}`, '--yes', '--ignore-preflight-errors=all']
  const apply = () =>
    engineRun(engine, ['exec', node, `${staged}/kubeadm`, ...command], {
      signal: io.signal,
      timeout: limits.controlPlane,
    })
  await withHeartbeat(io, `${node}: kubeadm upgrade apply v${to}`, apply)
}

interface OneNode {
  /** Of the cluster. */
  readonly name: string
  readonly node: string
  readonly isControlPlane: boolean
}

async function upgradeNode(
  { name, node, isControlPlane }: OneNode,
  { to, drain }: UpgradeOptions,
  engine: Engine,
  io: Io,
): Promise<void> {
  const run = (...argv: string[]) =>
    engineRun(engine, ['exec', node, ...argv], { signal: io.signal, timeout: limits.node })
  const kubectl = (...argv: string[]) => againAndAgain(name, argv, engine, io)
  if (drain) {
    io.progress(`${node}: draining`)
    const whatever = ['--ignore-daemonsets', '--delete-emptydir-data', '--force']
    await kubectl('drain', node, ...whatever, `--timeout=${limits.drain}s`)
  }
  io.progress(`${node}: kubelet ${to}`)
  const kubeadm = () => run(`${staged}/kubeadm`, 'upgrade', 'node', '--ignore-preflight-errors=all')
  if (!isControlPlane) await untilItSucceeds(() => kubeadm().then(() => undefined, asError), io)
  await run('systemctl', 'stop', 'kubelet')
  for (const program of programs) await run('mv', `${staged}/${program}`, `/usr/bin/${program}`)
  await run('systemctl', 'start', 'kubelet')
  await untilAt({ name, node, version: `v${to}` }, engine, io)
  if (drain) await kubectl('uncordon', node)
}

/** Runs a kubectl command that may be run twice, until it succeeds. */
async function againAndAgain(name: string, argv: string[], engine: Engine, io: Io): Promise<void> {
  await untilItSucceeds(async () => {
    const result = await kubectlAttempt(engine, name, argv, { signal: io.signal, timeout: limits.drain + 30 })
    if (result.exitCode === 0) return undefined
    return new Problem(
      `kubectl ${argv.join(' ')} did not succeed within ${limits.drain} s (${result.stderr.trim().slice(-300)}); see what holds it`,
    )
  }, io)
}

/**
 * Does what may be done twice until it no longer tells why it has failed: a kubelet that was replaced starts the API server of its node
 * again, some seconds after it has called itself Ready. Throws what the last try told where none succeeds in time.
 */
async function untilItSucceeds(attempt: () => Promise<Error | undefined>, io: Io): Promise<void> {
  const deadline = Date.now() + limits.drain * 1000
  for (;;) {
    const failure = await attempt()
    if (failure === undefined) return
    io.signal.throwIfAborted()
    if (Date.now() > deadline) throw failure
    await pause(2000, io.signal)
  }
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown))
}

/** Waits until the API shows the node Ready, with the kubelet of the version. */
async function untilAt(
  { name, node, version }: { name: string; node: string; version: string },
  engine: Engine,
  io: Io,
): Promise<void> {
  const deadline = Date.now() + limits.ready * 1000
  let saw = 'the API did not answer'
  for (;;) {
    const nodes: ApiNode[] = await apiNodes(engine, name, io.signal).catch(() => [])
    const one = nodes.find((candidate) => candidate.name === node)
    if (one?.ready === true && one.kubelet === version) return
    if (one !== undefined) saw = `kubelet ${one.kubelet}, ${one.ready ? 'Ready' : 'not Ready'}`
    if (Date.now() > deadline)
      throw new Problem(
        `${node} was not Ready with ${version} within ${limits.ready} s (${saw}); see \`journalctl -u kubelet\` in it`,
      )
    await pause(500, io.signal)
  }
}
