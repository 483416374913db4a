import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { fingerprintOf, Journal } from './journal.ts'
import type { MutantResult } from './outcome.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rollcall-journal-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const result = (id: string): MutantResult => ({
  id,
  kind: 'mutant',
  outcome: 'killed',
  requirements: {},
  seconds: 1,
  note: '',
})

describe('Journal', () => {
  const open = (fingerprint = 'f'): Journal => new Journal(join(folder, 'j.json'), fingerprint)

  test('goes on where another process was cut short', () => {
    const first = open()
    first.begin('M-1', 'one')
    first.begin('M-2', 'two')
    first.add(result('M-1'))
    first.restored('one')
    const second = open()
    expect(second.results.map((one) => one.id)).toEqual(['M-1'])
    expect(second.unfinished).toEqual(['two'])
    second.end()
    expect(open().results).toEqual([])
  })

  test('forgets results of other sources, but not that a cluster may be broken', () => {
    const first = open()
    first.add(result('M-1'))
    first.begin('M-2', 'one')
    const second = open('another')
    expect(second.results).toEqual([])
    expect(second.unfinished).toEqual(['one'])
  })

  test('begins anew where the file cannot be understood', () => {
    writeFileSync(join(folder, 'j.json'), '{"results": 7')
    expect(open().results).toEqual([])
  })

  test('keeps the latest result of each', () => {
    const journal = open()
    journal.add({ ...result('M-1'), outcome: 'error' })
    journal.add(result('M-1'))
    expect(journal.results).toEqual([result('M-1')])
  })
})

describe('fingerprintOf', () => {
  test('changes with every source, and not with tests and recordings', () => {
    const of = (): string => fingerprintOf(folder, ['.'])
    writeFileSync(join(folder, 'a.ts'), '1')
    const before = of()
    writeFileSync(join(folder, 'a.unit.test.ts'), '1')
    writeFileSync(join(folder, 'sound.json.gz'), '1')
    expect(of()).toBe(before)
    writeFileSync(join(folder, 'a.ts'), '2')
    expect(of()).not.toBe(before)
  })
})
