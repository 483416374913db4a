import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Problem } from '../helpers/errors.ts'
import { areaOf } from '../helpers/report/outcome.ts'
import { changingSets, type SetName, setNames } from '../helpers/stage/sets.ts'

const folder = join(import.meta.dirname, '..', 'suites')

/** A suite file, as its own text tells before anything runs it. */
export interface SuiteFile {
  readonly path: string
  readonly area: string
  /** The staged sets that it looks at, its own first. */
  readonly sets: readonly SetName[]
  /** Whether it changes its stage: it then takes seconds where others take milliseconds. */
  readonly changes: boolean
  /** Whether others on the cluster may notice it, or it waits long. It runs only where that is asked for, alone, after all others. */
  readonly disruptive: boolean
  /** Whether it judges what stands since before an upgrade, and so only where that is told. */
  readonly after: boolean
  /** Ids of the requirements that it decides. */
  readonly ids: readonly string[]
}

/**
 * Reads what a run has to know of a suite beforehand.
 * @throws Problem where the file does not say which set it looks at.
 */
export function readSuite(path: string): SuiteFile {
  const text = readFileSync(path, 'utf8')
  const named = [/\bstaged\('([^']*)'\)/g, /\blookout\.stage\('([^']*)'\)/g].flatMap((call) =>
    [...text.matchAll(call)].map(([, name]) => name),
  )
  const sets = [...new Set(named)].flatMap((name) => setNames.find((one) => one === name) ?? [])
  const [set] = sets
  if (set === undefined || sets.length < new Set(named).size)
    throw new Problem(`${path} looks at no staged set; say staged('…') with one of ${setNames.join(', ')}.`)
  const ids = [...text.matchAll(/\bid: '([^']+)'/g)].flatMap(([, id]) => id ?? [])
  const disruptive = path.endsWith('.disruptive.test.ts')
  return {
    path,
    area: areaOf({ moduleId: path }),
    sets,
    changes: disruptive || changingSets.includes(set),
    disruptive,
    after: path.endsWith('.after.test.ts'),
    ids,
  }
}

/** All suites, in the order of their paths. */
export function readSuites(): SuiteFile[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  return files
    .filter((file) => file.endsWith('.test.ts'))
    .sort()
    .map((file) => readSuite(join(folder, file)))
}
