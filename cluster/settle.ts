import { Problem } from '../helpers/errors.ts'
import { type ApiNode, apiNodes, dnsAvailable, kubectlAttempt, kubectlRun, until } from './api.ts'
import type { Engine } from './engine/engine.ts'
import type { Io } from './io.ts'
import { routeUpstream, writeConflist, writeRoutes } from './node-network.ts'
import type { Phases } from './phases.ts'
import type { Places } from './places.ts'
import type { ClusterRecord } from './record.ts'

/** Brings a created cluster to where it can be used: its own network wired, every node Ready, every DNS replica available. */
export async function settle(
  record: ClusterRecord,
  engine: Engine,
  places: Places,
  io: Io,
  phases: Phases,
): Promise<void> {
  const { name } = record.options
  if (record.network !== undefined) await wire(record, engine, places, io)
  io.progress('waiting for the nodes')
  await until(
    async () => ((await apiNodes(engine, name, io.signal)).every(({ ready }) => ready) ? true : undefined),
    120,
    () =>
      new Problem(`the nodes of "${name}" did not become Ready within 120 s; look with \`rollcall cluster status\``),
    io,
  )
  phases.done('nodes ready')
  await readyDns(record, engine, io)
  phases.done('dns ready')
}

async function wire(record: ClusterRecord, engine: Engine, places: Places, io: Io): Promise<void> {
  const { name, nodes: count, ipFamily } = record.options
  const nodes = await until(() => allWithPodSubnets(engine, name, count, io), 60, noSubnets, io)
  for (const node of nodes) {
    await writeRoutes(name, node.name, nodes, ipFamily, places)
    await writeConflist(name, node, places)
  }
  await routeUpstream(name, nodes, engine)
}

async function allWithPodSubnets(engine: Engine, name: string, count: number, io: Io): Promise<ApiNode[] | undefined> {
  const nodes = await apiNodes(engine, name, io.signal)
  return nodes.length === count && nodes.every(({ podSubnets }) => podSubnets.length > 0) ? nodes : undefined
}

function noSubnets(): Problem {
  return new Problem(
    'the nodes got no ranges for their pods within 60 s; try again, and report this if it happens twice',
  )
}

async function readyDns(record: ClusterRecord, engine: Engine, io: Io): Promise<void> {
  const { name, dnsReplicas } = record.options
  io.progress(`waiting for ${dnsReplicas} DNS ${dnsReplicas === 1 ? 'replica' : 'replicas'}`)
  await kubectlRun(engine, name, ['-n', 'kube-system', 'scale', 'deployment', 'coredns', `--replicas=${dnsReplicas}`], {
    timeout: 30,
    signal: io.signal,
  })
  await until(
    async () => ((await dnsAvailable(engine, name, io.signal)) === dnsReplicas ? true : undefined),
    180,
    () => new Problem(`CoreDNS of "${name}" was not available within 180 s; look with \`rollcall cluster status\``),
    io,
  )
  await kubectlAttempt(engine, name, ['version'])
}
