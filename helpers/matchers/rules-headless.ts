import type { NodeRules, RuleEntry, RuleFamily } from '../probes/rules/node-rules.ts'
import type { Observation } from '../report/record.ts'
import { type HeadlessService, matchesAddress, namesService, ruleMentions } from './rules.ts'
import { familyOf } from './truth.ts'

/** The ClusterIP Service over the same pods: what a read must show before it may be believed not to show the other. */
export interface ClusterIpTwin {
  readonly namespace: string
  readonly service: string
  readonly clusterIPs: readonly string[]
}

export interface HeadlessLook {
  /** The node. */
  readonly vantage: string
  readonly rules: NodeRules
  readonly headless: HeadlessService
  readonly twin: ClusterIpTwin
}

/**
 * Whether the rules know the ClusterIP Service in each of its families, by its name or, as IPVS does, by its address alone: each
 * family is read by a command of its own.
 */
export function knowsTwin({ entries }: NodeRules, twin: ClusterIpTwin): boolean {
  const { clusterIPs } = twin
  const isKnown = (address: string): boolean => {
    const families: readonly RuleFamily[] = [familyOf(address) === 'IPv6' ? 'ipv6' : 'ipv4', 'inet']
    return entries.some(
      (entry) => (families.includes(entry.family) && namesService(entry, twin)) || matchesAddress(entry, address),
    )
  }
  return clusterIPs.length > 0 && clusterIPs.every(isKnown)
}

/** How much was read, and of what. */
export function rulesRead({ entries, mode, backend }: NodeRules): string {
  return `${entries.length} ${mode} rules${backend === '' ? '' : ` (${backend})`}`
}

/** One rule as a sentence may quote it. */
export function quotedRule({ table, text }: RuleEntry): string {
  const [limit, place] = [400, table === 'ipvs' ? '' : `${table}: `]
  return `${place}${text.length > limit ? `${text.slice(0, limit)}…` : text}`
}

/**
 * Decides proxy.headless.no-rules for one node. Absence counts only where the same read shows the ClusterIP twin and was
 * understood to its last line; otherwise the node was not seen.
 */
export function judgeHeadlessUnprogrammed({ vantage, rules, headless, twin }: HeadlessLook): Observation {
  const [name, twinName] = [`${headless.namespace}/${headless.service}`, `${twin.namespace}/${twin.service}`]
  const about = { vantage, backend: '', hop: 'node rules' as const }
  const expected = `no ${rules.mode} rule refers to the headless Service ${name}`
  const mentions = ruleMentions(rules, headless)
  const [first] = mentions
  if (first !== undefined) {
    const more = mentions.length === 1 ? '' : ` (and ${mentions.length - 1} more)`
    return { ...about, verdict: 'non-conformant', expected, observed: `${quotedRule(first)}${more}` }
  }
  if (!knowsTwin(rules, twin)) {
    const observed = `the probe did not see the ClusterIP twin ${twinName} among ${rulesRead(rules)}`
    return { ...about, verdict: 'inconclusive', expected, observed }
  }
  if (rules.unreadLines > 0) {
    const observed = `${rules.unreadLines} lines of the ${rules.mode} rules were not understood, and the others do not refer to it`
    return { ...about, verdict: 'inconclusive', expected, observed }
  }
  const observed = `none of ${rulesRead(rules)} refers to it; those of its ClusterIP twin ${twinName} are there`
  return { ...about, verdict: 'conformant', expected, observed }
}
