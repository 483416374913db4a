import type { VisitSighting } from '../probes/redis-visits.ts'
import type { Observation } from '../report/record.ts'
import { type Host, judgeName, type NamedPod } from './redis-names.ts'

/** A Sentinel by its name in DNS, and whether it is set to take and announce names (`resolve-hostnames`, `announce-hostnames`). */
export interface Sentinel extends NamedPod {
  readonly name: string
  readonly takesNames: boolean
}

/** What Sentinels answered when they were told to watch a master by its name, and at an address. */
export interface Watching {
  readonly byName: VisitSighting
  /** Of those alone that take no names: whoever refuses everything has not refused the name. */
  readonly byAddress: VisitSighting
}

/** Stands for any address. A Sentinel finds itself there, and nobody else is bothered. */
export const someAddress = '127.0.0.1'

/** Has a Sentinel watch a master, tell where it is, and forget it, so that nobody watches for longer than a connection takes. */
export function watchBriefly(host: string): string[] {
  // One that watches alone never sees the two votes that a failover needs.
  return [`SENTINEL MONITOR KEY ${host} 6379 2`, 'SENTINEL GET-MASTER-ADDR-BY-NAME KEY', 'SENTINEL REMOVE KEY']
}

/**
 * Decides redis.sentinel.hostnames (sentinel.conf, "resolve-hostnames" and "announce-hostnames"): a Sentinel that is set to takes
 * the DNS name of a master, and reports the master by that name; one that is as by default refuses a name, and takes and reports
 * an address. Where the name of a Sentinel leads nowhere, others say so.
 */
export function judgeSentinels(
  { byName, byAddress }: Watching,
  sentinels: readonly Sentinel[],
  master: string,
): Observation[] {
  return sentinels.flatMap((one) =>
    one.takesNames
      ? judgeName(byName, one.name, [reporting(one, master)], 'inconclusive')
      : [
          ...judgeName(byName, one.name, [refusing(one, master)], 'inconclusive'),
          ...judgeName(byAddress, one.name, [reporting(one, someAddress)], 'inconclusive'),
        ],
  )
}

function reporting(sentinel: Sentinel, host: string): Host {
  return answering(sentinel, `OK, and ${host} 6379 for the master`, ([taken, at, port]) => {
    return taken === 'OK' && at === host && port === '6379'
  })
}

function refusing(sentinel: Sentinel, name: string): Host {
  return answering(sentinel, `${name} refused, as no address`, ([refused = '', ...rest]) => {
    return refused.startsWith('ERR ') && !rest.includes(name)
  })
}

function answering({ pod, addresses }: Sentinel, expected: string, isRight: Host['isRight']): Host {
  return { pod, addresses, expected, isRight, tells: (replies) => replies.slice(0, 2).join(' ') }
}
