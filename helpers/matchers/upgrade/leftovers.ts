import type { NodeRules, RuleEntry } from '../../probes/rules/node-rules.ts'
import type { Observation } from '../../report/record.ts'
import type { Snapshot } from '../../stage/snapshot.ts'
import { nameOf } from '../placed.ts'
import { quotedRule, rulesRead } from '../rules-headless.ts'
import { podAddresses } from '../truth.ts'

function counted(some: readonly RuleEntry[]): string {
  const [first] = some
  if (first === undefined) return 'none'
  return `${quotedRule(first)}${some.length === 1 ? '' : ` (and ${some.length - 1} more)`}`
}

/**
 * No rule is about a Service of the namespace that is not there any more, and none of a Service of the fixture leads to the address
 * of a Pod that is gone. Addresses are given out again, so that other Services may well lead there.
 */
export function nothingLeftOf(before: Snapshot, now: Snapshot, vantage: string, rules: NodeRules): Observation {
  const services = now.services.map(nameOf)
  const live = new Set(now.pods.flatMap((pod) => podAddresses(pod)))
  const gone = new Set(before.pods.flatMap((pod) => podAddresses(pod)).filter((address) => !live.has(address)))
  const own = rules.entries.filter((entry) => entry.names.some((one) => one.namespace === now.namespace))
  const left = own.filter(
    (entry) =>
      entry.names.some((one) => one.namespace === now.namespace && !services.includes(one.service)) ||
      entry.destinations.some(({ role, address }) => role === 'translated-to' && gone.has(address)),
  )
  const about = { vantage, backend: '', hop: 'node rules' as const }
  const expected = `no rule for what is gone from ${now.namespace}`
  if (left.length > 0) return { ...about, verdict: 'non-conformant', expected, observed: counted(left) }
  const seen = `none of ${rulesRead(rules)}`
  if (own.length === 0 && rules.mode !== 'ipvs') {
    const observed = `${seen} is about any Service of ${now.namespace}, also of those that are there`
    return { ...about, verdict: 'inconclusive', expected, observed }
  }
  return { ...about, verdict: 'conformant', expected, observed: `${seen} is` }
}

/** Of the mode in which a node's proxy worked before, no rule of a Service is left. What others write in that mode is theirs. */
export function nothingLeftOfMode(vantage: string, rules: NodeRules, mode: string): Observation {
  const left = rules.entries.filter((entry) => entry.names.length > 0 || entry.table === 'ipvs')
  const about = { vantage, backend: '', hop: 'node rules' as const }
  const expected = `no rule of a Service in mode ${rules.mode}, since the proxy is in mode ${mode}`
  const observed = left.length > 0 ? counted(left) : `none of ${rulesRead(rules)} is`
  return { ...about, verdict: left.length > 0 ? 'non-conformant' : 'conformant', expected, observed }
}
