import { canonicalAddress, portNumber, type SocketAddress, socketAddresses } from './addresses.ts'
import type { NodeRules, RuleDestination, RuleEntry } from './node-rules.ts'

/** A virtual server, or one of its real servers, as one line says it. `address` is absent for a firewall mark. */
interface Server {
  readonly kind: 'virtual' | 'real'
  readonly protocol?: string
  readonly name: string
  readonly address?: SocketAddress
  readonly weight?: number
}

/** `0A600001:01BB` and `[fd00:0000:…:0001]:01BB` of /proc/net/ip_vs; undefined for anything that is not hexadecimal. */
function hexSocket(text: string): SocketAddress | undefined {
  const four = /^([0-9A-F]{2})([0-9A-F]{2})([0-9A-F]{2})([0-9A-F]{2}):([0-9A-F]{4})$/i.exec(text)
  const six = /^\[((?:[0-9a-f]{4}:){7}[0-9a-f]{4})\]:([0-9A-F]{4})$/i.exec(text)
  const host =
    six?.[1] ??
    four
      ?.slice(1, 5)
      .map((byte) => Number.parseInt(byte, 16))
      .join('.')
  const address = host === undefined ? undefined : canonicalAddress(host)
  return address === undefined ? undefined : { address, port: Number.parseInt(six?.[2] ?? four?.[5] ?? '0', 16) }
}

/** Lines of `ipvsadm-save -n`: `-A -t ADDRESS:PORT -s rr`, `-a -t ADDRESS:PORT -r ADDRESS:PORT -m -w 1`. */
function savedServer(words: readonly string[]): Server | undefined {
  const after = (option: string): string | undefined => words[words.indexOf(option) + 1]
  const [kind, ...rest] = words
  const service = rest.find((word) => ['-t', '-u', '-f', '--sctp-service'].includes(word))
  const name = service === undefined ? undefined : after(service)
  if ((kind !== '-A' && kind !== '-a') || service === undefined || name === undefined) return undefined
  const protocol = { '-t': 'tcp', '-u': 'udp', '--sctp-service': 'sctp' }[service]
  const [address] = socketAddresses((kind === '-a' ? after('-r') : service === '-f' ? '' : name) ?? '')
  if (address === undefined && (kind === '-a' || service !== '-f')) return undefined
  const weight = words.includes('-w') ? portNumber(after('-w')) : undefined
  return {
    kind: kind === '-A' ? 'virtual' : 'real',
    name,
    ...(protocol === undefined ? {} : { protocol }),
    ...(address === undefined ? {} : { address }),
    ...(weight === undefined ? {} : { weight }),
  }
}

/** Lines of /proc/net/ip_vs and of `ipvsadm -Ln`: `TCP  0A600001:01BB rr`, `  -> 0AF40105:0050 Masq 1 0 0`. */
function listedServer(words: readonly string[]): Server | undefined {
  const [kind = '', name = ''] = words
  const address = hexSocket(name) ?? socketAddresses(name)[0]
  if (kind === 'FWM') return { kind: 'virtual', name }
  if (address?.port === undefined) return undefined
  if (kind === '->') return { kind: 'real', name, address, weight: portNumber(words[3]) ?? 1 }
  return /^(TCP|UDP|SCTP)$/.test(kind) ? { kind: 'virtual', name, address, protocol: kind.toLowerCase() } : undefined
}

function destination(
  role: RuleDestination['role'],
  server: Server,
  protocol: string | undefined,
): readonly RuleDestination[] {
  return server.address === undefined
    ? []
    : [{ role, ...server.address, ...(protocol === undefined ? {} : { protocol }) }]
}

function grown(entry: RuleEntry, line: string, server: Server, protocol: string | undefined): RuleEntry {
  // A real server of weight 0 takes no new connection: it only keeps those it has until they end.
  const destinations = server.weight === 0 ? [] : destination('translated-to', server, protocol)
  return { ...entry, text: `${entry.text} ${line}`, destinations: [...entry.destinations, ...destinations] }
}

const headings = /^(IP Virtual Server version|Prot LocalAddress:Port|-> RemoteAddress:Port)/

/**
 * Reads the virtual servers of one node from `ipvsadm-save -n`, `ipvsadm -Ln` or `/proc/net/ip_vs`, of both families.
 * It throws nothing; a line that is none of theirs is counted in `unreadLines`.
 */
export function ipvsRules(text: string): NodeRules {
  const entries: RuleEntry[] = []
  let [unreadLines, protocol]: [number, string | undefined] = [0, undefined]
  for (const line of text.split('\n').map((raw) => raw.trim().replace(/\s+/g, ' '))) {
    if (line === '' || headings.test(line)) continue
    const server =
      line.startsWith('-A') || line.startsWith('-a') ? savedServer(line.split(' ')) : listedServer(line.split(' '))
    const owner = entries.at(-1)
    if (server?.kind === 'virtual') {
      protocol = server.protocol
      const family = server.address?.address.includes(':') ? 'ipv6' : 'ipv4'
      const destinations = destination('matched', server, protocol)
      const place = { origin: 'ipvs', family, table: 'ipvs', chain: server.name } as const
      entries.push({ ...place, text: line, names: [], destinations, targets: [] })
    } else if (server !== undefined && owner !== undefined && (!line.startsWith('-a') || owner.chain === server.name)) {
      entries[entries.length - 1] = grown(owner, line, server, protocol)
    } else unreadLines += 1
  }
  return {
    mode: 'ipvs',
    backend: /^IP Virtual Server (version \S+)/m.exec(text)?.[1] ?? 'ipvsadm',
    entries,
    unreadLines,
  }
}
