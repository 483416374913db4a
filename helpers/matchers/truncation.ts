import type { DnsAnswer, Question } from '../probes/dns/message.ts'
import type { Sighting } from '../probes/dns/outcome.ts'

/** Bytes that a datagram may have where the question names no size (RFC 1035 4.2.1). No size below that counts (RFC 6891 6.2.3). */
export const plainSize = 512
/** Bytes of the header and of an OPT record (RFC 1035 4.1.1, RFC 6891 6.1.2). */
const [header, opt] = [12, 11]
/** Bytes of a name at its longest (RFC 1035 2.3.4): an alias may come before the addresses. */
const longestName = 255

/** Bytes of the data of a record; those of all others hold a name, and at most the three numbers of SRV before it (RFC 2782). */
const dataSizes: Readonly<Partial<Record<Question['type'], number>>> = { A: 4, AAAA: 16 }

/**
 * Whether so many records fit into every datagram, however a server writes them: no name shortened, and under an alias. What a question
 * names as its size a server need not use.
 */
function surelyFits(question: Question, records: number): boolean {
  const fixed = (name: number, data: number): number => name + 10 + data
  // A length before each label, and the root's after them.
  const name = question.name.length + 2
  const alias = fixed(name, longestName)
  const record = fixed(name, dataSizes[question.type] ?? 6 + longestName)
  return header + name + 4 + alias + records * record + opt <= plainSize
}

/**
 * Whether TC is true: only a datagram is cut, and only where the set of so many records does not fit (RFC 2181 9). Who cuts
 * whatever is asked for keeps all from their Pods that know no TCP.
 */
export function isCutForSize({ truncated }: DnsAnswer, { question, transport }: Sighting, records: number): boolean {
  return truncated && transport === 'udp' && !surelyFits(question, records)
}

/** Whether an answer holds a part of a set, and may: it is cut, and sends its client to TCP for the whole. */
export function isCutFrom(
  answer: DnsAnswer,
  sighting: Sighting,
  part: readonly string[],
  whole: readonly string[],
): boolean {
  const records = Math.max(part.length, whole.length)
  return isCutForSize(answer, sighting, records) && part.every((one) => whole.includes(one))
}
