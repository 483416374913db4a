import ipaddr from 'ipaddr.js'
import type { ExecPlace } from '../target/exec.ts'
import { parseResolvConf, type ResolverConfig } from '../target/resolver.ts'
import type { Printed } from './inside-channel.ts'

/** What getaddrinfo made of a name. */
export type Lookup =
  | { readonly kind: 'found'; readonly addresses: readonly string[] }
  | { readonly kind: 'none' }
  | { readonly kind: 'timeout'; readonly after: number }
  | { readonly kind: 'lost'; readonly reason: string }

/** A line of `/etc/hosts` (hosts(5)). */
export interface HostsLine {
  readonly address: string
  readonly names: readonly string[]
}

/** What a program of a Pod sees. */
export interface InsideView {
  readonly hostname: string
  readonly libc: 'glibc' | 'musl'
  readonly resolver: ResolverConfig
  readonly hosts: readonly HostsLine[]
  /** Names of environment variables. */
  readonly variables: readonly string[]
  readonly lookups: Readonly<Record<string, Lookup>>
}

/** One look into a Pod, or why there was none. */
export interface InsideSighting {
  readonly pod: string
  readonly outcome:
    | { readonly kind: 'answer'; readonly view: InsideView }
    | { readonly kind: 'lost'; readonly reason: string }
}

/** Seconds that the script gives each name: a resolver that waits for its first try alone has given up a second before. */
const patience = 6
/** Exit codes of `timeout` when it ended the command: coreutils' and busybox's. */
const timedOut = [124, 143]
const notFound = 2

/** Looks into a Pod, and looks up these names there. */
export async function lookInside(
  look: (place: ExecPlace, names: readonly string[]) => Promise<Printed>,
  place: ExecPlace,
  names: readonly string[] = [],
): Promise<InsideSighting> {
  const printed = await look(place, names)
  const lost = (reason: string): InsideSighting => ({ pod: place.pod, outcome: { kind: 'lost', reason } })
  if (printed.kind === 'lost') return lost(printed.reason)
  const view = parseInside(printed.text)
  if (view === undefined) return lost(`what ${place.pod} printed came torn`)
  return { pod: place.pod, outcome: { kind: 'answer', view } }
}

/** Reads what the script has printed; undefined where a part is missing. */
export function parseInside(text: string): InsideView | undefined {
  const parts = new Map(
    `\n${text}`
      .split('\n== ')
      .slice(1)
      .map((part) => {
        const [title = '', ...lines] = part.split('\n')
        return [title, lines]
      }),
  )
  const of = (title: string): string[] => parts.get(title) ?? []
  if (!['hostname', 'libc', 'resolv.conf', 'hosts', 'variables', 'names', 'end'].every((title) => parts.has(title)))
    return undefined
  return {
    hostname: of('hostname').join('\n').trim(),
    libc: of('libc').some((file) => file.startsWith('ld-musl-')) ? 'musl' : 'glibc',
    resolver: parseResolvConf(of('resolv.conf').join('\n')),
    hosts: parseHosts(of('hosts')),
    variables: of('variables').filter((line) => /^\w+$/.test(line)),
    lookups: Object.fromEntries(of('names').flatMap(lookupOf)),
  }
}

/** The lines of a hosts file that hold names; addresses canonical, names in small letters, comments left out. */
export function parseHosts(lines: readonly string[]): HostsLine[] {
  return lines.flatMap((line) => {
    const [address, ...names] = line.replace(/#.*$/, '').trim().split(/\s+/)
    if (address === undefined || names.length === 0 || !ipaddr.isValid(address)) return []
    return [{ address: ipaddr.parse(address).toString(), names: names.map((one) => one.toLowerCase()) }]
  })
}

/** One line of the part `names`: the name, the exit code, and whatever getent has printed, of which addresses count. */
function lookupOf(line: string): [string, Lookup][] {
  const [name = '', digits = '', ...words] = line.trim().split(/\s+/)
  if (!/^\d+$/.test(digits)) return []
  const code = Number(digits)
  const addresses = words.filter((word) => ipaddr.isValid(word) && /[.:].*[.:]/.test(word))
  if (code === notFound) return [[name, { kind: 'none' }]]
  if (timedOut.includes(code)) return [[name, { kind: 'timeout', after: patience * 1000 }]]
  if (code !== 0) return [[name, { kind: 'lost', reason: `getent ended with code ${code}` }]]
  return [[name, { kind: 'found', addresses: [...new Set(addresses.map((one) => ipaddr.parse(one).toString()))] }]]
}
