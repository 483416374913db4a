import { type Answer, type DecodedPacket, decode, encode, RECURSION_DESIRED } from 'dns-packet'
import ipaddr from 'ipaddr.js'

export type QueryType = 'A' | 'AAAA' | 'SRV' | 'PTR' | 'CNAME' | 'TXT'

export interface Question {
  /** Absolute, with or without the trailing dot. */
  readonly name: string
  readonly type: QueryType
  /** Bytes of the largest datagram that is wanted, told in an OPT record (RFC 6891); without it there is none. */
  readonly udpPayloadSize?: number
}

export type DnsRecord =
  | { readonly name: string; readonly type: 'A' | 'AAAA'; readonly ttl: number; readonly address: string }
  | {
      readonly name: string
      readonly type: 'SRV'
      readonly ttl: number
      readonly priority: number
      readonly weight: number
      readonly port: number
      readonly target: string
    }
  | { readonly name: string; readonly type: string; readonly ttl: number; readonly text: string }

/** A record of the authority section, which says whose word an answer is. */
export interface DnsAuthority {
  readonly name: string
  readonly type: string
  readonly ttl: number
  /** MINIMUM of an SOA: with the TTL, how long a negative answer may be kept (RFC 2308 5). */
  readonly minimum?: number
}

/** One DNS message that answers a question. NODATA is `NOERROR` without answers; NXDOMAIN is an RCODE of its own. */
export interface DnsAnswer {
  readonly rcode: string
  readonly authoritative: boolean
  readonly truncated: boolean
  readonly answers: readonly DnsRecord[]
  readonly additionals: readonly DnsRecord[]
  /** Absent from recordings that are older than it. */
  readonly authorities?: readonly DnsAuthority[]
  /** Seconds for which an answer without records may be kept (RFC 2308 5); absent where no SOA comes with it. */
  readonly negativeTtl?: number
  /** Size of the message on the wire. */
  readonly bytes: number
  /** The server's own UDP payload size, where an OPT record came back. */
  readonly edns?: number
}

/** The published types lack the RCODE. */
type Decoded = DecodedPacket & { rcode?: string }

/** Whether a name can be put on the wire: dns-packet writes over-long and empty labels without a word (RFC 1035 2.3.4). */
export function isEncodable(name: string): boolean {
  const labels = name.replace(/\.$/, '').split('.')
  const sizes = labels.map((label) => Buffer.byteLength(label))
  return sizes.every((size) => size > 0 && size <= 63) && sizes.reduce((sum, size) => sum + size + 1, 1) <= 255
}

/** Encodes a query as a stub resolver sends it. `udpPayloadSize` adds an OPT record. */
export function encodeQuery(id: number, question: Question, udpPayloadSize = question.udpPayloadSize): Buffer {
  if (!isEncodable(question.name)) throw new Error(`${question.name} is not a DNS name`)
  return encode({
    type: 'query',
    id,
    flags: RECURSION_DESIRED,
    questions: [{ type: question.type, name: question.name.replace(/\.$/, ''), class: 'IN' }],
    ...(udpPayloadSize === undefined
      ? {}
      : {
          additionals: [
            {
              type: 'OPT',
              name: '.',
              udpPayloadSize,
              extendedRcode: 0,
              ednsVersion: 0,
              flags: 0,
              flag_do: false,
              options: [],
            },
          ],
        }),
  })
}

/**
 * Decodes a message and checks that it answers the question.
 * @throws Error when it is malformed, not a response, or echoes another id or question.
 */
export function decodeAnswer(bytes: Buffer, id: number, question: Question): DnsAnswer {
  const packet = decode(bytes) as Decoded
  if (packet.type !== 'response') throw new Error('the message is not a response')
  if (packet.id !== id) throw new Error(`the message has id ${packet.id} instead of ${id}`)
  const echoed = packet.questions?.[0]
  if (echoed === undefined) throw new Error('the message repeats no question')
  if (fold(echoed.name) !== fold(question.name) || echoed.type !== question.type)
    throw new Error(`the message answers ${echoed.name} ${echoed.type} instead of ${question.name} ${question.type}`)
  const opt = packet.additionals?.find((one) => one.type === 'OPT')
  const negativeTtl = (packet.answers ?? []).length > 0 ? undefined : negativeTtlIn(packet.authorities ?? [])
  return {
    rcode: packet.rcode ?? 'NOERROR',
    authoritative: packet.flag_aa,
    truncated: packet.flag_tc,
    answers: (packet.answers ?? []).map(recordOf),
    additionals: (packet.additionals ?? []).filter((one) => one.type !== 'OPT').map(recordOf),
    authorities: (packet.authorities ?? []).map(authorityOf),
    ...(negativeTtl === undefined ? {} : { negativeTtl }),
    bytes: bytes.length,
    ...(opt?.type === 'OPT' ? { edns: opt.udpPayloadSize } : {}),
  }
}

/** The smaller of the SOA's own TTL and its minimum. */
function negativeTtlIn(authorities: readonly Answer[]): number | undefined {
  for (const one of authorities) if (one.type === 'SOA') return Math.min(one.ttl ?? 0, one.data.minimum ?? 0)
  return undefined
}

/** Names compare without case and trailing dot (RFC 4343). */
export function fold(name: string): string {
  return name.toLowerCase().replace(/\.$/, '')
}

function authorityOf(answer: Answer): DnsAuthority {
  const about = { name: fold(answer.name), type: answer.type, ttl: 'ttl' in answer ? (answer.ttl ?? 0) : 0 }
  return answer.type === 'SOA' ? { ...about, minimum: answer.data.minimum ?? 0 } : about
}

function recordOf(answer: Answer): DnsRecord {
  const name = fold(answer.name)
  const ttl = 'ttl' in answer ? (answer.ttl ?? 0) : 0
  if (answer.type === 'A' || answer.type === 'AAAA')
    return { name, type: answer.type, ttl, address: ipaddr.parse(answer.data).toString() }
  if (answer.type === 'SRV') {
    const { priority = 0, weight = 0, port, target } = answer.data
    return { name, type: 'SRV', ttl, priority, weight, port, target: fold(target) }
  }
  return { name, type: answer.type, ttl, text: 'data' in answer ? String(answer.data) : '' }
}
