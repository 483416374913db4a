import type { TextReply } from '../../helpers/eyes/taped.ts'
import type { Snapshot } from '../../helpers/stage/snapshot.ts'
import type { Pod } from '../../helpers/target/objects.ts'
import type { World } from '../../helpers/worlds/world.ts'
import { at, readersOf, type Spoiling, strangeAddress, valuesOf } from './spoiling.ts'

interface Change {
  readonly kind: string
  readonly to: (text: string, spice: number) => TextReply
  /** Who has to see it where a Pod was dialled by its own address. */
  readonly atPods: readonly string[]
  /** Whether all have to see it who have dialled an address of a Service. */
  readonly isSeenInFront: 'by all' | 'by one' | false
}

/** The fixture's server in one line: its hostname, the client, and its own address and port. */
function sentence(place: number, word: (spice: number) => string): Change['to'] {
  return (text, spice) => {
    const [first = '', ...rest] = text.split('\n')
    return { kind: 'done', code: 0, text: [first.split(' ').with(place, word(spice)).join(' '), ...rest].join('\n') }
  }
}

const direct = ['proxy.headless.direct']
/** Who connects to what a name leads to looks at who answers, and on which port. */
const byName = [
  ...direct,
  'dns.headless.srv.port-reaches',
  'proxy.headless.affinity-ignored',
  'proxy.headless.no-port-remap',
  'proxy.headless.reach-all',
]
/** Looks at endpoints beside the address in front of them, and knows no names. */
const beside = ['proxy.mixed']
/** Dials an address in front of Pods for no more than to see that one can be reached. */
const forPresence = 'proxy.headless.externalip-ignored'
/** Asks no more of an address in front of one Pod than that this Pod answers. */
const forOnePod = 'sts.service-per-pod'
/** Asks for little only to see that much could come: who does not answer that is for others. */
const forMuch = 'proxy.headless.intact'
/** Takes one client that is not answered where others are for one behind a firewall. */
const lenient = 'proxy.nodeport.remap'

const ofAnswers: readonly Change[] = [
  { kind: 'another Pod answers', to: sentence(0, (spice) => `web-${spice}`), atPods: byName, isSeenInFront: false },
  { kind: 'a Pod sees another client', to: sentence(1, strangeAddress), atPods: direct, isSeenInFront: false },
  {
    kind: 'a Pod is asked at another address',
    to: sentence(2, strangeAddress),
    atPods: [...direct, ...beside],
    isSeenInFront: 'by all',
  },
  {
    kind: 'a Pod is asked on another port',
    to: sentence(3, (spice) => `${10_000 + spice}`),
    atPods: [...byName, ...beside],
    isSeenInFront: 'by all',
  },
  { kind: 'a Pod does not answer', to: unanswered, atPods: [...byName, ...beside], isSeenInFront: 'by one' },
]

function unanswered(_: string, spice: number): TextReply {
  return { kind: 'done', code: spice % 2 === 0 ? 7 : 28, text: 'curl: could not connect' }
}

const lost = { kind: 'a connection is lost from sight', spoil: () => ({ kind: 'lost', reason: 'the exec broke' }) }

/** The addresses of a Pod, where they are not its node's. */
function ownAddresses({ spec, status }: Pod): string[] {
  return spec?.hostNetwork === true ? [] : (status?.podIPs ?? []).map(({ ip }) => ip)
}

/** Every way to spoil what came of a connection: somebody else answers, or nobody, or anybody where nobody is to. */
export function connectionSpoilings(world: World): Spoiling[] {
  const values = valuesOf(world)
  const pods = new Set(
    [...values].flatMap(([key, value]) =>
      key.startsWith('snapshot ') ? (value as Snapshot).pods.flatMap(ownAddresses) : [],
    ),
  )
  return [...values].flatMap(([key, value]): Spoiling[] => {
    const reply = value as TextReply
    const url = /^http \S+ (http:\S+)$/.exec(key)?.[1]
    if (url === undefined || reply.kind === 'lost') return []
    const { hostname, port } = new URL(url)
    const address = hostname.replace(/^\[|\]$/g, '')
    const readers = readersOf(world, key)
    if (reply.code !== 0) return ofSilence(key, readers, `${address} ${port || 80}`, pods.has(address))
    if (url.includes('/echo?')) return ofEcho(key, readers, reply.text)
    // A page that tells nothing of both ends is for other spoilings.
    if (!/^\S+ \S+ \S+ \d+\n/.test(reply.text)) return [{ ...lost, key, convicts: {}, unclear: readers }]
    return pods.has(address) ? ofPod(key, readers, reply.text) : ofFront(key, readers, reply.text)
  })
}

