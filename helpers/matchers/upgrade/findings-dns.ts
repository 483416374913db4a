import { coming, kept, leaving, nodeLoss, propagation, skew } from '../../upgrade/budgets.ts'
import type { DnsSample, SampleEntry } from '../../upgrade/journal.ts'
import type { DnsTarget } from '../../upgrade/targets.ts'
import type { Fault, Finding, WindowKind } from '../../upgrade/window.ts'
import { canonical, sameSet, setText } from '../truth.ts'
import type { Course } from './course.ts'

const silences: Readonly<Record<string, WindowKind>> = { timeout: 'time-out', unreachable: 'unreachable' }
const refusals: Readonly<Record<string, WindowKind>> = { SERVFAIL: 'SERVFAIL', REFUSED: 'REFUSED' }

/**
 * What an answer is worth: right is one that was true at some moment within the time that an answer may take and be kept. Of a
 * change that is told in two steps, either may be seen first, and nothing in between. A server is judged while it is in service.
 */
export function dnsFinding(course: Course, sample: SampleEntry, target: DnsTarget, told: DnsSample): Finding {
  const fault = faultIn(course, sample, target, told)
  if (typeof fault === 'string' || fault.excuse !== undefined) return fault
  const excuse = outOfService(course, sample, target)
  return excuse === undefined ? fault : { ...fault, excuse }
}

function faultIn(course: Course, sample: SampleEntry, target: DnsTarget, told: DnsSample): Finding {
  const question = `${told.name} ${told.type}`
  const silence = silences[told.rcode]
  if (silence !== undefined) {
    const observed = `${question}: ${silence === 'time-out' ? 'no answer' : 'not reachable'}`
    const excuse = lossAround(course, sample) ?? staleRules(course, sample, target)
    return excused({ kind: silence, expected: `${question}: an answer`, observed }, excuse)
  }
  const refusal = refusals[told.rcode]
  if (refusal !== undefined)
    return { kind: refusal, expected: `${question}: an answer`, observed: `${question}: ${told.rcode}` }
  return told.type === 'A' || told.type === 'AAAA' ? valueFinding(course, sample, told, told.type) : 'unjudged'
}

function valueFinding(course: Course, { at, took }: SampleEntry, told: DnsSample, type: 'A' | 'AAAA'): Finding {
  const to = at + took + skew
  const truthsOf = (from: number): (readonly string[])[] =>
    course.truths({ from, to }).flatMap((truth) => {
      const all = truth.addresses[told.name]
      return all === undefined ? [] : [ofType(all, type)]
    })
  const seen = told.records.map(plain)
  const speaks = told.rcode === 'NOERROR' || (told.rcode === 'NXDOMAIN' && seen.length === 0)
  if (speaks && isTrue(truthsOf(at - propagation.ms), seen)) return 'good'
  const oldest = at - kept.ms
  const heard = course.unheardSince({ from: oldest, to: at })
  const from = heard - propagation.ms
  const truths = truthsOf(from)
  if (truths.length === 0) return 'unjudged'
  const wanted = truths.at(-1) ?? []
  const texts = {
    expected: `${told.name} ${type}: ${wanted.length === 0 ? 'no address' : `NOERROR ${setText(wanted)}`}`,
    observed: `${told.name} ${type}: ${told.rcode} ${setText(seen)}`,
  }
  if (speaks && isTrue(truths, seen))
    return {
      kind: 'slow propagation',
      ...texts,
      excuse: heard < oldest ? 'the API was away shortly before' : `a cache may keep an answer for ${kept.ms / 1000} s`,
    }
  // Whatever became true and untrue again while the API told nothing is nowhere on the record.
  const changed = truths.some((one) => !sameSet(one, wanted))
  if (changed && course.isUntold({ from, to })) return 'unjudged'
  if (!speaks || seen.length > 0) return { kind: 'wrong answer', ...texts }
  return { kind: told.rcode === 'NXDOMAIN' ? 'NXDOMAIN' : 'NODATA', ...texts }
}

/** Whether a set was true, or lies between two that followed each other. */
function isTrue(truths: readonly (readonly string[])[], seen: readonly string[]): boolean {
  return truths.some((one, index) => {
    if (sameSet(one, seen)) return true
    const before = truths[index - 1]
    if (before === undefined) return false
    const stayed = before.filter((address) => one.includes(address))
    return (
      stayed.every((address) => seen.includes(address)) &&
      seen.every((address) => before.includes(address) || one.includes(address))
    )
  })
}

function ofType(addresses: readonly string[], type: 'A' | 'AAAA'): string[] {
  return addresses.filter((one) => one.includes(':') === (type === 'AAAA')).map(plain)
}

/** There are a million of them, and only IPv6 has several spellings. */
function plain(address: string): string {
  return address.includes(':') ? canonical(address) : address
}

function excused(fault: Fault, excuse: string | undefined): Fault {
  return excuse === undefined ? fault : { ...fault, excuse }
}

/** Why a DNS server need not answer, or not yet: it was not in service all around that time. */
function outOfService(course: Course, { at, took }: SampleEntry, { role, id, address }: DnsTarget): string | undefined {
  if (role !== 'backend') return undefined
  const { targets, of } = course.targets(id, { from: at - coming.ms, to: at + took + leaving.ms })
  const stood = targets.filter((one) => one.kind === 'dns' && one.address === address)
  return stood.length === of ? undefined : `${id} came into service or left it`
}

/** Why a resolver may lead to a server that is gone: the API was away, and proxies may not have heard of it yet. */
function staleRules(course: Course, { at, took }: SampleEntry, { role }: DnsTarget): string | undefined {
  const heard = course.unheardSince({ from: at, to: at })
  if (role !== 'resolver' || heard === at) return undefined
  return course.serversChanged({ from: heard - leaving.ms, to: at + took })
    ? 'DNS servers had changed about a time at which the API was away'
    : undefined
}

/** Why nothing came back although no DNS server is to blame: the node that asks, or one that may have had a server. */
function lossAround(course: Course, { at, took, node }: SampleEntry): string | undefined {
  const to = at + took
  return (
    course.recovery(node, { from: at, to }) ??
    course.lossOf(node, { from: at, to }) ??
    course.serverLoss({ from: at - nodeLoss.ms, to })
  )
}
