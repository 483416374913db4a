import { eventually, whenExpired } from '../wait.ts'
import { mapReply, type RedisOutcome } from './redis-outcome.ts'
import type { Replication } from './redis-replication.ts'
import type { RedisSession } from './redis-session.ts'

/** Milliseconds that a replica has to process what the master had produced before; one hop away it takes a few. */
const catchUp = 2_000

/** How far one Pod is in the stream of writes. */
export interface OffsetLook {
  readonly pod: string
  readonly replication: RedisOutcome<Replication>
}

/** How far the master was, and how far its replicas came from then on. */
export interface Offsets {
  readonly master: OffsetLook
  readonly replicas: readonly OffsetLook[]
}

/** The replicas of a master by its own lists, and what each of them announces itself by. */
export interface Membership {
  readonly master: string
  readonly info: RedisOutcome<Replication>
  /** The addresses that ROLE lists. */
  readonly role: RedisOutcome<readonly string[]>
  /** The setting `replica-announce-ip` of each replica; empty for none. */
  readonly announced: readonly { readonly pod: string; readonly name: RedisOutcome<string> }[]
}

/** Where a session with a Pod is to be had. */
export type SessionOf = (pod: string) => RedisSession

/** Lets the master take one write, reads how far it is, and each replica until it is as far or the time is up. */
export async function readOffsets(
  at: SessionOf,
  master: string,
  replicas: readonly string[],
  key: string,
): Promise<Offsets> {
  await at(master).call('SET', key, 'counted', 'PX', '5000')
  const told = await at(master).replication()
  const wanted = told.kind === 'reply' ? (told.value.masterOffset ?? 0) : 0
  return {
    master: { pod: master, replication: told },
    replicas: await Promise.all(replicas.map(async (pod) => ({ pod, replication: await caughtUp(at(pod), wanted) }))),
  }
}

async function caughtUp(session: RedisSession, wanted: number): Promise<RedisOutcome<Replication>> {
  let last: RedisOutcome<Replication> = { kind: 'lost', text: 'nothing was asked' }
  const look = async () => {
    last = await session.replication()
    const saw = last.kind === 'reply' ? `offset ${last.value.replicaOffset}` : last.kind
    // Who is silent now will not tell more by being asked again.
    return last.kind !== 'reply' || (last.value.replicaOffset ?? -1) >= wanted
      ? ({ done: true, value: undefined } as const)
      : ({ done: false, saw } as const)
  }
  await eventually(look, { reason: `the offset ${wanted}`, deadline: catchUp, interval: 50 }).catch(
    whenExpired(() => undefined),
  )
  return last
}

/** Reads whom a master lists as its replicas, and as what each of those announces itself. */
export async function readMembership(at: SessionOf, master: string, replicas: readonly string[]): Promise<Membership> {
  const [announced, info, role] = await Promise.all([
    Promise.all(replicas.map(async (pod) => ({ pod, name: await setting(at(pod), 'replica-announce-ip') }))),
    at(master).replication(),
    at(master).call('ROLE'),
  ])
  return { master, info, role: mapReply(role, listedByRole), announced }
}

async function setting(session: RedisSession, name: string): Promise<RedisOutcome<string>> {
  return mapReply(await session.call('CONFIG', 'GET', name), (reply) =>
    Array.isArray(reply) ? String(reply[1] ?? '') : String(reply),
  )
}

/** `master`, its offset, and for each replica its address, port and offset (source: redis src/server.c, roleCommand). */
function listedByRole(reply: unknown): string[] {
  const [role, , listed] = Array.isArray(reply) ? (reply as unknown[]) : []
  return role === 'master' && Array.isArray(listed) ? listed.map((one) => String((one as unknown[])[0])) : []
}