function ofPod(key: string, readers: readonly string[], text: string): Spoiling[] {
  const own = (some: readonly string[]): string[] => readers.filter((id) => some.includes(id))
  const all: Spoiling[] = ofAnswers.map(({ kind, to, atPods }) => ({
    ...{ kind, key, spoil: (spice: number) => to(text, spice), unclear: [] },
    convicts: at('data path', ...own(atPods)),
  }))
  // To others it is beside the point whether an endpoint can be reached by itself, as long as it is through its Service.
  return [...all, { ...lost, key, convicts: {}, unclear: own([...byName, ...beside, forMuch]) }]
}

/** What a Pod was to say again stays out, comes in part, or comes from somebody else. */
function ofEcho(key: string, readers: readonly string[], text: string): Spoiling[] {
  const told = { key, convicts: at('data path', ...readers), unclear: [] }
  // Anything from nothing to all but the last byte, which is followed by a line of curl's own.
  const cut = (spice: number): string => {
    const [first = '', ...rest] = text.split('\n')
    const at = first.lastIndexOf(' ') + 1
    return [first.slice(0, at + (spice % (first.length - at))), ...rest].join('\n')
  }
  return [
    {
      ...told,
      kind: 'a Pod says again a part',
      spoil: (spice): TextReply => ({ kind: 'done', code: 0, text: cut(spice) }),
    },
    {
      ...told,
      kind: 'a Pod says again something else',
      spoil: sentence(4, (spice) => `${spice}`).bind(undefined, text),
    },
    { ...told, kind: 'another Pod says it again', spoil: sentence(0, (spice) => `web-${spice}`).bind(undefined, text) },
    { ...told, kind: 'a Pod does not answer much', spoil: unanswered.bind(undefined, text) },
    { ...lost, key, convicts: {}, unclear: readers },
  ]
}

function ofFront(key: string, readers: readonly string[], text: string): Spoiling[] {
  const strict = readers.filter((id) => id !== forPresence && id !== forOnePod)
  const ofOnePod = readers.filter((id) => id === forOnePod)
  const all: Spoiling[] = ofAnswers.map(({ kind, to, isSeenInFront }) => ({
    ...{ kind: `${kind} behind a Service`, key, spoil: (spice: number) => to(text, spice), unclear: [] },
    convicts: {
      ...at(
        'node rules',
        ...strict.filter((id) => isSeenInFront === 'by all' || (isSeenInFront === 'by one' && id !== lenient)),
      ),
      ...(/^(another Pod answers|a Pod does not answer)$/.test(kind) ? at('data path', ...ofOnePod) : {}),
    },
  }))
  return [...all, { ...lost, key, convicts: {}, unclear: readers }]
}

function ofSilence(key: string, readers: readonly string[], place: string, isPod: boolean): Spoiling[] {
  return [
    { kind: 'nobody answers in another way', key, spoil: (spice) => unanswered('', spice), convicts: {}, unclear: [] },
    {
      ...{ kind: 'somebody answers where nobody is', key, unclear: [] },
      spoil: (spice): TextReply => {
        const [client, server] = [strangeAddress(spice), strangeAddress(spice + 1)]
        return { kind: 'done', code: 0, text: `web-${spice} ${client} ${server} 8080\n\n200 ${client} ${place}` }
      },
      convicts: at(isPod ? 'data path' : 'node rules', ...readers),
    },
    { ...lost, key, convicts: {}, unclear: readers },
  ]
}
