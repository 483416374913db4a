import { Problem } from '../helpers/errors.ts'
import { kubectlAttempt, kubectlRun } from './api.ts'
import type { Engine } from './engine/engine.ts'
import type { Io } from './io.ts'
import type { Phases } from './phases.ts'
import type { ClusterRecord } from './record.ts'

const secondsForNodes = 120
const secondsForDns = 180

/** Waits until a created cluster can be used: every node Ready, every DNS replica available. */
export async function settle(record: ClusterRecord, engine: Engine, io: Io, phases: Phases): Promise<void> {
  const { name, dnsReplicas } = record.options
  const dns = ['-n', 'kube-system']
  const options = { signal: io.signal, timeout: secondsForDns + 30 }
  const scale = (replicas: number) =>
    kubectlRun(engine, name, [...dns, 'scale', 'deployment', 'coredns', `--replicas=${replicas}`], options)
  // Replicas that find no node but the control plane would all stay there; on our own network they have waited for the others already.
  const stock = record.network === undefined
  await scale(stock ? 1 : dnsReplicas)
  io.progress('waiting for the nodes')
  const nodes = ['wait', '--for=condition=Ready', 'nodes', '--all', `--timeout=${secondsForNodes}s`]
  if ((await kubectlAttempt(engine, name, nodes, options)).exitCode !== 0) {
    throw new Problem(
      `the nodes of "${name}" did not become Ready within ${secondsForNodes} s; run it again, and look for what else keeps this host busy`,
    )
  }
  phases.done('nodes ready')
  if (stock) await scale(dnsReplicas)
  io.progress(`waiting for ${dnsReplicas} DNS ${dnsReplicas === 1 ? 'replica' : 'replicas'}`)
  const rollout = [...dns, 'rollout', 'status', 'deployment/coredns', `--timeout=${secondsForDns}s`]
  if ((await kubectlAttempt(engine, name, rollout, options)).exitCode !== 0) {
    throw new Problem(
      `CoreDNS of "${name}" was not available within ${secondsForDns} s; run it again, and look for what else keeps this host busy`,
    )
  }
  phases.done('dns ready')
}
