import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createVitest, type Reporter, type TestUserConfig } from 'vitest/node'
import { RecordCollector } from './collector.ts'
import type { RequirementRecord } from './record.ts'

const header = `
import { afterAll, beforeAll, describe, test as base } from 'vitest'
const meta = (id) => ({ meta: { id, level: 'MUST', spec: 'spec#1' } })
const seen = (verdict, observed = 'b') =>
  ({ vantage: 'worker', backend: 'dns-a', hop: 'DNS backend', verdict, expected: 'a', observed })
const test = base.extend('broken', { scope: 'file' }, async () => { throw new Error('the fixture cannot be staged') })
`

const suites: Readonly<Record<string, string>> = {
  'dns/verdicts.test.ts': `
    describe('headless Service', () => {
      test('passes', meta('dns.pass'), ({ task }) => {
        task.meta.observations = [seen('conformant')]
        task.meta.evidence = ['slice web-x']
        task.meta.tape = { 'snapshot n': [{ value: { pods: [] } }] }
      })
      test('lies', meta('dns.lie'), ({ task }) => {
        task.meta.observations = [seen('conformant'), seen('non-conformant')]
        throw new Error('expected a')
      })
      test('lies softly', meta('dns.soft'), ({ task }) => { task.meta.observations = [seen('non-conformant')] })
      test('throws', meta('dns.throw'), ({ task }) => {
        task.meta.observations = [seen('conformant')]
        throw new Error('exec to worker broke\\nafter 3 s', { cause: new Error('socket hang up') })
      })
      test('cannot see', meta('dns.unseen'), ({ task }) => {
        task.meta.observations = [seen('inconclusive', 'no channel to worker')]
        throw new Error('whatever')
      })
      test('skips', meta('dns.skip'), ({ skip }) => skip(true, 'the cluster is IPv4 only'))
      test('skips silently', meta('dns.silent'), ({ skip }) => skip())
      test('hangs', { ...meta('dns.hang'), timeout: 50 }, () => new Promise(() => {}))
      test('needs a broken fixture', meta('dns.fixture'), ({ broken }) => broken)
      test('sees nothing', meta('dns.nothing'), () => {})
    })
    test('has no id', () => {})`,
  'endpoints/hooks.test.ts': `
    describe('blocked', () => {
      beforeAll(() => { throw new Error('quota exceeded') })
      describe('deeply', () => { test('never begins', meta('eps.blocked'), () => {}) })
    })
    test('is fine', meta('eps.fine'), ({ task }) => { task.meta.observations = [seen('conformant')] })
    afterAll(() => { throw new Error('the namespace is stuck') })`,
  'proxy/broken.test.ts': `import './missing.ts'\ntest('is not collected', meta('proxy.none'), () => {})`,
}

let root = ''
let all: RecordCollector

beforeAll(async () => {
  root = await project(suites)
  all = await runOf(root)
}, 60_000)

afterAll(() => rm(root, { recursive: true, force: true }))

