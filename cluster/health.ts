import { messageOf } from '../helpers/errors.ts'
import { apiNodes, dnsAvailable } from './api.ts'
import { answers, type Engine, ownEngine, userEngine } from './engine/engine.ts'
import type { Places } from './places.ts'
import type { ClusterRecord } from './record.ts'

/** The engine of a cluster that is written down. */
export function engineOf(record: ClusterRecord, places: Places): Engine {
  return record.ownEngine ? ownEngine(places) : userEngine(record.provider)
}

/** What is wrong with a cluster, in a few words, or undefined when it can be used as it is. */
export async function healthOf(record: ClusterRecord, places: Places): Promise<string | undefined> {
  const engine = engineOf(record, places)
  if (!(await answers(engine)))
    return `its ${record.ownEngine ? 'private Docker Engine' : record.provider} does not answer`
  const { name, nodes: wanted, dnsReplicas } = record.options
  try {
    const [nodes, available] = await Promise.all([apiNodes(engine, name), dnsAvailable(engine, name)])
    if (nodes.length !== wanted) return `${nodes.length} of ${wanted} nodes`
    const notReady = nodes.filter(({ ready }) => !ready).map((node) => node.name)
    if (notReady.length > 0) return `${notReady.join(', ')} not Ready`
    return available === dnsReplicas ? undefined : `${available} of ${dnsReplicas} DNS replicas available`
  } catch (error) {
    return `its API does not answer: ${messageOf(error)}`
  }
}
