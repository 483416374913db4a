import type { Sighting } from '../probes/dns/outcome.ts'
import { outcomeText, type RedisOutcome } from '../probes/redis-outcome.ts'
import type { Membership } from '../probes/redis-standing.ts'
import type { Observation } from '../report/record.ts'
import { answersExactly } from './addresses.ts'
import { atRedis } from './redis.ts'
import type { NamedPod } from './redis-names.ts'
import { canonical, familyOf, setText } from './truth.ts'

function folded(name: string): string {
  return canonical(name.toLowerCase().replace(/\.$/, ''))
}

/** What a master lists of its replicas, read from one of its lists; undefined where it does not tell. */
function listedIn({ info }: Membership): string[] | undefined {
  return info.kind === 'reply' ? info.value.replicas.map((one) => folded(one.address)) : undefined
}

/**
 * Decides redis.peer-ip: the master sees each replica at an address of its Pod, untranslated, unless the replica announces a
 * name; then it lists that. Where it lists nobody in the place of a replica, there is no address to judge: redis.role says so.
 */
export function judgePeers(membership: Membership, replicas: readonly NamedPod[]): Observation[] {
  const { master, announced, info } = membership
  const listed = listedIn(membership)
  const wanted = replicas.map(({ pod, addresses }) => {
    const name = announced.find((one) => one.pod === pod)?.name
    const own = name?.kind === 'reply' ? name.value : ''
    return { pod, known: name?.kind === 'reply', by: own === '' ? addresses : [folded(own)], name }
  })
  const strangers = listed?.filter((address) => !wanted.some((one) => one.by.includes(address))) ?? []
  return wanted.map(({ pod, known, by, name }) => {
    const expected = `${master} lists ${pod} by ${by.join(' or ')}`
    if (!known) return atRedis(pod, 'inconclusive', expected, name === undefined ? 'not asked' : outcomeText(name))
    if (listed === undefined) return atRedis(pod, 'inconclusive', expected, outcomeText(info))
    const found = by.find((address) => listed.includes(address))
    if (found !== undefined) return atRedis(pod, 'conformant', expected, found)
    const observed = strangers.length === 0 ? 'it is not listed' : `in its place ${setText(strangers)}`
    return atRedis(pod, strangers.length === 0 ? 'inconclusive' : 'non-conformant', expected, observed)
  })
}

/**
 * Decides redis.announce.hostname: a replica that announces its DNS name is listed by that name in INFO and in ROLE, and the
 * name leads to its Pod.
 */
export function judgeAnnounced(
  { master, info, role, announced }: Membership,
  { pod, addresses }: NamedPod,
  name: string,
  sightings: readonly Sighting[],
): Observation[] {
  const own = announced.find((one) => one.pod === pod)?.name ?? { kind: 'lost', text: 'not asked' }
  const said = (outcome: RedisOutcome<unknown>, about: string, expected: string, names: () => readonly string[]) => {
    if (outcome.kind !== 'reply') return atRedis(about, 'inconclusive', expected, outcomeText(outcome))
    const right = names().map(folded).includes(folded(name))
    return atRedis(about, right ? 'conformant' : 'non-conformant', expected, setText(names()))
  }
  return [
    said(own, pod, `replica-announce-ip ${name}`, () => (own.kind === 'reply' ? [own.value] : [])),
    said(info, master, `INFO lists ${pod} by ${name}`, () =>
      info.kind === 'reply' ? info.value.replicas.map((one) => one.address) : [],
    ),
    said(role, master, `ROLE lists ${pod} by ${name}`, () => (role.kind === 'reply' ? role.value : [])),
    ...sightings.flatMap((one) => {
      const family = one.question.type === 'A' ? 'IPv4' : 'IPv6'
      return answersExactly(
        [one],
        addresses.filter((address) => familyOf(address) === family),
      )
    }),
  ]
}