describe('RecordCollector', () => {
  test('turns the observations of a passed test into its verdict', () => {
    expect(recordOf('dns.pass')).toMatchObject({
      level: 'MUST',
      spec: 'spec#1',
      title: 'headless Service passes',
      area: 'dns',
      verdict: 'conformant',
      reason: '',
      evidence: ['slice web-x'],
      observations: [{ vantage: 'worker', verdict: 'conformant' }],
      started: expect.stringMatching(/^\d{4}-.*Z$/),
    })
    expect(recordOf('dns.pass')).not.toHaveProperty('hop')
  })

  test.for([
    [
      'dns.lie',
      'non-conformant',
      'DNS backend: expected a, observed b; 1 of 2 observations disagrees, at 1 of 1 vantage and 1 of 1 backend',
    ],
    ['dns.soft', 'non-conformant', 'DNS backend: expected a, observed b'],
    ['dns.throw', 'inconclusive', 'exec to worker broke after 3 s, because: socket hang up'],
    ['dns.unseen', 'inconclusive', 'no channel to worker'],
    ['dns.skip', 'not-applicable', 'the cluster is IPv4 only'],
    ['dns.silent', 'inconclusive', 'it was skipped without a reason'],
    ['dns.hang', 'inconclusive', 'the test timed out after 0.05 s'],
    ['dns.fixture', 'inconclusive', 'the fixture cannot be staged'],
    ['dns.nothing', 'inconclusive', 'nothing was observed'],
    ['eps.blocked', 'inconclusive', 'quota exceeded'],
    ['eps.fine', 'conformant', ''],
  ] as const)('records %s as %s', ([id, verdict, reason]) => {
    expect(recordOf(id)).toMatchObject({ verdict, reason })
  })

  test('joins the names around a test as the filter of vitest does', () => {
    expect(recordOf('eps.blocked')).toMatchObject({ title: 'blocked deeply never begins', area: 'endpoints' })
  })

  test('keeps the stack of what broke as evidence', () => {
    expect(recordOf('dns.throw').evidence.join()).toContain('verdicts.test.ts')
  })

  test('tells as problems what no record tells, and nothing else', () => {
    expect(all.problems()).toEqual([
      'suites/dns/verdicts.test.ts: "has no id" names no requirement (id, level, spec).',
      'suites/endpoints/hooks.test.ts: the namespace is stuck',
      expect.stringMatching(/^suites\/proxy\/broken\.test\.ts: .*missing\.ts/),
    ])
    expect(all.interrupted()).toBe(false)
  })

  test('hands on the tapes of those tests that bring one', () => {
    expect([...all.recordings()]).toEqual([['dns.pass', { 'snapshot n': [{ value: { pods: [] } }] }]])
  })

  test('leaves out what a filter did not select', async () => {
    const collector = await runOf(root, { testNamePattern: /headless Service passes/ })
    expect(collector.records().map((record) => record.id)).toEqual(['dns.pass'])
  }, 30_000)

  test('has no record where a filter selects nothing', async () => {
    const collector = await runOf(root, { testNamePattern: /no such title/ })
    expect(collector.records()).toEqual([])
  }, 30_000)

  test('records every test of an interrupted run that was collected, and counts the other files', async () => {
    const place = await project({
      'dns/a.test.ts': `
        test('finishes', meta('a.done'), ({ task }) => { task.meta.observations = [seen('conformant')] })
        test('is running', { ...meta('a.running'), timeout: 80_000 }, ({ task, signal }) => {
          task.meta.observations = [seen('non-conformant')]
          return new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('gave up', { cause: signal.reason }))))
        })
        test('waits', meta('a.waiting'), () => {})`,
      'dns/b.test.ts': `test('is not read', meta('b.unread'), () => {})`,
    })
    try {
      const collector = await runOf(place, { maxWorkers: 1, fileParallelism: false }, 'a.running')
      expect(collector.interrupted()).toBe(true)
      expect(collector.records().map(({ id, verdict, reason }) => [id, verdict, reason])).toEqual([
        ['a.done', 'conformant', ''],
        ['a.running', 'inconclusive', 'interrupted while it ran'],
        ['a.waiting', 'inconclusive', 'interrupted before it ran'],
      ])
      expect(collector.problems()).toEqual(['1 suite file was not run.'])
    } finally {
      await rm(place, { recursive: true, force: true })
    }
  }, 100_000)
})

function recordOf(id: string): RequirementRecord {
  const record = all.records().find((one) => one.id === id)
  if (record === undefined) throw new Error(`no record of ${id}`)
  return record
}

async function project(files: Readonly<Record<string, string>>): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'rollcall-collector-'))
  await symlink(join(import.meta.dirname, '../../node_modules'), join(directory, 'node_modules'))
  for (const [path, text] of Object.entries(files)) {
    await mkdir(join(directory, 'suites', path, '..'), { recursive: true })
    await writeFile(join(directory, 'suites', path), header + text)
  }
  return directory
}

/** Runs a project for real; `cancelOn` cancels the run once a test prints it. */
async function runOf(directory: string, config: TestUserConfig = {}, cancelOn?: string): Promise<RecordCollector> {
  const collector = new RecordCollector()
  const canceller: Reporter = {
    // The runner tells with some delay that a test has begun: only from then on it counts as running.
    onTestCaseReady: (test) => {
      if (test.meta().id === cancelOn && cancelOn !== undefined) void vitest.cancelCurrentRun('keyboard-input')
    },
  }
  const reporters = [collector, canceller]
  const options = { watch: false, config: false, root: directory, pool: 'threads', reporters, ...config } as const
  const before = process.exitCode
  const vitest = await createVitest('test', options)
  try {
    await vitest.start()
  } finally {
    await vitest.close()
    // The inner run sets the exit code of the process that runs this test, too.
    process.exitCode = before
  }
  return collector
}
