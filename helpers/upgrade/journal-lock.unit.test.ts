import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { Problem } from '../errors.ts'
import { runnerOf } from '../stage/labels.ts'
import { JournalLock } from './journal-lock.ts'

function journal(): string {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-lock-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, 'reports', 'watch.ndjson')
}

test('one watch at a time writes a journal, and the next one once it has ended', () => {
  const path = journal()
  const lock = JournalLock.take(path)
  expect(() => JournalLock.take(path)).toThrow(Problem)
  expect(() => JournalLock.take(path)).toThrow(`Another watch (${runnerOf(process.pid)}) writes ${path}`)
  lock.release()
  expect(existsSync(`${path}.lock`)).toBe(false)
  JournalLock.take(path).release()
})

test('a watch that was killed here is in nobody’s way, one of another host is', () => {
  const path = journal()
  JournalLock.take(path).release()
  // No process has this id: it is above what Linux gives out.
  writeFileSync(`${path}.lock`, runnerOf(4_194_305))
  const lock = JournalLock.take(path)
  expect(readFileSync(`${path}.lock`, 'utf8')).toBe(runnerOf(process.pid))
  lock.release()
  writeFileSync(`${path}.lock`, 'elsewhere-1a2b3c4d.7')
  expect(() => JournalLock.take(path)).toThrow('Another watch (elsewhere-1a2b3c4d.7)')
})

test('a lock that cannot be written is a sentence', () => {
  const path = journal()
  writeFileSync(join(path, '..', '..', 'reports'), 'in the place of the folder')
  expect(() => JournalLock.take(path)).toThrow(/^Cannot write .*watch\.ndjson: /)
})
