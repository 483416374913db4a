import type { Attempt, Attempts, Reads } from '../../helpers/probes/redis-attempts.ts'
import type { Apartness, Effects } from '../../helpers/probes/redis-effects.ts'
import { type RedisOutcome, refusal } from '../../helpers/probes/redis-outcome.ts'
import type { Membership, Offsets } from '../../helpers/probes/redis-standing.ts'
import { at, type Spoiling, strangeAddress } from './spoiling.ts'

export type Told = Pick<Spoiling, 'kind' | 'spoil' | 'convicts' | 'unclear'>

export const silent: RedisOutcome<never> = { kind: 'lost', text: 'the connection is closed' }
const unpermitted = refusal('NOPERM this user has no permissions')

export function convicted(kind: string, requirement: string, spoil: Spoiling['spoil']): Told {
  return { kind, spoil, convicts: at('Redis', requirement), unclear: [] }
}

export function unclear(kind: string, requirement: string, spoil: Spoiling['spoil']): Told {
  return { kind, spoil, convicts: {}, unclear: [requirement] }
}

/** How far each is in the stream of writes, otherwise. */
export function offsetSpoilings(told: Offsets): Told[] {
  const id = 'redis.offset'
  return told.replicas.flatMap((one, index) => {
    const { replication } = one
    if (replication.kind !== 'reply') return []
    const having = (outcome: typeof replication | typeof silent): Offsets => ({
      ...told,
      replicas: told.replicas.with(index, { ...one, replication: outcome }),
    })
    const behind = { ...replication.value, replicaOffset: 0 }
    return [
      convicted('a replica stays behind', id, () => having({ kind: 'reply', value: behind })),
      unclear('an offset is lost from sight', id, () => having(silent)),
    ]
  })
}

/** Whom a master lists, otherwise. */
export function membershipSpoilings(told: Membership): Told[] {
  const { info, role } = told
  if (info.kind !== 'reply' || role.kind !== 'reply') return []
  const named = told.announced.findIndex(({ name }) => name.kind === 'reply' && name.value !== '')
  const own = told.announced[named]?.name
  const [peer, announce] = ['redis.peer-ip', 'redis.announce.hostname']
  const isNamed = (address: string): boolean => own?.kind === 'reply' && own.value === address
  const listed = info.value.replicas.map((one, index): Told => {
    const spoil = (spice: number): Membership => {
      const replicas = info.value.replicas.with(index, { ...one, address: strangeAddress(spice) })
      return { ...told, info: { kind: 'reply', value: { ...info.value, replicas } } }
    }
    const convicts = at('Redis', peer, ...(isNamed(one.address) ? [announce] : []))
    return { kind: 'a replica is listed by another address', spoil, convicts, unclear: [] }
  })
  const announced = told.announced.map(
    (one, index): Told => ({
      kind: 'what a replica announces is lost from sight',
      spoil: () => ({ ...told, announced: told.announced.with(index, { ...one, name: silent }) }),
      convicts: {},
      unclear: index === named ? [peer, announce] : [peer],
    }),
  )
  return [
    ...listed,
    ...announced,
    convicted('ROLE lists a replica by its address', announce, (spice) => ({
      ...told,
      role: { kind: 'reply', value: role.value.map((one) => (isNamed(one) ? strangeAddress(spice) : one)) },
    })),
  ]
}

/** What a replica made of reading, otherwise. */
export function readSpoilings(looks: readonly Reads[]): Told[] {
  const id = 'redis.readonly.reads'
  return looks.flatMap((look, index) => {
    const having = (fields: Partial<Reads>): Reads[] => looks.with(index, { ...look, ...fields })
    return [
      ...look.reads.map((one, place) =>
        convicted('a replica refuses to be read', id, () =>
          having({ reads: look.reads.with(place, { ...one, outcome: unpermitted }) }),
        ),
      ),
      convicted('a subscriber hears something else', id, (spice) =>
        having({ heard: { kind: 'reply', value: `x${spice}` } }),
      ),
      unclear('a subscriber is lost from sight', id, () => having({ heard: silent })),
    ]
  })
}

type One = 'wait' | 'queued' | 'exec' | 'readingScript'
const single: readonly (readonly [One, string, RedisOutcome<unknown>])[] = [
  ['wait', 'redis.readonly.wait', { kind: 'reply', value: 0 }],
  ['queued', 'redis.readonly.multi', { kind: 'reply', value: 'QUEUED' }],
  ['exec', 'redis.readonly.multi', { kind: 'reply', value: ['OK'] }],
  ['readingScript', 'redis.readonly.script', unpermitted],
]

/** What a replica made of writing in other clothes, otherwise. */
export function attemptSpoilings(looks: readonly Attempts[]): Told[] {
  return looks.flatMap((look, index) => {
    const having = (fields: Partial<Attempts>): Attempts[] => looks.with(index, { ...look, ...fields })
    const within = (attempts: readonly Attempt[], place: number, outcome: RedisOutcome<unknown>): Attempt[] =>
      attempts.map((one, other) => (other === place ? { ...one, outcome } : one))
    const lists = [
      ['writingScripts', 'redis.readonly.script', look.writingScripts],
      ['idleWrites', 'redis.readonly.sort-getex', look.idleWrites],
    ] as const
    return [
      ...single.flatMap(([field, id, otherwise]) => [
        convicted('a replica takes what it has to refuse, or the reverse', id, () =>
          having({ [field]: { ...look[field], outcome: otherwise } }),
        ),
        unclear('what a replica says is lost from sight', id, () =>
          having({ [field]: { ...look[field], outcome: silent } }),
        ),
      ]),
      ...lists.flatMap(([field, id, attempts]) =>
        attempts.flatMap((_, place) => [
          convicted('a replica takes a write in other clothes', id, () =>
            having({ [field]: within(attempts, place, { kind: 'reply', value: 'OK' }) }),
          ),
          convicted('a replica refuses for another reason', id, () =>
            having({ [field]: within(attempts, place, unpermitted) }),
          ),
        ]),
      ),
    ]
  })
}

/** What all hold after writes of every kind, otherwise. */
export function effectSpoilings(told: Effects): Told[] {
  const id = 'redis.propagate.types'
  return told.written.flatMap((one, index) => {
    const { keys } = one
    if (one.pod === told.master || keys.kind !== 'reply') return []
    const having = (outcome: typeof one.keys): Effects => ({
      ...told,
      written: told.written.with(index, { ...one, keys: outcome }),
    })
    return [
      convicted('a replica lacks a key', id, (spice) =>
        having({ kind: 'reply', value: keys.value.toSpliced(spice % keys.value.length, 1) }),
      ),
      convicted('a key of a replica ends otherwise', id, (spice) =>
        having({ kind: 'reply', value: keys.value.with(0, `${keys.value[0]}${spice}`) }),
      ),
      convicted('a replica keeps what was deleted', id, () => ({ ...told, flushed: told.flushed.with(index, one) })),
      unclear('what a replica holds is lost from sight', id, () => having(silent)),
    ]
  })
}

/** Where a key is, otherwise. */
export function apartSpoilings(looks: readonly Apartness[]): Told[] {
  const id = 'redis.standalone.independent'
  return looks.flatMap((look, index) =>
    look.reads.map((one, place) => {
      const own = one.pod === look.writer
      const read: RedisOutcome<string | null> = { kind: 'reply', value: own ? null : look.value }
      const reads = look.reads.with(place, { ...one, read })
      return convicted('a key is where it is not, or the reverse', id, () => looks.with(index, { ...look, reads }))
    }),
  )
}
