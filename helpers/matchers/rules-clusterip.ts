import type { NodeRules, RuleEntry } from '../probes/rules/node-rules.ts'
import type { Observation } from '../report/record.ts'
import { sameAddress } from './rules-addresses.ts'
import { ruleChains } from './rules-chains.ts'
import { type ClusterIpTwin, quotedRule, rulesRead } from './rules-headless.ts'

/** An address with its port. */
export interface Backend {
  readonly address: string
  readonly port: number
}

/** A port of a ClusterIP Service and where its traffic goes. */
export interface ClusterIpPort {
  readonly port: number
  /** As the API writes it; `TCP` where the Service says nothing. */
  readonly protocol: string
  /** Ready endpoints of every family, with the port that the pod listens on. */
  readonly endpoints: readonly Backend[]
}

export interface ClusterIpLook {
  /** The node. */
  readonly vantage: string
  readonly rules: NodeRules
  readonly twin: ClusterIpTwin & { readonly ports: readonly ClusterIpPort[] }
}

function isIPv6(address: string): boolean {
  return address.includes(':')
}

function socket({ address, port }: { readonly address: string; readonly port?: number }): string {
  return `${isIPv6(address) ? `[${address}]` : address}${port === undefined ? '' : `:${port}`}`
}

/** Whether the entry takes what is addressed to this port of this address; a rule without port or protocol takes all. */
function takes(entry: RuleEntry, address: string, { port, protocol }: ClusterIpPort): boolean {
  return entry.destinations.some(
    (seen) =>
      seen.role === 'matched' &&
      sameAddress(seen.address, address) &&
      (seen.port === undefined || seen.port === port) &&
      (seen.protocol === undefined || seen.protocol === protocol.toLowerCase()),
  )
}

/** What is wrong with one address and port; empty where nothing is. */
function flaws(rules: NodeRules, address: string, port: ClusterIpPort): readonly string[] {
  const chains = ruleChains(rules.entries)
  const front = `${socket({ address, port: port.port })}/${port.protocol}`
  const entries = rules.entries.filter((entry) => takes(entry, address, port))
  if (entries.length === 0) return [`no rule takes ${front}`]
  const reached = [...new Set(entries.flatMap((entry) => chains.from(entry)))].flatMap((entry) => entry.destinations)
  const seen = [...new Set(reached.filter(({ role }) => role === 'translated-to').map(socket))].sort()
  const wanted = port.endpoints.filter((endpoint) => isIPv6(endpoint.address) === isIPv6(address)).map(socket)
  const missing = wanted.filter((one) => !seen.includes(one))
  const extra = seen.filter((one) => !wanted.includes(one))
  return [
    ...(missing.length === 0 ? [] : [`${front} does not reach ${missing.join(', ')}`]),
    ...(extra.length === 0 ? [] : [`${front} also reaches ${extra.join(', ')}`]),
    ...(missing.length + extra.length === 0 || entries[0] === undefined ? [] : [`by ${quotedRule(entries[0])}`]),
  ]
}

/**
 * Decides proxy.clusterip.rules for one node: every port of every ClusterIP is taken, and translated to exactly its
 * ready endpoints of that family. A read without a single rule of any Service saw no proxy, and decides nothing.
 */
export function judgeClusterIpProgrammed({ vantage, rules, twin }: ClusterIpLook): Observation {
  const name = `${twin.namespace}/${twin.service}`
  const fronts = twin.clusterIPs.flatMap((address) => twin.ports.map((port) => ({ address, port })))
  const endpoints = new Set(twin.ports.flatMap((port) => port.endpoints.map(socket)))
  const about = { vantage, backend: '', hop: 'node rules' as const }
  const expected = `${name} at ${fronts.map(({ address, port }) => socket({ address, port: port.port })).join(', ')} goes to ${
    endpoints.size === 0 ? 'nothing' : [...endpoints].join(', ')
  }`
  const found = fronts.flatMap(({ address, port }) => flaws(rules, address, port))
  if (found.length === 0)
    return { ...about, verdict: 'conformant', expected, observed: `exactly that, by ${rulesRead(rules)}` }
  const ofServices = rules.entries.filter((entry) => entry.table === 'ipvs' || entry.names.length > 0)
  const unseen = `${rulesRead(rules)}, of which none is about any Service`
  if (ofServices.length === 0) return { ...about, verdict: 'inconclusive', expected, observed: unseen }
  if (rules.unreadLines > 0) {
    const observed = `${found.join('; ')}; but ${rules.unreadLines} lines of the ${rules.mode} rules were not understood`
    return { ...about, verdict: 'inconclusive', expected, observed }
  }
  return { ...about, verdict: 'non-conformant', expected, observed: found.join('; ') }
}
