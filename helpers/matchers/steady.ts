import type { Question } from '../probes/dns/message.ts'
import type { Sighting } from '../probes/dns/outcome.ts'
import type { Observation } from '../report/record.ts'
import { dataOf } from './addresses.ts'
import { judgeSightings } from './dns-sightings.ts'
import { sameSet, setText } from './truth.ts'

/** What an answer says: its RCODE and what its records hold, in any order. Undefined where there is none. */
interface Said {
  readonly rcode: string
  readonly data: readonly string[]
}

function saidBy({ outcome }: Sighting): Said | undefined {
  return outcome.kind === 'answer'
    ? { rcode: outcome.answer.rcode, data: outcome.answer.answers.map(dataOf) }
    : undefined
}

function isSame(a: Said, b: Said): boolean {
  return a.rcode === b.rcode && sameSet(a.data, b.data)
}

function textOf({ rcode, data }: Said): string {
  return `${rcode} ${setText(data)}`
}

function mostCommon(all: readonly Said[]): Said | undefined {
  const votes = all.map((one) => all.filter((other) => isSame(one, other)).length)
  return all[votes.indexOf(Math.max(...votes))]
}

/**
 * A server that is asked the same again and again says the same each time: one observation for each server at each vantage.
 * What it says most often is what the rest is held against. Nothing is told from a server that never shows a record.
 */
export function answersSteadily(sightings: readonly Sighting[]): Observation[] {
  const groups = new Map<string, Sighting[]>()
  for (const one of sightings) {
    const key = JSON.stringify([one.vantage, one.server.address, one.transport, one.question])
    groups.set(key, [...(groups.get(key) ?? []), one])
  }
  const spoken = [...groups.values()].flatMap((group): Spoken[] => {
    const said = group.flatMap((one) => saidBy(one) ?? [])
    const usual = mostCommon(said)
    // The one that stands out speaks for its group; without one, one that is no answer does.
    const differing = group.find((one) => one.outcome.kind === 'answer' && !agrees(one, usual))
    const odd = differing ?? group.find((one) => one.outcome.kind !== 'answer')
    const speaker = odd ?? group[0]
    return speaker === undefined ? [] : [{ speaker, said, usual, times: group.length }]
  })
  // Whether Pods are kept from servers shows beside what they hear of others; a server that is silent once is not kept from them.
  const [unsteady, others] = [spoken.filter(isSometimesSilent), spoken.filter((one) => !isSometimesSilent(one))]
  return [...judgeSpoken(others), ...unsteady.flatMap((one) => judgeSpoken([one]))]
}

/** What one server said to one vantage, each time that it was asked the same. */
interface Spoken {
  readonly speaker: Sighting
  readonly said: readonly Said[]
  readonly usual: Said | undefined
  readonly times: number
}

function isSometimesSilent({ speaker, said }: Spoken): boolean {
  return speaker.outcome.kind !== 'answer' && said.length > 0
}

function judgeSpoken(spoken: readonly Spoken[]): Observation[] {
  const by = new Map(spoken.map((one) => [one.speaker, one]))
  return judgeSightings([...by.keys()], 'the same answer every time', (_, speaker) => {
    const { said = [], usual, times = 0 } = by.get(speaker) ?? {}
    const differ = said.filter((one) => usual !== undefined && !isSame(one, usual)).length
    const expected = usual === undefined ? 'an answer' : `${times} times ${textOf(usual)}`
    const own = saidBy(speaker)
    const observed = `${differ === 0 ? times : differ} times ${own === undefined ? 'nothing' : textOf(own)}`
    const right = differ > 0 ? false : said.some((one) => one.data.length > 0) ? true : 'unclear'
    return { right, expected, observed }
  })
}

function agrees(sighting: Sighting, usual: Said | undefined): boolean {
  const said = saidBy(sighting)
  return said !== undefined && usual !== undefined && isSame(said, usual)
}

/**
 * A question has the same answer wherever it is asked from. A backend is held against what it says elsewhere; the address
 * that leads to the backends, where they are in sight, against what any of them says. Of several answers the one that
 * `truthOf` a question tells is right, or the most common one where none says that.
 */
export function vantagesAgree(
  sightings: readonly Sighting[],
  truthOf: (question: Question) => readonly string[] | undefined,
): Observation[] {
  return judgeSightings(sightings, 'the same answer at every vantage', (answer, sighting) => {
    const { question } = sighting
    const own = { rcode: answer.rcode, data: answer.answers.map(dataOf) }
    const twins = sightings.filter((one) => one.question.name === question.name && one.question.type === question.type)
    const truth = truthOf(question)
    const models = rivalsOf(sighting, twins).flatMap((rivals) => {
      const said = rivals.flatMap((one) => saidBy(one) ?? [])
      return said.find((one) => truth !== undefined && sameSet(one.data, truth)) ?? mostCommon(said) ?? []
    })
    const texts = [...new Set(models.map(textOf))].sort()
    const expected = `what other vantages hear, ${texts.join(' or ')}`
    return { right: models.some((one) => isSame(one, own)), expected, observed: textOf(own) }
  })
}

/** What an answer is held against, by who said it. */
function rivalsOf({ server }: Sighting, twins: readonly Sighting[]): (readonly Sighting[])[] {
  if (server.role === 'backend') return [twins.filter((one) => one.server.address === server.address)]
  const backends = twins.filter((one) => one.server.role === 'backend' && one.outcome.kind === 'answer')
  const addresses = [...new Set(backends.map((one) => one.server.address))]
  if (addresses.length === 0) return [twins]
  return addresses.map((address) => backends.filter((one) => one.server.address === address))
}
