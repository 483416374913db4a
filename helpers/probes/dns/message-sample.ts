import { type Answer, decode, encode, type Packet } from 'dns-packet'

/** The response of a server to a query, as it goes over the wire. */
export function responseTo(query: Buffer, answers: readonly Answer[], change: Partial<Packet> = {}): Buffer {
  const { id = 0, questions = [] } = decode(query)
  return encode({ type: 'response', id, flags: 0, questions, answers: [...answers], ...change })
}

/** The id and the first question of a query. */
export function queryIn(message: Buffer): { id: number; name: string; type: string } {
  const { id = 0, questions = [] } = decode(message)
  return { id, name: questions[0]?.name ?? '', type: questions[0]?.type ?? '' }
}

/** A message as TCP carries it. */
export function prefixed(message: Buffer): Buffer {
  const length = Buffer.alloc(2)
  length.writeUInt16BE(message.length)
  return Buffer.concat([length, message])
}

/** Flags of a header, as dns-packet takes them. */
export const flags = { authoritative: 0x400, truncated: 0x200, nameError: 3, serverFailure: 2, refused: 5 } as const
