import type { Churn, Rejoined } from '../redis-churn.ts'
import type { Observation, Verdict } from '../report/record.ts'
import type { StatefulSet } from '../target/objects.ts'
import { atRedis, judgeLinks } from './redis.ts'
import { standingAt } from './redis-links.ts'
import { refusedWith, said, valueText } from './redis-said.ts'

/** What a fixture says of its data once its master starts anew. */
export type Data = 'lost' | 'kept'

/** Reads from the annotation of a StatefulSet whether its data outlive its Pods. */
export function declaredData(set: StatefulSet | undefined): Data {
  const told = set?.metadata?.annotations?.['rollcall.dev/data']
  if (told === 'lost' || told === 'kept') return told
  throw new Error(`rollcall.dev/data of StatefulSet ${set?.metadata?.name} is ${told}, neither lost nor kept`)
}

/** The Pod in the place of one that was deleted. One that its controller may not create is refused for a reason that it names. */
function cameBack({ pod, now, refusal, late }: Rejoined): Observation {
  const about = { vantage: 'API', backend: pod, hop: 'pod' as const, expected: `another Pod ${pod} that is Ready` }
  if (now !== undefined) return { ...about, verdict: 'conformant', observed: about.expected }
  const verdict: Verdict = refusal === undefined ? 'inconclusive' : 'non-conformant'
  return { ...about, verdict, observed: refusal ?? late ?? 'none' }
}

/** Nobody has deleted the master, since the replica that was deleted before it did not come back. */
function unharmed({ replica }: Churn): Observation[] {
  return [
    atRedis(
      replica.pod,
      'inconclusive',
      'a set that is whole',
      `${replica.pod} was deleted first, and the set was not whole again`,
    ),
  ]
}

/**
 * Decides redis.replica.reschedule: a replica that is deleted comes back under its name, follows its master by the name that it
 * was given, and has all that the master has. The master has it in its list, and the address that is nobody's now no more.
 */
export function replicaRejoins({ replica }: Churn, masterName: string): readonly Observation[] {
  const { pod, old, now, after } = replica
  if (now === undefined) return [cameBack(replica)]
  const master = after[0]?.pod ?? ''
  const lacking = replica.missing.find((one) => one.pod === pod)
  const masters = replica.missing.find((one) => one.pod === master)
  const same = `what ${master} has of all acknowledged writes`
  return [
    cameBack(replica),
    ...judgeLinks(
      after.filter((one) => one.pod === pod),
      masterName,
    ),
    listed(replica, after.length - 1, gone(old.addresses, now.addresses)),
    ...(lacking === undefined || masters?.missing.kind !== 'reply'
      ? [atRedis(pod, 'inconclusive', same, `${master} did not tell`)]
      : [said(pod, lacking.missing, same, (one) => counted(one) === counted(masters.missing), missingText)]),
  ]
}

function gone(old: readonly string[], now: readonly string[]): string[] {
  return old.filter((address) => !now.includes(address))
}

function counted(missing: unknown): string {
  const value = (missing as { value?: unknown }).value ?? missing
  return JSON.stringify(value)
}

function missingText(missing: Readonly<Record<string, number>>): string {
  const all = Object.values(missing).reduce((sum, one) => sum + one, 0)
  return all === 0 ? 'none is missing' : `${all} are missing`
}

/** The master lists its replicas, all online, and none at an address that has gone. */
function listed({ after }: Rejoined, replicas: number, gone: readonly string[]): Observation {
  const master = after[0]?.pod ?? ''
  const expected = `${replicas} replicas online${gone.length === 0 ? '' : `, none at ${gone.join(', ')}`}`
  const told = standingAt(after, master)
  if (told === undefined) return atRedis(master, 'inconclusive', expected, `${master} did not tell`)
  const right =
    told.replicas.length === replicas &&
    told.replicas.every(({ state, address }) => state === 'online' && !gone.includes(address))
  const observed = told.replicas.map(({ address, state }) => `${address} ${state}`).join(', ') || 'none'
  return atRedis(master, right ? 'conformant' : 'non-conformant', expected, observed)
}

/**
 * Decides redis.master.reschedule: without their master, replicas say so, are read, and refuse writes; once it is back under
 * its name they follow it again, wherever it is now, and nobody has told them to. Its address may be the one that it had.
 */
export function masterReturns(churn: Churn, masterName: string): readonly Observation[] {
  const { master } = churn
  if (master === undefined) return unharmed(churn)
  if (master.now === undefined) return [cameBack(master)]
  const replid = standingAt(master.after, master.pod)?.replid ?? 'not told'
  const replicas = master.after.filter((one) => one.pod !== master.pod)
  return [
    cameBack(master),
    ...master.orphaned.flatMap(({ pod, down, read, write }) =>
      down
        ? [
            said(pod, read, `GET is ${valueText(master.value)} while the link is down`, (one) => one === master.value),
            refusedWith(pod, write, 'READONLY', 'SET while the link is down'),
          ]
        : [atRedis(pod, 'inconclusive', 'a link that is down without its master', 'it was not seen to be')],
    ),
    ...judgeLinks(replicas, masterName),
    ...[master.pod, ...replicas.map((one) => one.pod)].map((pod) => {
      const told = standingAt(master.after, pod)
      const expected = `role:${pod === master.pod ? 'master' : 'slave'}, master_replid:${replid}`
      if (told === undefined) return atRedis(pod, 'inconclusive', expected, `${pod} did not tell`)
      const observed = `role:${told.role}, master_replid:${told.replid ?? 'not told'}`
      return atRedis(pod, observed === expected ? 'conformant' : 'non-conformant', expected, observed)
    }),
  ]
}

/**
 * Decides redis.master.data: where a fixture keeps its data, all Pods have them when the master is back; where it does not, an
 * empty master has emptied its replicas. One that does not follow it tells nothing of that.
 */
export function dataAreAs(declared: Data, churn: Churn): readonly Observation[] {
  const { master } = churn
  if (master === undefined) return unharmed(churn)
  if (master.now === undefined)
    return [atRedis(master.pod, 'inconclusive', 'a master that is back', `${master.pod} did not come back`)]
  const wanted = declared === 'kept' ? master.value : null
  const why =
    declared === 'kept' ? 'the data are stored' : 'nothing is stored, and an empty master empties its replicas'
  const replid = standingAt(master.after, master.pod)?.replid
  return master.reads.map(({ pod, read }) => {
    const expected = `GET is ${valueText(wanted)}: ${why}`
    const told = standingAt(master.after, pod)
    return told === undefined || told.replid !== replid
      ? atRedis(pod, 'inconclusive', expected, `${pod} does not follow ${master.pod}`)
      : said(pod, read, expected, (one) => one === wanted)
  })
}
