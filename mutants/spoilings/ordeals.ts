import { refusal } from '../../helpers/probes/redis-outcome.ts'
import type { Standing } from '../../helpers/probes/redis-server-info.ts'
import type { Churn } from '../../helpers/redis-churn.ts'
import type { Ordeals } from '../../helpers/redis-ordeals.ts'
import type { StandingLook } from '../../helpers/redis-sessions.ts'
import type { World } from '../../helpers/worlds/world.ts'
import { at, readersOf, type Spoiling, valuesOf } from './spoiling.ts'

type Told = Pick<Spoiling, 'kind' | 'spoil' | 'convicts' | 'unclear'>

const silent = { kind: 'lost', text: 'the connection is closed' } as const
const taken = { kind: 'reply', value: 'OK' } as const

function convicted(kind: string, requirement: string, spoil: Spoiling['spoil'], unclear: readonly string[] = []): Told {
  return { kind, spoil, convicts: at('Redis', requirement), unclear }
}

function unclear(kind: string, requirements: readonly string[], spoil: Spoiling['spoil']): Told {
  return { kind, spoil, convicts: {}, unclear: requirements }
}

/** What one Pod tells of its standing, otherwise. */
function telling(looks: readonly StandingLook[], index: number, fields: Partial<Standing>): StandingLook[] {
  return looks.map((look, place) =>
    place === index && look.replication.kind === 'reply'
      ? { ...look, replication: { kind: 'reply', value: { ...look.replication.value, ...fields } } }
      : look,
  )
}

/** How what an ordeal tells is spoilt; `readers` are the requirements that look at it. */
type Spoil<T> = (told: T, readers: readonly string[]) => readonly Told[]

const spoilings: { readonly [K in keyof Ordeals]: Spoil<Ordeals[K]> } = {
  'broken links': (told) => [
    convicted('a broken link ends in a full synchronisation', 'redis.psync.reconnect', () => ({
      ...told,
      after: telling(told.after, 0, { fullSyncs: 1000 }),
    })),
    unclear('the bytes that a replica has are lost from sight', ['redis.psync.reconnect'], () => ({
      ...told,
      held: told.held.map((one) => ({ ...one, read: silent })),
    })),
  ],
  'a pause': (told) => [
    convicted('WAIT counts a replica that stands still', 'redis.wait.partial', () => ({
      ...told,
      counted: { ...told.counted, during: { kind: 'reply', value: told.replicas } },
    })),
    unclear('a replica does not stand still', ['redis.wait.partial'], () => ({
      ...told,
      paused: { kind: 'reply', value: false },
    })),
  ],
  'a minimum': (told) => [
    convicted('a write is taken with too few replicas', 'redis.minreplicas', () => ({
      ...told,
      during: { ...told.during, write: taken },
    })),
  ],
  'a lost master': (told) => [
    convicted('stale data are served all the same', 'redis.stale-no', () => ({
      ...told,
      reads: { ...told.reads, during: { kind: 'reply', value: told.value } },
    })),
  ],
  'a local write': (told) => [
    convicted('what is written on a replica comes to its master', 'redis.readonly.local', () => ({
      ...told,
      reads: told.reads.map((one, index) =>
        index === 0 ? { ...one, read: { kind: 'reply', value: told.value } } : one,
      ),
    })),
    convicted('a replica goes on taking writes', 'redis.readonly.local', () => ({ ...told, refused: taken })),
    unclear('what was written on a replica cannot be read there', ['redis.readonly.local'], () => ({
      ...told,
      reads: told.reads.map((one) => (one.pod === told.pod ? { ...one, read: silent } : one)),
    })),
  ],
  'a promotion': (told) => [
    convicted(
      'a promoted replica takes no write',
      'redis.failover.promote',
      () => ({ ...told, write: refusal('NOREPLICAS not enough') }),
      ['redis.failover.back'],
    ),
    convicted('a former master takes writes', 'redis.failover.back', () => ({ ...told, refused: taken })),
  ],
  churn: (told, readers) => {
    if (!told.seen) return []
    return readers.includes('redis.master.stored') ? ofStored(told.value) : ofChurn(told.value)
  },
}

