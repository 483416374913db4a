import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { Problem } from '../errors.ts'
import { rejection } from '../target/fake-client.ts'
import { type JournalEntry, journalSchema, type SampleEntry } from './journal.ts'
import { JournalFile, readJournal } from './journal-file.ts'
import { openJournal } from './resume.ts'

const begin: JournalEntry = { kind: 'begin', at: 1, schema: journalSchema, id: 'abc123' }
const gap: JournalEntry = { kind: 'gap', at: 3, since: 2, of: 'API', reason: 'away' }
const sample = (sequence: number): SampleEntry => ({
  ...{ kind: 'sample', at: sequence * 1000, node: 'node-a', sequence, sampler: '50', took: 1 },
  results: { http: { outcome: 'answered', detail: '10.0.0.1' } },
})

function fresh(name = 'watch.ndjson'): string {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-journal-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return join(folder, name)
}

async function all(path: string): Promise<JournalEntry[]> {
  const entries: JournalEntry[] = []
  for await (const entry of readJournal(path)) entries.push(entry)
  return entries
}

function written(path: string, ...entries: readonly JournalEntry[]): void {
  const journal = new JournalFile(path)
  journal.append(...entries)
  journal.close()
}

describe('a journal', () => {
  test('is read as it was written, in a folder that is made for it, and gone on with', async () => {
    const path = fresh('deep/down/watch.ndjson')
    written(path, begin, sample(1))
    written(path, gap)
    expect(await all(path)).toEqual([begin, sample(1), gap])
  })

  test('shares results that are alike', async () => {
    const path = fresh()
    written(path, begin, sample(1), sample(2))
    const [, first, second] = (await all(path)) as SampleEntry[]
    expect(first?.results.http).toBe(second?.results.http)
  })

  test('loses half a line that a crash has left, and nothing else', async () => {
    const path = fresh()
    written(path, begin, gap)
    appendFileSync(path, '{"kind":"gap","at":4,"si')
    expect(await all(path)).toEqual([begin, gap])
    written(path, sample(1))
    expect(await all(path)).toEqual([begin, gap, sample(1)])
  })

  test('keeps its lines also where the last half is longer than is looked at in one go', async () => {
    const path = fresh()
    written(path, begin)
    appendFileSync(path, `{"x":"${'é'.repeat(100_000)}`)
    written(path, gap)
    expect(await all(path)).toEqual([begin, gap])
    const torn = fresh()
    writeFileSync(torn, '{"kind":"beg')
    written(torn, begin)
    expect(await all(torn)).toEqual([begin])
  })

  test('ends with a whole line where the disk is full, and says so', async () => {
    const path = fresh()
    written(path, begin)
    let room = 10
    const journal = new JournalFile(path, (_, bytes) => {
      if (room === 0) throw Object.assign(new Error('no space'), { code: 'ENOSPC' })
      const some = Math.min(room, bytes.length)
      appendFileSync(path, bytes.subarray(0, some))
      room -= some
      return some
    })
    expect(() => journal.append(gap)).toThrow(
      new Problem(
        `Cannot write ${path}: the disk is full; free some space, or choose another directory with --reports.`,
      ),
    )
    journal.close()
    expect(readFileSync(path, 'utf8')).toBe(`${JSON.stringify(begin)}\n`)
  })

  test.each([
    ['', 'holds no journal of rollcall watch; watch again, or name another.'],
    ['{"kind":"gap"}\n', `is no journal of this version of rollcall watch (${journalSchema}); watch again.`],
    [
      '{"kind":"begin","schema":"v0"}\n',
      `is no journal of this version of rollcall watch (${journalSchema}); watch again.`,
    ],
  ])('is no journal: %j', async (text, message) => {
    const path = fresh()
    writeFileSync(path, text)
    expect(await rejection(all(path))).toEqual(new Problem(`${path} ${message}`))
  })

  test('tells which line is none, and what to do where there is none at all', async () => {
    const path = fresh()
    writeFileSync(path, `${JSON.stringify(begin)}\nnonsense\n${JSON.stringify(gap)}\n`)
    expect(await rejection(all(path))).toMatchObject({ message: expect.stringMatching(/^Line 2 of .* is no entry/) })
    const none = fresh()
    expect(await rejection(all(none))).toEqual(
      new Problem(`There is no journal ${none}; run rollcall watch during the upgrade.`),
    )
    expect(() => new JournalFile(join(path, 'below'))).toThrow(/a file is in the place/)
  })
})

describe('a journal that is opened to be gone on with', () => {
  test('tells what an earlier watch has left in it', async () => {
    const path = fresh()
    const truth: JournalEntry = { kind: 'truth', at: 2, addresses: {}, pods: [] }
    const onNode = (subject: string, text: string): JournalEntry => ({
      kind: 'event',
      at: 4,
      of: 'node',
      subject,
      text,
    })
    const nodes = [onNode('a', 'not Ready'), onNode('b', 'gone'), onNode('c', 'not Ready'), onNode('c', 'Ready')]
    written(path, begin, truth, { kind: 'targets', at: 5, targets: [] }, ...nodes, sample(7), { ...truth, at: 3 })
    const { journal, left } = await openJournal(path, 'abc123', () => {})
    journal.close()
    expect(left).toEqual({
      ...{ last: 7000, truth: { ...truth, at: 3 }, targets: new Map([[5, []]]) },
      samples: new Map([['node-a', [{ ...sample(7), results: {} }]]]),
      lost: new Set(['a', 'b']),
    })
  })

  test('is new where there is none, or only half a line', async () => {
    for (const text of [undefined, '', '{"kind":"beg']) {
      const path = fresh()
      if (text !== undefined) writeFileSync(path, text)
      const { journal, left } = await openJournal(path, 'abc123', () => {})
      journal.append(begin)
      journal.close()
      expect([left.last, await all(path)]).toEqual([undefined, [begin]])
    }
  })

  test('is moved aside where it is of another fixture', async () => {
    const path = fresh()
    written(path, begin)
    const told: string[] = []
    const { journal, left } = await openJournal(path, 'other1', (line) => told.push(line))
    journal.close()
    const aside = path.replace('.ndjson', '.abc123.ndjson')
    expect([left.last, told]).toEqual([undefined, [`the journal of the fixture abc123 is kept as ${aside}`]])
    expect([await all(aside), readFileSync(path, 'utf8')]).toEqual([[begin], ''])
  })
})
