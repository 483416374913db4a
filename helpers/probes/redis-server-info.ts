import { parseReplication, type Replication } from './redis-replication.ts'

/** What a server tells of its replication, and of what has become of it since the server started. */
export interface Standing extends Replication {
  /** Differs each time the server starts. */
  readonly runId?: string
  readonly uptimeSeconds?: number
  /** Synchronisations from scratch, and from the backlog, that this server has served. */
  readonly fullSyncs?: number
  readonly partialSyncs?: number
  /** The stream that this server followed before it became a master, and up to where it serves that. */
  readonly formerReplid?: string
  readonly formerEnd?: number
}

/** Reads the answer to INFO with its usual sections; what the server did not send is absent. */
export function parseStanding(info: string): Standing {
  const text = (name: string): string | undefined => new RegExp(`^${name}:(.*?)\\s*$`, 'm').exec(info)?.[1]
  const number = (name: string): number | undefined => {
    const told = text(name) ?? ''
    return /^-?\d+$/.test(told) ? Number(told) : undefined
  }
  const fields = {
    runId: text('run_id'),
    uptimeSeconds: number('uptime_in_seconds'),
    fullSyncs: number('sync_full'),
    partialSyncs: number('sync_partial_ok'),
    formerReplid: text('master_replid2'),
    formerEnd: number('second_repl_offset'),
  }
  const told = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
  return { ...parseReplication(info), ...told }
}
