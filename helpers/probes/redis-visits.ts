import { readFileSync } from 'node:fs'
import type { ExecPlace, ExecResult } from '../target/exec.ts'
import { refusal } from './redis-outcome.ts'

const script = readFileSync(new URL('./redis-visits.sh', import.meta.url), 'utf8')

/** One connection that a client in a Pod has made. */
export interface Visit {
  /** What was dialled: the name, or one of its addresses. */
  readonly host: string
  readonly outcome:
    | {
        readonly kind: 'answered'
        /** The address at which the server has taken the connection, by its own word; undefined where it does not say. */
        readonly at?: string
        readonly replies: readonly string[]
      }
    | { readonly kind: 'failed'; readonly reason: string }
}

/** What came of one name: its addresses by the C library of the client, and the connections to it and to them. */
export interface NameVisits {
  readonly name: string
  readonly addresses: readonly string[]
  readonly visits: readonly Visit[]
}

/** What a client in a Pod saw, or why it could not look. */
export type VisitSighting =
  | { readonly kind: 'seen'; readonly client: string; readonly names: readonly NameVisits[] }
  | { readonly kind: 'lost'; readonly client: string; readonly reason: string }

/**
 * Has a Pod connect to Redis by each name, three times, and once at each address of the name, and say the same on each
 * connection. `KEY` stands for a key that nobody has written.
 */
export async function visitByName(
  exec: (place: ExecPlace, argv: readonly string[]) => Promise<ExecResult>,
  place: ExecPlace,
  names: readonly string[],
  commands: readonly string[],
): Promise<VisitSighting> {
  const client = place.pod
  const { end, stdout, stderr } = await exec(place, [
    'sh',
    '-c',
    script,
    'sh',
    ['CLIENT INFO', ...commands].join('\n'),
    ...names,
  ])
  if (end.kind === 'lost') return { kind: 'lost', client, reason: end.reason }
  if (end.code !== 0) return { kind: 'lost', client, reason: `sh ended with code ${end.code}: ${stderr.trim()}` }
  return parseVisits(client, stdout)
}

/** Reads what redis-visits.sh prints. */
export function parseVisits(client: string, printed: string): VisitSighting {
  const names: (NameVisits & { readonly visits: Visit[] })[] = []
  let dialled: { name: string; host: string; lines: string[] } | undefined
  for (const line of printed.split(/\r?\n/)) {
    const [word = '', first = '', ...rest] = line.split(' ')
    if (dialled === undefined && word === 'name') names.push({ name: first, addresses: rest, visits: [] })
    else if (dialled === undefined && word === 'dial') dialled = { name: first, host: rest[0] ?? '', lines: [] }
    else if (dialled !== undefined && /^end \d+$/.test(line)) {
      const { name, host, lines } = dialled
      // The shell has no such program: nothing was dialled.
      if (['126', '127'].includes(first)) return { kind: 'lost', client, reason: lines.join(' ') }
      names.find((one) => one.name === name)?.visits.push({ host, outcome: outcomeOf(lines, Number(first)) })
      dialled = undefined
    } else dialled?.lines.push(line)
  }
  if (dialled !== undefined) return { kind: 'lost', client, reason: 'what was printed breaks off' }
  return { kind: 'seen', client, names }
}

/** What a shell says of a program that was ended is no word of a server. */
function isWord(line: string): boolean {
  return line !== 'Terminated'
}

function outcomeOf(lines: readonly string[], code: number): Visit['outcome'] {
  const [first = '', ...replies] = lines.filter((line) => line.trim() !== '' && !line.startsWith('#'))
  const at = /\bladdr=\[?([^\]\s]+?)\]?:\d+(?: |$)/.exec(first)?.[1]
  // Coreutils' and busybox's `timeout`.
  const silence = [124, 143].includes(code) ? ['no answer within 6 s'] : []
  if (at !== undefined) return { kind: 'answered', at, replies: [...replies.filter(isWord), ...silence] }
  if (silence.length > 0) return { kind: 'failed', reason: silence.join() }
  const refused = refusal(first)
  if (refused.kind === 'refused' && refused.code !== 'OTHER') return { kind: 'answered', replies: [first, ...replies] }
  return { kind: 'failed', reason: first === '' ? `redis-cli ended with code ${code} and said nothing` : first }
}
