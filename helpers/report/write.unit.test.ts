import { execFile } from 'node:child_process'
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, onTestFinished, test } from 'vitest'
import { Problem } from '../errors.ts'
import { parseConformance } from './json.ts'
import { sampleReport } from './report-sample.ts'
import { writeReports } from './write.ts'

const run = promisify(execFile)
const report = sampleReport()
const isRoot = process.getuid?.() === 0

describe('writeReports', () => {
  test('creates the directory and writes both files, and nothing beside them', async () => {
    const directory = join(await scratch(), 'deep', 'reports')
    const paths = await writeReports(directory, report)
    expect(paths).toEqual([join(directory, 'junit.xml'), join(directory, 'conformance.json')])
    expect((await readdir(directory)).toSorted()).toEqual(['conformance.json', 'junit.xml'])
    expect(parseConformance(await readFile(join(directory, 'conformance.json'), 'utf8'))).toEqual(report)
  })

  test('replaces the files of an earlier run', async () => {
    const directory = await scratch()
    await writeFile(join(directory, 'junit.xml'), 'of yesterday')
    await writeReports(directory, report)
    expect(await readFile(join(directory, 'junit.xml'), 'utf8')).toMatch(/^<\?xml/)
  })

  test('says in one sentence that a file is in the place of the directory', async () => {
    const path = join(await scratch(), 'reports')
    await writeFile(path, '')
    expect(await problemOf(path)).toBe(
      `Cannot write ${path}: a file is in the place of the directory; move it away, or choose another directory for the reports.`,
    )
    expect(await problemOf(join(path, 'deeper'))).toContain('a file is in the place of a directory')
  })

  test('writes the other report where one cannot be written', async () => {
    const directory = await scratch()
    await mkdir(join(directory, 'junit.xml'))
    expect(await problemOf(directory)).toMatch(/junit\.xml: a directory is in the place of the file/)
    expect((await readdir(directory)).toSorted()).toEqual(['conformance.json', 'junit.xml'])
  })

  test('leaves nothing behind when writing breaks half-way, not even the report of an earlier run', async () => {
    const directory = await scratch()
    await writeReports(directory, report)
    const put = async (path: string, text: string): Promise<void> => {
      await writeFile(path, text.slice(0, 10))
      throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' })
    }
    await expect(writeReports(directory, report, { put })).rejects.toThrow(
      `Cannot write ${join(directory, 'junit.xml')}: the disk is full; free some space, or choose another directory for the reports.`,
    )
    expect(await readdir(directory)).toEqual([])
  })

  test('says why for a reason that it does not know', async () => {
    const put = async (): Promise<void> => {
      throw new Error('the disk is on fire')
    }
    const directory = await scratch()
    await expect(writeReports(directory, report, { put })).rejects.toThrow(
      /junit\.xml: the disk is on fire; mend that, or /,
    )
  })

  test('says that a real disk is full, and leaves nothing there', async ({ skip }) => {
    const directory = await mounted('size=4k', skip)
    await writeFile(join(directory, 'ballast'), Buffer.alloc(4096))
    expect(await problemOf(directory)).toMatch(/junit\.xml: the disk is full; free some space/)
    expect(await readdir(directory)).toEqual(['ballast'])
  })

  test('says that a real file system is read-only', async ({ skip }) => {
    const directory = await mounted('ro', skip)
    expect(await problemOf(directory)).toMatch(/junit\.xml: the file system is read-only; make it writable/)
  })

  test('says that a directory is not writable for this user', async ({ skip }) => {
    skip(isRoot, 'root may write anywhere')
    const directory = await scratch()
    await chmod(directory, 0o500)
    expect(await problemOf(directory)).toMatch(/junit\.xml: permission is denied/)
  })
})

async function problemOf(directory: string): Promise<string> {
  const thrown: unknown = await writeReports(directory, report).catch((error: unknown) => error)
  if (!(thrown instanceof Problem)) throw new Error('no Problem was thrown', { cause: thrown })
  expect(thrown.exitCode).toBe(2)
  return thrown.message
}

async function scratch(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'rollcall-write-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  return directory
}

/** A file system of its own, which only root can mount, and not in every sandbox. */
async function mounted(options: string, skip: (condition: boolean, note: string) => void): Promise<string> {
  skip(!isRoot, 'only root can mount a file system')
  const directory = await scratch()
  const failed = await run('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', directory]).then(
    () => false,
    () => true,
  )
  skip(failed, 'this machine does not let root mount a file system')
  onTestFinished(async () => {
    await run('umount', [directory])
  })
  return directory
}
