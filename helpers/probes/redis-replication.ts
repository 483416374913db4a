/** A replica as its master lists it. */
export interface ListedReplica {
  /** The peer address, or the name that the replica announces. */
  readonly address: string
  readonly port: number
  readonly state: string
  readonly offset: number
}

/**
 * The section `# Replication` of INFO. Redis says `slave` where forks say `replica`; both are read, and `role` is then
 * `slave`. Fields that the server did not send are absent (source: redis src/server.c, genRedisInfoString).
 */
export interface Replication {
  readonly role: string
  readonly connectedReplicas?: number
  readonly replicas: readonly ListedReplica[]
  readonly masterHost?: string
  readonly masterPort?: number
  /** `up` or `down`. */
  readonly masterLinkStatus?: string
  readonly masterSyncInProgress?: boolean
  readonly replicaReadOnly?: boolean
  readonly replid?: string
  /** Bytes of the replication stream that the master has produced, or this replica knows of. */
  readonly masterOffset?: number
  /** Bytes of the replication stream that this replica has processed. */
  readonly replicaOffset?: number
}

function fieldsOf(info: string): ReadonlyMap<string, string> {
  const lines = info.split(/\r?\n/).filter((line) => line.includes(':') && !line.startsWith('#'))
  return new Map(lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]))
}

function numberOf(text: string | undefined): number | undefined {
  return text !== undefined && /^-?\d+$/.test(text) ? Number(text) : undefined
}

function flagOf(text: string | undefined): boolean | undefined {
  return text === '0' || text === '1' ? text === '1' : undefined
}

/** `ip=10.244.1.5,port=6379,state=online,offset=42,lag=0`; an IPv6 address has colons, but no comma. */
function listedReplica(text: string): ListedReplica {
  const parts = new Map(
    text.split(',').map((part) => [part.slice(0, part.indexOf('=')), part.slice(part.indexOf('=') + 1)]),
  )
  return {
    address: parts.get('ip') ?? '',
    port: numberOf(parts.get('port')) ?? 0,
    state: parts.get('state') ?? '',
    offset: numberOf(parts.get('offset')) ?? 0,
  }
}

function present<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never
}

/** Reads the answer to `INFO replication`; other sections in it do no harm. */
export function parseReplication(info: string): Replication {
  const fields = fieldsOf(info)
  const either = (name: string): string | undefined => fields.get(name) ?? fields.get(name.replace('slave', 'replica'))
  const role = fields.get('role') ?? ''
  const listed = [...fields].filter(([name]) => /^(slave|replica)\d+$/.test(name))
  return {
    role: role === 'replica' ? 'slave' : role,
    replicas: listed.map(([, text]) => listedReplica(text)),
    ...present({
      connectedReplicas: numberOf(either('connected_slaves')),
      masterHost: fields.get('master_host'),
      masterPort: numberOf(fields.get('master_port')),
      masterLinkStatus: fields.get('master_link_status'),
      masterSyncInProgress: flagOf(fields.get('master_sync_in_progress')),
      replicaReadOnly: flagOf(either('slave_read_only')),
      replid: fields.get('master_replid'),
      masterOffset: numberOf(fields.get('master_repl_offset')),
      replicaOffset: numberOf(either('slave_repl_offset')),
    }),
  }
}
