import { someOf } from '../some-of.ts'
import type { Hop, Observation } from './record.ts'

const namedAtMost = 3

/** The sentence that convicts: hop, expected, observed, how many disagree, and who they are where they are no majority. */
export function disagreementReason(hop: Hop, observations: readonly Observation[]): string {
  const decided = observations.filter((one) => one.hop === hop && isDecided(one))
  const disagreeing = decided.filter((one) => one.verdict === 'non-conformant')
  const [first] = disagreeing
  if (first === undefined) throw new Error(`no observation at ${hop} disagrees`)
  const unseen = observations.filter((one) => one.verdict === 'inconclusive').length
  return [
    `${hop}: expected ${first.expected}, observed ${first.observed}${variety(disagreeing)}`,
    ...(decided.length === 1 ? [] : [whoDisagrees(disagreeing, decided)]),
    ...(unseen === 0 ? [] : [`${unseen} of ${plural(observations.length, 'observation')} inconclusive`]),
  ].join('; ')
}

function whoDisagrees(disagreeing: readonly Observation[], decided: readonly Observation[]): string {
  const isMinority = disagreeing.length * 2 <= decided.length
  return (isMinority ? minority(disagreeing, decided) : undefined) ?? crowd(disagreeing, decided)
}

/** "9 of 9 observations disagree, at 3 of 3 vantages and 3 of 3 backends" */
function crowd(disagreeing: readonly Observation[], decided: readonly Observation[]): string {
  const counts = [
    share(vantagesOf(disagreeing), vantagesOf(decided), 'vantage'),
    ...(backendsOf(decided).length === 0 ? [] : [share(backendsOf(disagreeing), backendsOf(decided), 'backend')]),
  ]
  const one = disagreeing.length === 1
  const said = `${disagreeing.length} of ${plural(decided.length, 'observation')} ${one ? 'disagrees' : 'disagree'}`
  return `${said}, at ${counts.join(' and ')}`
}

/**
 * Names the liars when they are few. A backend that lies to everyone is the likelier cause than a vantage, so backends are
 * named first, unless one vantage hears a lie from all backends.
 */
function minority(disagreeing: readonly Observation[], decided: readonly Observation[]): string | undefined {
  const backends = backendsOf(disagreeing)
  const vantages = vantagesOf(disagreeing)
  const fewBackends = backends.length > 0 && backends.length < backendsOf(decided).length
  const fewVantages = vantages.length < vantagesOf(decided).length
  if (fewBackends && !(fewVantages && vantages.length < backends.length)) {
    const asked = vantagesOf(decided.filter((one) => backends.includes(one.backend)))
    return `only ${subject('backend', backends)}, at ${namedShare(vantages, asked, 'vantage')}`
  }
  if (!fewVantages) return undefined
  const heard = backendsOf(decided.filter((one) => vantages.includes(one.vantage)))
  const where = heard.length === 0 ? '' : `, at ${namedShare(backends, heard, 'backend')}`
  return `only ${subject('vantage', vantages)}${where}`
}

/** "backend a disagrees", "backends a and b disagree" */
function subject(kind: 'backend' | 'vantage', names: readonly string[]): string {
  return names.length === 1 ? `${kind} ${listed(names)} disagrees` : `${kind}s ${listed(names)} disagree`
}

function variety(disagreeing: readonly Observation[]): string {
  const answers = new Set(disagreeing.map((one) => JSON.stringify([one.expected, one.observed])))
  return answers.size === 1 ? '' : ` (first of ${answers.size} different disagreements)`
}

function namedShare(some: readonly string[], all: readonly string[], kind: string): string {
  return some.length < all.length ? `${share(some, all, kind)} (${listed(some)})` : share(some, all, kind)
}

function share(some: readonly string[], all: readonly string[], kind: string): string {
  return `${some.length} of ${plural(all.length, kind)}`
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

function listed(names: readonly string[]): string {
  if (names.length > namedAtMost) return someOf(names, namedAtMost)
  return names.length === 1 ? names.join() : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}

function vantagesOf(observations: readonly Observation[]): readonly string[] {
  return [...new Set(observations.map((one) => one.vantage))]
}

function backendsOf(observations: readonly Observation[]): readonly string[] {
  return [...new Set(observations.map((one) => one.backend).filter((name) => name !== ''))]
}

function isDecided(one: Observation): boolean {
  return one.verdict === 'conformant' || one.verdict === 'non-conformant'
}
