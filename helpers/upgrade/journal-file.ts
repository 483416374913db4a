import {
  closeSync,
  createReadStream,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { createInterface } from 'node:readline'
import { messageOf, Problem } from '../errors.ts'
import { type JournalEntry, journalSchema, type Result } from './journal.ts'
import { Restoring, Shortening } from './repeats.ts'

/** Writes bytes at the end of a file and says how many; injected by tests to stand in for a full disk. */
export type Put = (file: number, bytes: Uint8Array) => number

/**
 * A journal that is written, one JSON object a line. What is appended is there when the call returns, as far as the system is
 * concerned: whoever is killed loses nothing but the line that was being written.
 */
export class JournalFile {
  readonly path: string
  readonly #file: number
  readonly #put: Put
  #shortening = new Shortening()
  #size: number

  /**
   * Opens a journal to be gone on with, or a new one. What a killed process has left of a line is taken away.
   * @throws Problem where it cannot be opened.
   */
  constructor(path: string, put: Put = (file, bytes) => writeSync(file, bytes)) {
    this.path = path
    this.#put = put
    try {
      mkdirSync(dirname(path), { recursive: true })
      this.#file = openSync(path, 'a+')
      this.#size = wholeSize(this.#file)
      ftruncateSync(this.#file, this.#size)
    } catch (error) {
      throw cannotWrite(path, error)
    }
  }

  /** @throws Problem where the disk is full, say; the file then ends with the last whole line. */
  append(...entries: readonly JournalEntry[]): void {
    const bytes = Buffer.from(entries.map((one) => `${JSON.stringify(this.#shortening.shorten(one))}\n`).join(''))
    try {
      for (let done = 0; done < bytes.length; ) done += this.#put(this.#file, bytes.subarray(done))
      this.#size += bytes.length
    } catch (error) {
      // What is written next must not refer to what was not.
      this.#shortening = new Shortening()
      try {
        ftruncateSync(this.#file, this.#size)
      } catch {
        // A reader leaves half a line out, too.
      }
      throw cannotWrite(this.path, error)
    }
  }

  close(): void {
    closeSync(this.#file)
  }
}

/**
 * Tells every entry of a journal, in the order of the file. Half a line at its end is what a crash has left of one. Results that
 * are alike are one object, since most of them are.
 * @throws Problem where there is no journal, or another program has written it.
 */
export async function* readJournal(path: string): AsyncGenerator<JournalEntry> {
  const input = createReadStream(path)
  const lines = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })
  const reading: Reading = { known: new Map(), restoring: new Restoring() }
  let held: string | undefined
  let number = 0
  try {
    for await (const line of lines) {
      if (held !== undefined) yield readEntry(path, ++number, held, reading)
      held = line
    }
  } catch (error) {
    throw error instanceof Problem ? error : cannotRead(path, error)
  } finally {
    lines.close()
    input.destroy()
  }
  // The last line alone may be torn, and a whole one ends with its brace.
  if (held !== undefined && isWhole(held)) yield readEntry(path, ++number, held, reading)
  if (number === 0) throw new Problem(`${path} holds no journal of rollcall watch; watch again, or name another.`)
}

/** Results of which one is kept for all that are alike; beyond that they differ too much for it to help. */
const mostKnown = 50_000

/** What has been read until now. */
interface Reading {
  readonly known: Map<string, Result>
  readonly restoring: Restoring
}

function readEntry(path: string, number: number, line: string, { known, restoring }: Reading): JournalEntry {
  let entry: JournalEntry
  try {
    entry = restoring.restore(JSON.parse(line) as JournalEntry)
  } catch (error) {
    throw new Problem(`Line ${number} of ${path} is no entry of a journal (${messageOf(error)}); watch again.`)
  }
  if (number === 1 && !(entry.kind === 'begin' && entry.schema === journalSchema))
    throw new Problem(`${path} is no journal of this version of rollcall watch (${journalSchema}); watch again.`)
  return entry.kind === 'sample' ? { ...entry, results: shared(entry.results, known) } : entry
}

function shared(
  results: Readonly<Record<string, Result>>,
  known: Map<string, Result>,
): Readonly<Record<string, Result>> {
  return Object.fromEntries(
    Object.entries(results).map(([id, result]) => {
      const text = JSON.stringify(result)
      const same = known.get(text)
      if (same === undefined && known.size < mostKnown) known.set(text, result)
      return [id, same ?? result]
    }),
  )
}

function isWhole(line: string): boolean {
  try {
    JSON.parse(line)
    return true
  } catch {
    return false
  }
}

/** Bytes up to the end of the last whole line. */
function wholeSize(file: number): number {
  const { size } = fstatSync(file)
  const piece = Buffer.alloc(64 * 1024)
  for (let end = size; end > 0; ) {
    const begin = Math.max(0, end - piece.length)
    const read = readSync(file, piece, 0, end - begin, begin)
    const last = piece.subarray(0, read).lastIndexOf(0x0a)
    if (last >= 0) return begin + last + 1
    end = begin
  }
  return 0
}

const remedies: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full; free some space',
  EDQUOT: 'the disk quota is used up; free some space',
  EROFS: 'the file system is read-only; make it writable',
  EACCES: 'permission is denied; make it writable for this user',
  ENOTDIR: 'a file is in the place of a directory; move it away',
  EISDIR: 'a directory is in the place of the file; move it away',
  EEXIST: 'a file is in the place of the directory; move it away',
}

/** What is thrown where a journal, or what is beside it, cannot be written. */
export function cannotWrite(path: string, error: unknown): Problem {
  const remedy = remedies[(error as NodeJS.ErrnoException).code ?? ''] ?? `${messageOf(error)}; mend that`
  return new Problem(`Cannot write ${path}: ${remedy}, or choose another directory with --reports.`)
}

function cannotRead(path: string, error: unknown): Problem {
  if ((error as NodeJS.ErrnoException).code === 'ENOENT')
    return new Problem(`There is no journal ${path}; run rollcall watch during the upgrade.`)
  return new Problem(`${path} cannot be read: ${messageOf(error)}; make it readable.`)
}
