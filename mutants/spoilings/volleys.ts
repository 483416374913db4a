import type { VolleyOutcome } from '../../helpers/probes/dns/volley.ts'
import type { World } from '../../helpers/worlds/world.ts'
import { at, readersOf, type Spoiling, valuesOf } from './spoiling.ts'

interface Change {
  readonly kind: string
  readonly to: (sent: number, spice: number) => VolleyOutcome
  readonly outcome: 'seen' | 'unclear' | 'borne'
}

const answering = (sent: number, answered: number): VolleyOutcome => ({ kind: 'counted', sent, answered })

const changes: readonly Change[] = [
  {
    kind: 'a tenth of the datagrams to a server is lost, or more',
    to: (sent, spice) => answering(sent, 1 + (spice % Math.floor(sent * 0.9))),
    outcome: 'seen',
  },
  { kind: 'one datagram to a server is lost', to: (sent) => answering(sent, sent - 1), outcome: 'borne' },
  { kind: 'a server answers no datagram of many', to: (sent) => answering(sent, 0), outcome: 'borne' },
  {
    kind: 'datagrams to a server are lost from sight',
    to: () => ({ kind: 'lost', reason: 'the exec broke' }),
    outcome: 'unclear',
  },
]

/** Every way to spoil how much came back of many questions at once. */
export function volleySpoilings(world: World): Spoiling[] {
  return [...valuesOf(world)].flatMap(([key, value]) => {
    if (!key.startsWith('volley ')) return []
    const outcome = value as VolleyOutcome
    if (outcome.kind === 'lost') return []
    const [, , role] = key.split(' ')
    const readers = readersOf(world, key)
    const hop = role === 'backend' ? 'DNS backend' : 'node resolver'
    return changes.map((change): Spoiling => {
      return {
        kind: change.kind,
        key,
        spoil: (spice) => change.to(outcome.sent, spice),
        convicts: change.outcome === 'seen' ? at(hop, ...readers) : {},
        unclear: change.outcome === 'unclear' ? readers : [],
      }
    })
  })
}
