import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import type { Hop, Verdict } from '../helpers/report/record.ts'
import { readWorld, type World } from '../helpers/worlds/world.ts'
import { mutants, oddClusters } from './catalogue.ts'
import { replay, requirements } from './fake-harness.ts'
import { seldomShown } from './odd/clusters.ts'
import { outdated, unheard, unseen } from './outdated.ts'
import { worldsFolder } from './recording.ts'

vi.mock('../helpers/harness.ts', async (original) => ({
  ...(await original<object>()),
  ...(await import('./fake-harness.ts')).collecting,
}))

const files = (await readdir(worldsFolder)).sort()
const worlds = await Promise.all(files.map((file) => readWorld(join(worldsFolder, file))))
const suites = await requirements()

const good: readonly Verdict[] = ['conformant', 'not-applicable']

/** What a verdict may be in the world of this id; undefined for a world that nothing tells of. */
function expectation(id: string): ((requirement: string) => { verdicts: readonly Verdict[]; hop?: Hop }) | undefined {
  if (id === 'sound')
    return (requirement) => ({
      verdicts: (seldomShown as readonly string[]).includes(requirement) ? ['not-applicable'] : ['conformant'],
    })
  const mutant = mutants.find((one) => one.id === id)
  if (mutant !== undefined)
    return (requirement) => {
      const hop = mutant.kills[requirement]
      if (hop !== undefined) return { verdicts: ['non-conformant'], hop }
      return { verdicts: [...good, ...(mutant.alongside?.[requirement] ?? [])] }
    }
  const odd = oddClusters.find((one) => one.id === id)
  if (odd === undefined) return undefined
  return (requirement) => ({
    verdicts: odd.notApplicable?.includes(requirement) === true ? good : ['conformant'],
  })
}

/** A world that is older than a requirement says nothing of it, unless that is what the world is there for. */
async function judgeAll({ id: world, roll, requirements: recorded }: World) {
  const killed = mutants.find((one) => one.id === world)?.kills ?? {}
  const told = [...suites.values()].map(async (requirement) => {
    const { id } = requirement.meta
    const { tape } = recorded[id] ?? {}
    if (tape === undefined && world === 'sound' && unheard.includes(id)) return []
    if (tape === undefined && world !== 'sound' && (!(id in killed) || outdated.includes(world))) return []
    if (tape === undefined) throw new Error(`the world was recorded before there was ${id}: record it again`)
    const { verdict, hop, reason } = await replay(requirement, roll, tape)
    return [{ id, verdict, hop, reason }]
  })
  return (await Promise.all(told)).flat()
}

describe.each(worlds.map((world) => [world.id, world] as const))('the recorded world %s', (id, world) => {
  test('gets the verdicts that it got when it was recorded', async () => {
    const now = (await judgeAll(world)).map((one) => `${one.id}: ${one.verdict} ${one.hop ?? ''}`)
    const then = Object.entries(world.requirements).map(([name, one]) => `${name}: ${one.verdict} ${one.hop ?? ''}`)
    expect(now.sort()).toEqual(then.sort())
  })

  test('gets the verdicts that the catalogue demands of it', async () => {
    const demanded = expectation(id)
    expect(demanded, 'the catalogue holds no such cluster').toBeDefined()
    for (const one of await judgeAll(world)) {
      const { verdicts, hop } = demanded?.(one.id) ?? { verdicts: [] }
      expect(verdicts, `${one.id} is ${one.verdict}: ${one.reason}`).toContain(one.verdict)
      if (hop !== undefined) expect(one.hop, one.id).toBe(hop)
    }
  })
})

test('every world has the name of its file', () => {
  expect(worlds.map((world) => `${world.id}.json.gz`)).toEqual(files)
})

// Until the matrix has run for the first time there is only the untouched cluster.
test.skipIf(files.length < 2)('every cluster of the catalogue is recorded', () => {
  const ids = ['sound', ...[...mutants, ...oddClusters].map((one) => one.id)]
  expect(ids.filter((id) => !files.includes(`${id}.json.gz`) && ![...outdated, ...unseen].includes(id))).toEqual([])
})

test('only recordings that lack a conviction, or are missing, count as outdated', () => {
  const lacking = mutants.filter(({ id, kills }) => {
    const recorded = worlds.find((world) => world.id === id)?.requirements ?? {}
    return Object.keys(kills).some((killed) => !(killed in recorded))
  })
  expect(lacking.map(({ id }) => id)).toEqual(expect.arrayContaining([...outdated]))
})
