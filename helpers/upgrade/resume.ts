import { existsSync, renameSync, statSync } from 'node:fs'
import { turnOf } from './events.ts'
import type { JournalEntry, SampleEntry, Target, TruthEntry } from './journal.ts'
import { JournalFile, readJournal } from './journal-file.ts'

/** What an earlier watch of the same fixture has left. */
export interface Left {
  /** Unix time in ms of the last entry; undefined where there is none. */
  readonly last: number | undefined
  readonly truth: TruthEntry | undefined
  /** By version of the list. */
  readonly targets: ReadonlyMap<number, readonly Target[]>
  /** The last samples of each node, the oldest first. */
  readonly samples: ReadonlyMap<string, readonly SampleEntry[]>
  /** Nodes that were lost when it ended. */
  readonly lost: ReadonlySet<string>
}

/** Samples of each node that are remembered, since their lines are told again: an hour of them. */
const remembered = 3600

/**
 * Opens the journal of a fixture to be gone on with, and tells what is in it. One of another fixture is moved aside.
 * @throws Problem where it cannot be read or written.
 */
export async function openJournal(
  path: string,
  id: string,
  progress: (line: string) => void,
): Promise<{ readonly journal: JournalFile; readonly left: Left }> {
  // A crash may have left half a first line.
  if (existsSync(path)) new JournalFile(path).close()
  const nothing = { last: undefined, truth: undefined, targets: new Map(), samples: new Map(), lost: new Set<string>() }
  if (!existsSync(path) || statSync(path).size === 0) return { journal: new JournalFile(path), left: nothing }
  const { left, owner } = await readLeft(path)
  if (owner === id) return { journal: new JournalFile(path), left }
  const aside = path.replace(/(\.ndjson)?$/, `.${owner}.ndjson`)
  renameSync(path, aside)
  progress(`the journal of the fixture ${owner} is kept as ${aside}`)
  return { journal: new JournalFile(path), left: nothing }
}

async function readLeft(path: string): Promise<{ left: Left; owner: string }> {
  let owner = ''
  let last: number | undefined
  let truth: TruthEntry | undefined
  const targets = new Map<number, readonly Target[]>()
  const samples = new Map<string, SampleEntry[]>()
  const lost = new Set<string>()
  const take = (entry: JournalEntry): void => {
    last = Math.max(last ?? 0, entry.at)
    if (entry.kind === 'begin') owner = entry.id
    else if (entry.kind === 'truth') truth = entry
    else if (entry.kind === 'targets') targets.set(entry.at, entry.targets)
    else if (entry.kind === 'event' && entry.of === 'node') {
      const turn = turnOf(entry.text)
      if (turn === 'lost') lost.add(entry.subject)
      else if (turn === 'back') lost.delete(entry.subject)
    } else if (entry.kind === 'sample') {
      const own = samples.get(entry.node) ?? []
      if (own.length >= remembered) own.shift()
      own.push({ ...entry, results: {} })
      samples.set(entry.node, own)
    }
  }
  for await (const entry of readJournal(path)) take(entry)
  return { left: { last, truth, targets, samples, lost }, owner }
}
