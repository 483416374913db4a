import { apiNodes } from './api.ts'
import { type Engine, engineAttempt, engineRun } from './engine/engine.ts'
import type { Io } from './io.ts'
import { engineDns, type NodeNetwork, type NodeRoutes, routesThrough } from './network.ts'
import type { ClusterRecord } from './record.ts'
import type { UpstreamImage } from './upstream-image.ts'

/** The name of the container with the upstream DNS server of a cluster. */
export function upstreamName(cluster: string): string {
  return `rollcall-${cluster}-upstream`
}

/** Starts the upstream DNS server on the network; it answers for its own zone, refuses all else, and has no way out. */
export async function startUpstream(
  cluster: string,
  network: NodeNetwork,
  engine: Engine,
  image: UpstreamImage,
  io: Io,
): Promise<void> {
  const options = { signal: io.signal }
  if ((await engineAttempt(engine, ['image', 'inspect', image.tag], options)).exitCode !== 0) {
    await engineRun(engine, ['load', '-q', '-i', image.archive], options)
  }
  const name = upstreamName(cluster)
  await engineRun(
    engine,
    [
      ...['run', '-d', '--name', name, '--network', network.name, '--cap-add', 'NET_ADMIN'],
      ...['--ip', network.upstreamIpv4, '--ip6', network.upstreamIpv6, '--restart', 'unless-stopped'],
      ...['--env', `ENGINE_DNS=${engineDns(engine.provider, network)}`, image.tag],
    ],
    options,
  )
  await isolateUpstream(cluster, engine)
}

async function isolateUpstream(cluster: string, engine: Engine): Promise<void> {
  await inUpstream(engine, cluster, ['ip', 'route', 'del', 'default'])
  await inUpstream(engine, cluster, ['ip', '-6', 'route', 'del', 'default'])
}

/** Tells the upstream DNS server the way to the pods of each node. */
export async function routeUpstream(cluster: string, nodes: NodeRoutes[], engine: Engine): Promise<void> {
  for (const line of nodes.flatMap(routesThrough)) await inUpstream(engine, cluster, ['ip', ...line.split(' ')])
}

/** Gives the upstream DNS server its routes again, which it loses when the engine restarts it. */
export async function mendUpstream(record: ClusterRecord, engine: Engine): Promise<void> {
  if (record.network === undefined) return
  const { name } = record.options
  const family = record.options.ipFamily === 'ipv6' ? '-6' : '-4'
  const routes = await inUpstream(engine, name, ['ip', family, 'route'])
  if (routes.exitCode === 0 && routes.stdout.includes(' via ') && !routes.stdout.includes('default')) return
  await engineAttempt(engine, ['start', upstreamName(name)], { timeout: 30 })
  await isolateUpstream(name, engine)
  await routeUpstream(name, await apiNodes(engine, name), engine)
}

function inUpstream(engine: Engine, cluster: string, argv: string[]) {
  return engineAttempt(engine, ['exec', upstreamName(cluster), 'busybox', ...argv], { timeout: 30 })
}
