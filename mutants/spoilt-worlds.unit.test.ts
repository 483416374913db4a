import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import type { Tape } from '../helpers/eyes/tape.ts'
import type { DnsAnswer } from '../helpers/probes/dns/message.ts'
import { readWorld } from '../helpers/worlds/world.ts'
import { replay, requirements } from './fake-harness.ts'
import { seldomShown } from './odd/clusters.ts'
import { worldsFolder } from './recording.ts'
import { connectionSpoilings } from './spoilings/connections.ts'
import { dnsSpoilings } from './spoilings/dns.ts'
import { nodeSpoilings } from './spoilings/nodes.ts'
import { ordealSpoilings } from './spoilings/ordeals.ts'
import { podSpoilings } from './spoilings/pods.ts'
import { redisSpoilings } from './spoilings/redis.ts'
import { serviceSpoilings } from './spoilings/services.ts'
import { sliceSpoilings } from './spoilings/slices.ts'
import { madeUp, readersOf, type Spoiling, valuesOf } from './spoilings/spoiling.ts'
import { volleySpoilings } from './spoilings/volleys.ts'

vi.mock('../helpers/harness.ts', async (original) => ({
  ...(await original<object>()),
  ...(await import('./fake-harness.ts')).collecting,
}))

const world = await readWorld(join(worldsFolder, 'sound.json.gz'))
const suites = await requirements()

const spoilings = [
  dnsSpoilings,
  serviceSpoilings,
  sliceSpoilings,
  podSpoilings,
  nodeSpoilings,
  connectionSpoilings,
  redisSpoilings,
  ordealSpoilings,
  volleySpoilings,
].flatMap((of) => of(world))
const kinds = [...new Set(spoilings.map((one) => one.kind))]

const values = valuesOf(world)

/** What a DNS server told, but for what differs from one time to the next; nothing of any other look. */
function told(value: unknown): string {
  const { answer } = (value ?? {}) as { answer?: DnsAnswer }
  if (answer === undefined) return ''
  return [answer.rcode, ...answer.answers.map((one) => JSON.stringify('data' in one ? one.data : one)).sort()].join(' ')
}

/** Whether a requirement was told what is spoilt: a name that changes had other addresses when others asked for it. */
function hasHeard(id: string, key: string): boolean {
  const last = world.requirements[id]?.tape[key]?.at(-1)
  return last !== undefined && (!('value' in last) || told(last.value) === told(values.get(key)))
}

/** The verdict on a requirement, and its hop, when one look of the sound world gave something else. */
async function verdictOn(id: string, key: string, value: unknown): Promise<string> {
  const requirement = suites.get(id)
  const tape: Tape = { ...world.requirements[id]?.tape, [key]: [{ value }] }
  if (requirement === undefined) throw new Error(`the suites hold no ${id}`)
  const { verdict, hop } = await replay(requirement, world.roll, tape, madeUp)
  return [verdict, ...(hop === undefined ? [] : [hop])].join(' at ')
}

function demandOn(id: string, { convicts, unclear }: Spoiling): string {
  if (convicts[id] !== undefined) return `non-conformant at ${convicts[id]}`
  if ((seldomShown as readonly string[]).includes(id)) return 'not-applicable'
  return unclear.includes(id) ? 'inconclusive' : 'conformant'
}

// Parsing a node's rules a hundred times takes a second, or some where others use the processor.
describe('in the recorded sound world', { timeout: 60_000 }, () => {
  test.for(kinds)('%s', async (kind) => {
    const spoilt = fc.constantFrom(...spoilings.filter((one) => one.kind === kind)).chain((spoiling) => {
      const readers = readersOf(world, spoiling.key).filter((id) => hasHeard(id, spoiling.key))
      const concerned = [...Object.keys(spoiling.convicts), ...spoiling.unclear].filter((id) => readers.includes(id))
      const others = readers.filter((id) => !concerned.includes(id) && spoiling.open?.includes(id) !== true)
      // Everybody who has to see it, and some of those who must not.
      const asked = fc.shuffledSubarray(others, { maxLength: Math.min(2, others.length) })
      return fc.record({
        spoiling: fc.constant(spoiling),
        spice: fc.nat(50_000),
        asked: asked.map((some) => [...concerned, ...some]),
      })
    })
    await fc.assert(
      fc.asyncProperty(spoilt, async ({ spoiling, spice, asked }) => {
        const value = spoiling.spoil(spice)
        for (const id of asked) {
          const found = `${id} is ${await verdictOn(id, spoiling.key, value)}`
          expect(found, spoiling.key).toBe(`${id} is ${demandOn(id, spoiling)}`)
        }
      }),
      { numRuns: 100 },
    )
  })
})
