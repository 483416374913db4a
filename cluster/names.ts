import { Problem } from '../helpers/errors.ts'
import { type Engine, engineAttempt, engineRun } from './engine/engine.ts'
import { type Io, pause } from './io.ts'
import { engineDns, type NodeNetwork } from './network.ts'
import { upstreamName } from './upstream.ts'

const secondsForAnswer = 5
const advice = 'install aardvark-dns, or the dnsname plugin where Podman works with CNI, and try again'

/** What `podman network inspect` says of one network. */
interface PodmanNetwork {
  dns_enabled?: boolean
}

/** Whether a network that Podman describes so resolves names, as far as that can be seen: older releases do not tell. */
export function resolvesNames(inspected: string): boolean {
  const [network] = JSON.parse(inspected) as PodmanNetwork[]
  return network?.dns_enabled !== false
}

/**
 * Makes a network as kind would and throws a `Problem` when it is one without names, by which workers find the control plane.
 * Said before anything is built; the network goes away again.
 */
export async function requireNetworkWithNames(network: string, engine: Engine, io: Io): Promise<void> {
  const options = { signal: io.signal, timeout: 60 }
  await engineRun(engine, ['network', 'create', network], options)
  const inspected = await engineRun(engine, ['network', 'inspect', network], options)
  await engineRun(engine, ['network', 'rm', network], options)
  if (!resolvesNames(inspected)) {
    throw new Problem(
      `networks of this Podman resolve no container names, by which nodes have to find each other; ${advice}`,
    )
  }
}

/** Throws a `Problem` unless the engine's own DNS server knows a container on the network, our upstream DNS server, by its name. */
export async function requireAnswers(cluster: string, network: NodeNetwork, engine: Engine, io: Io): Promise<void> {
  const server = engineDns(engine.provider, network)
  const deadline = Date.now() + secondsForAnswer * 1000
  // The engine may start its server with the first container.
  for (;;) {
    const lookUp = engineAttempt(
      engine,
      ['exec', upstreamName(cluster), 'busybox', 'nslookup', upstreamName(cluster), server],
      { signal: io.signal, timeout: secondsForAnswer },
    )
    if ((await lookUp).exitCode === 0) return
    if (Date.now() > deadline) break
    await pause(200, io.signal)
  }
  throw new Problem(
    `the network "${network.name}" resolves no container names (nothing answers at ${server}), by which nodes have to find each other; ${advice}`,
  )
}
