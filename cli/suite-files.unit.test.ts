import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { fixturesFolder } from '../helpers/stage/fixture.ts'
import { readSuite, readSuites } from './suite-files.ts'

const suites = readSuites()

test('every suite looks at a set that has fixtures, and decides something', () => {
  const hasFixtures = (set: string): boolean => existsSync(join(fixturesFolder, set))
  expect(suites.filter((one) => !one.sets.every(hasFixtures) || one.ids.length === 0)).toEqual([])
})

describe('a suite file', () => {
  test('tells its area, its sets, what it decides, and whether it changes its stage', () => {
    const readiness = suites.find((one) => one.path.endsWith('suites/dns/readiness.test.ts'))
    expect(readiness).toMatchObject({ area: 'dns', sets: ['changing'], changes: true, disruptive: false })
    expect(readiness?.ids).toContain('dns.headless.a.ready-only')
    const ttl = suites.find((one) => one.path.endsWith('suites/dns/ttl.test.ts'))
    expect(ttl).toMatchObject({ sets: ['headless'], changes: false })
    const departing = suites.find((one) => one.path.endsWith('suites/dns/departing-pods.test.ts'))
    expect(departing).toMatchObject({ sets: ['changing', 'headless'], changes: true })
    const rollout = suites.find((one) => one.path.endsWith('suites/dns/rollout.disruptive.test.ts'))
    expect(rollout).toMatchObject({ sets: ['headless'], changes: true, disruptive: true })
  })

  test.each([
    "const test = staged('nowhere')",
    "const test = staged('headless')\nlookout.stage('nowhere')",
    'const test = base',
  ])('is refused without a set: %s', async (text) => {
    const folder = await mkdtemp(join(tmpdir(), 'rollcall-suite-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    const path = join(folder, 'x.test.ts')
    await writeFile(path, text)
    expect(() => readSuite(path)).toThrow(/looks at no staged set; say staged/)
  })
})