/** A churn in which something was seen otherwise. */
function otherwise(churn: Churn, fields: Partial<Churn>): unknown {
  return { seen: true, value: { ...churn, ...fields } }
}

/** What writes have come to is told otherwise, or not at all. */
function ofWrites(
  churn: Churn,
  requirement: string,
  kinds: { readonly lost: string; readonly untold: string },
): Told[] {
  const { missing, written } = churn
  const runId = written.eras.at(-1)?.runId ?? ''
  return [
    convicted(kinds.lost, requirement, (spice) =>
      otherwise(churn, {
        missing: missing.map((one) => ({ ...one, missing: { kind: 'reply', value: { [runId]: 1 + spice } } })),
      }),
    ),
    unclear(kinds.untold, [requirement], () =>
      otherwise(churn, { missing: missing.map((one) => ({ ...one, missing: silent })) }),
    ),
  ]
}

function ofChurn(churn: Churn): readonly Told[] {
  const { replica, master } = churn
  if (master === undefined) return []
  const having = (fields: Partial<Churn>): unknown => otherwise(churn, fields)
  const { now: _, ...gone } = replica
  return [
    {
      kind: 'a replica may not be made again',
      spoil: () => having({ replica: { ...gone, refusal: 'exceeded quota' } }),
      convicts: at('pod', 'redis.replica.reschedule'),
      unclear: [],
    },
    convicted('a replica follows nobody once it is back', 'redis.replica.reschedule', () =>
      having({ replica: { ...replica, after: telling(replica.after, 2, { masterLinkStatus: 'down' }) } }),
    ),
    convicted('a replica takes writes while its master is gone', 'redis.master.reschedule', () =>
      having({ master: { ...master, orphaned: master.orphaned.map((one) => ({ ...one, write: taken })) } }),
    ),
    convicted('a master that stores nothing has its data', 'redis.master.data', (spice) =>
      having({
        master: {
          ...master,
          reads: master.reads.map((one) => ({ ...one, read: { kind: 'reply', value: `v-${spice}` } })),
        },
      }),
    ),
    ...ofWrites(churn, 'redis.ledger.accounted', {
      lost: 'the present master has lost a write',
      untold: 'nobody tells what is missing',
    }),
  ]
}

/** What is left of a set with volumes is looked at for that alone. */
function ofStored(churn: Churn): readonly Told[] {
  const { master } = churn
  if (master === undefined) return []
  const requirement = 'redis.master.stored'
  return [
    convicted('a master with a volume is empty once it is back', requirement, () =>
      otherwise(churn, {
        master: { ...master, reads: master.reads.map((one) => ({ ...one, read: { kind: 'reply', value: null } })) },
      }),
    ),
    ...ofWrites(churn, requirement, {
      lost: 'a master with a volume has lost a write',
      untold: 'nobody tells what a master with a volume has lost',
    }),
  ]
}

/** Every way to spoil what was seen of a replicated set that has been through something, or that grows. */
export function ordealSpoilings(world: World): Spoiling[] {
  return [...valuesOf(world)].flatMap(([key, value]): Spoiling[] => {
    const [, kind] = /^ordeal (.*) of \S+ \S+$/.exec(key) ?? []
    if (kind !== undefined && kind in spoilings)
      return (spoilings[kind as keyof Ordeals] as Spoil<unknown>)(value, readersOf(world, key)).map((one) => ({
        ...one,
        key,
      }))
    if (!key.startsWith('standing of ')) return []
    const looks = value as readonly StandingLook[]
    const readers = readersOf(world, key)
    const lost = looks.map((one) => ({ ...one, replication: silent }))
    return [
      { ...unclear('nobody of a set that grows tells its standing', readers, () => lost), key },
      ...(readers.includes('redis.scale')
        ? [
            {
              ...convicted('a replica of a set that grows is a master', 'redis.scale', () =>
                telling(looks, 1, { role: 'master' }),
              ),
              key,
            },
          ]
        : []),
    ]
  })
}
