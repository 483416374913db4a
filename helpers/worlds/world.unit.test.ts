import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Tape } from '../eyes/tape.ts'
import { sampleRecord } from '../report/report-sample.ts'
import type { RollContext } from '../roll.ts'
import { intern, resolve } from './intern.ts'
import { readWorld, type World, worldOf, writeWorld } from './world.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollcall-worlds-'))
})
afterAll(async () => rm(folder, { recursive: true }))

const roll = {
  kubeconfig: 'apiVersion: v1\nusers: [{user: {token: sesame}}]',
  record: true,
  facts: { context: 'kind-a', said: 'Authorization: Bearer sesame-open' },
  sets: [{ set: 'headless', namespace: 'rollcall-headless-a', readyAt: 0 }],
  vantages: [],
  servers: {},
  nodeVantages: { seen: false, reason: 'no selected suite reads node rules' },
} as unknown as RollContext

const rules = Array.from({ length: 50 }, (_, index) => `-A KUBE-SERVICES -d 10.96.0.${index}/32 -j KUBE-SVC`).join('\n')
const tape: Tape = { 'host worker iptables-save': [{ value: { kind: 'done', code: 0, text: rules } }] }
const records = [
  sampleRecord({ id: 'b', verdict: 'non-conformant', hop: 'DNS backend', reason: 'expected x' }),
  sampleRecord({ id: 'a', verdict: 'inconclusive', reason: 'the set was not staged' }),
]

describe('interning', () => {
  test('gives back what it was given', () => {
    const text = fc.oneof(
      fc.string(),
      fc.array(fc.string({ maxLength: 60 })).map((lines) => lines.join('\n')),
    )
    const key = fc.string().filter((one) => !['$', '$text', '__proto__'].includes(one))
    const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
      tree: fc.oneof(
        { maxDepth: 4 },
        text,
        fc.integer(),
        fc.boolean(),
        fc.constant(null),
        fc.array(tie('tree')),
        fc.dictionary(key, tie('tree'), { noNullPrototype: true }),
      ),
    }))
    fc.assert(
      fc.property(tree, (value) => {
        expect(resolve(intern(value))).toEqual(value)
      }),
    )
  })

  test('tells equal parts once', () => {
    const alike = { name: 'a rather long name of something', addresses: ['10.244.1.5', '10.244.1.6'] }
    const { values, root } = intern([alike, { ...alike }, structuredClone(alike)])
    expect([values, root]).toEqual([[alike], [{ $: 0 }, { $: 0 }, { $: 0 }]])
  })

  test('takes no value that looks like a pointer', () => {
    expect(() => intern({ $: 1 })).toThrow('looks like a pointer')
  })
})

describe('a world', () => {
  const world = worldOf('M-X01', roll, records, new Map([['b', tape]]))

  test('holds each requirement in the order of ids, with its tape, and an empty one where there was no look', () => {
    expect(world.requirements).toEqual({
      a: { verdict: 'inconclusive', reason: 'the set was not staged', tape: {} },
      b: { verdict: 'non-conformant', hop: 'DNS backend', reason: 'expected x', tape },
    })
    expect(Object.keys(world.requirements)).toEqual(['a', 'b'])
  })

  test('is read as it was written, into a folder that was not there', async () => {
    const path = join(folder, 'new', 'M-X01.json.gz')
    await writeWorld(path, world)
    expect(await readWorld(path)).toEqual(world)
  })

  test('is the same bytes each time, and holds no credentials', async () => {
    const paths = ['one', 'two'].map((name) => join(folder, name))
    for (const path of paths) await writeWorld(path, world)
    const [one, two] = await Promise.all(paths.map((path) => readFile(path)))
    expect(one).toEqual(two)
    expect(gunzipSync(one ?? '').toString()).not.toMatch(/sesame|kubeconfig/)
  })

  test.for<[string, (world: World) => unknown]>([
    ['of another schema', ({ id }) => ({ schema: 0, id, values: [], root: {} })],
    ['with a verdict that there is none of', (sound) => ({ ...told(sound), root: spoilt(sound) })],
    ['without requirements', ({ id, roll: known }) => ({ schema: 1, id, ...intern({ roll: known }) })],
  ])('is not read from a file %s', async ([name, content]) => {
    const path = join(folder, name)
    await writeFile(path, gzipSync(JSON.stringify(content(world))))
    await expect(readWorld(path)).rejects.toThrow(/ is no recorded world of this version \(.*\); record it again\.$/)
  })

  test('is not read from what is no archive', async () => {
    await writeFile(join(folder, 'text'), 'text')
    await expect(readWorld(join(folder, 'text'))).rejects.toThrow('is no recorded world of this version')
  })
})

function told({ id }: World): object {
  return { schema: 1, id, values: [] }
}

function spoilt({ roll: known, requirements }: World): unknown {
  return { roll: known, requirements: { a: { ...requirements.a, verdict: 'fine' } } }
}
