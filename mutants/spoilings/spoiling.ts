import type { Heard } from '../../helpers/eyes/tape.ts'
import type { Hop } from '../../helpers/report/record.ts'
import type { World } from '../../helpers/worlds/world.ts'

/** One way to spoil one value of a recording, and who has to see it. */
export interface Spoiling {
  /** What is done to what: spoilings of one kind are tried as one property. */
  readonly kind: string
  /** The look whose result is spoilt. */
  readonly key: string
  /** What the look gives instead; `spice` makes what is made up differ. */
  readonly spoil: (spice: number) => unknown
  /** The requirements that become non-conformant, each with the first hop that disagrees. */
  readonly convicts: Readonly<Record<string, Hop>>
  /** The requirements that can no longer be decided. All others that read the value stay conformant. */
  readonly unclear: readonly string[]
  /** The requirements of which the value alone does not tell what they make of it. */
  readonly open?: readonly string[]
}

/** What each look gave, by its key: the last that any requirement has recorded. */
export function valuesOf(world: World): ReadonlyMap<string, unknown> {
  const heard = Object.values(world.requirements).flatMap(({ tape }) => Object.entries(tape))
  return new Map(heard.flatMap(([key, times]) => times.flatMap((one) => ('value' in one ? [[key, one.value]] : []))))
}

/** Requirements whose verdict hangs on what a look gave. */
export function readersOf(world: World, key: string): string[] {
  return Object.entries(world.requirements).flatMap(([id, { tape }]) => (key in tape ? [id] : []))
}

/** One hop for each of the requirements. */
export function at(hop: Hop, ...requirements: readonly string[]): Record<string, Hop> {
  return Object.fromEntries(requirements.map((id) => [id, hop]))
}

/** What DNS servers say of a name, and who answers at an address, that is in no recording, since the spoiling has made it up. */
export function madeUp(key: string): Heard | undefined {
  if (key.startsWith('http ')) return { value: { kind: 'done', code: 28, text: 'curl: nobody is there' } }
  if (!key.startsWith('dns ')) return undefined
  const answer = { rcode: 'NXDOMAIN', authoritative: true, truncated: false, answers: [], additionals: [], bytes: 120 }
  return { value: { kind: 'answer', answer } }
}

/** An address that nobody in a recording has. */
export function strangeAddress(spice: number): string {
  return `10.9.${(spice >> 8) & 255}.${spice & 255}`
}
