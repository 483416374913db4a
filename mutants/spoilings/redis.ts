import type { ReplicationLook } from '../../helpers/matchers/redis.ts'
import type { Propagation, RedisRead, RefusedWrite } from '../../helpers/matchers/redis-writes.ts'
import type { Attempts, Reads } from '../../helpers/probes/redis-attempts.ts'
import type { Apartness, Effects } from '../../helpers/probes/redis-effects.ts'
import { refusal } from '../../helpers/probes/redis-outcome.ts'
import type { Replication } from '../../helpers/probes/redis-replication.ts'
import type { Membership, Offsets } from '../../helpers/probes/redis-standing.ts'
import type { ExecResult } from '../../helpers/target/exec.ts'
import type { World } from '../../helpers/worlds/world.ts'
import {
  apartSpoilings,
  attemptSpoilings,
  convicted,
  effectSpoilings,
  membershipSpoilings,
  offsetSpoilings,
  readSpoilings,
  silent,
  type Told,
  unclear,
} from './redis-standing.ts'
import { visitSpoilings } from './redis-visits.ts'
import { at, readersOf, type Spoiling, valuesOf } from './spoiling.ts'

/** What one Pod says of its replication, otherwise. */
function replicationSpoilings(looks: readonly ReplicationLook[], readers: readonly string[]): Told[] {
  return looks.flatMap((look, index) => {
    const { replication } = look
    if (replication.kind !== 'reply') return []
    const { value } = replication
    const saying = (
      kind: string,
      fields: (spice: number) => Partial<Replication>,
      ...requirements: string[]
    ): Told => ({
      kind,
      spoil: (spice) =>
        looks.with(index, { ...look, replication: { kind: 'reply', value: { ...value, ...fields(spice) } } }),
      convicts: at('Redis', ...requirements.filter((id) => readers.includes(id))),
      unclear: [],
    })
    const both = [
      saying('the offsets of Redis are changed', (spice) => ({ masterOffset: spice, replicaOffset: spice })),
      {
        ...unclear('Redis does not tell its role', '', () => looks.with(index, { ...look, replication: silent })),
        unclear: readers,
      },
      saying('Redis has another history', (spice) => ({ replid: `${spice}` }), 'redis.replid'),
    ]
    if (value.role === 'master')
      return [
        ...both,
        saying('the master of Redis is a replica', () => ({ role: 'slave' }), 'redis.role'),
        saying('the master of Redis lacks a replica', () => ({ connectedReplicas: 1 }), 'redis.role'),
      ]
    return [
      ...both,
      saying('a replica of Redis is a master', () => ({ role: 'master' }), 'redis.role'),
      saying('a replica of Redis may be written', () => ({ replicaReadOnly: false }), 'redis.readonly.default'),
      saying('a replica of Redis has lost its link', () => ({ masterLinkStatus: 'down' }), 'redis.link-up'),
      saying('a replica of Redis goes on synchronising', () => ({ masterSyncInProgress: true }), 'redis.link-up'),
      saying(
        'a replica of Redis follows another',
        (spice) => ({ masterHost: `10.9.0.${spice % 250}` }),
        'redis.link-up',
      ),
    ]
  })
}

function propagationSpoilings(told: Propagation): Told[] {
  const [id, all] = ['redis.propagate', 'redis.wait.all']
  const refused = (): Propagation => ({ ...told, write: refusal('NOREPLICAS not enough') })
  const alone = (): Propagation => ({ ...told, acknowledged: { kind: 'reply', value: 1 } })
  return [
    // What nobody has taken, nobody waits for.
    { ...convicted('the master refuses a write', id, refused), unclear: [all] },
    { ...convicted('a replica does not acknowledge', id, alone), convicts: at('Redis', id, all) },
    convicted('somebody else acknowledges, too', all, () => ({ ...told, acknowledged: { kind: 'reply', value: 3 } })),
    { ...unclear('a write is lost from sight', id, () => ({ ...told, write: silent })), unclear: [id, all] },
    ...told.replicas.flatMap((replica, index) => {
      const read = (outcome: RedisRead['read']): Propagation => ({
        ...told,
        replicas: told.replicas.with(index, { ...replica, read: outcome }),
      })
      return [
        convicted('a replica has nothing', id, () => read({ kind: 'reply', value: null })),
        convicted('a replica has a stale value', id, (spice) => read({ kind: 'reply', value: `v-${spice}` })),
        unclear('a read is lost from sight', id, () => read(silent)),
      ]
    }),
  ]
}

function refusedWriteSpoilings(attempts: readonly RefusedWrite[]): Told[] {
  const [error, effect] = ['redis.readonly.error', 'redis.readonly.no-effect']
  return attempts.flatMap((attempt, index) => {
    const having = (fields: Partial<RefusedWrite>): RefusedWrite[] => attempts.with(index, { ...attempt, ...fields })
    const taken = (): unknown => having({ write: { kind: 'reply', value: 'OK' } })
    return [
      // What becomes of a write that was taken is not for the requirement on refused ones.
      { ...convicted('a replica takes a write', error, taken), unclear: [effect] },
      convicted('a replica refuses with another code', error, () => having({ write: refusal('NOAUTH required') })),
      { ...unclear('a refusal is lost from sight', error, () => having({ write: silent })), unclear: [error, effect] },
      ...attempt.reads.map((look, place) =>
        convicted('a refused write has an effect', effect, (spice) =>
          having({ reads: attempt.reads.with(place, { ...look, read: { kind: 'reply', value: `v-${spice}` } }) }),
        ),
      ),
    ]
  })
}

/** Every way to spoil what Redis said. */
export function redisSpoilings(world: World): Spoiling[] {
  return [...valuesOf(world)].flatMap(([key, value]) => {
    const readers = readersOf(world, key)
    if (key.startsWith('exec ')) return visitSpoilings(value as ExecResult, readers).map((one) => ({ ...one, key }))
    if (!key.startsWith('redis ')) return []
    return toldOf(key.split(' ')[2], value, readers).map((one) => ({ ...one, key }))
  })
}

function toldOf(call: string | undefined, value: unknown, readers: readonly string[]): Told[] {
  switch (call) {
    case 'replication':
      return replicationSpoilings(value as ReplicationLook[], readers)
    case 'propagate':
      return propagationSpoilings(value as Propagation)
    case 'writeToReplicas':
      return refusedWriteSpoilings(value as RefusedWrite[])
    case 'offsets':
      return offsetSpoilings(value as Offsets)
    case 'membership':
      return membershipSpoilings(value as Membership)
    case 'readOnReplicas':
      return readSpoilings(value as Reads[])
    case 'tryOnReplicas':
      return attemptSpoilings(value as Attempts[])
    case 'effects':
      return effectSpoilings(value as Effects)
    case 'apart':
      return apartSpoilings(value as Apartness[])
    default:
      return []
  }
}
