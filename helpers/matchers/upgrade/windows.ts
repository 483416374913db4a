import { nextLook } from '../../upgrade/budgets.ts'
import type {
  DnsSample,
  GapEntry,
  PathSample,
  Result,
  SampleEntry,
  Target,
  WriteSample,
} from '../../upgrade/journal.ts'
import { isResolver } from '../../upgrade/targets.ts'
import type { Watched } from '../../upgrade/watched.ts'
import type { Finding, Lane, LaneRole, Looked, Window } from '../../upgrade/window.ts'
import { Course } from './course.ts'
import { dnsFinding } from './findings-dns.ts'
import { type NameserversOf, pathFinding, type TwinOf, writeFinding } from './findings-paths.ts'
import { type Found, LaneKeeper } from './lanes.ts'

/** What is known of a cluster from before it was watched. */
export interface Givens {
  readonly twinOf: TwinOf
  readonly nameserversOf: NameserversOf
  /** Questions, as `name type`, that are held against nobody (`deniedBefore`). */
  readonly denied: ReadonlySet<string>
}

/** Judges every look of a watch, and finds the windows in which the same was wrong, look after look. */
export function windowsOf(watched: Watched, givens: Givens): Looked {
  const course = new Course(watched)
  const lanes: Lane[] = []
  const windows: Window[] = []
  for (const [node, samples] of watched.samples) {
    const keepers = new Map<string, LaneKeeper>()
    const nameservers = givens.nameserversOf(node)
    const gaps = watched.gaps.filter((one) => one.of === node)
    let before: SampleEntry | undefined
    for (const sample of samples) {
      const follows = before !== undefined && isNext(gaps, before, sample)
      for (const [id, result] of Object.entries(sample.results)) {
        const target = course.target(id, sample.at)
        if (target === undefined) continue
        // All samplers ask all resolvers; one of other nodes need not be there for this one.
        if (isResolver(target) && nameservers?.includes(target.address) === false) continue
        const keeper = keepers.get(id) ?? new LaneKeeper(node, id, roleOf(target))
        keepers.set(id, keeper)
        const last = follows ? before?.at : undefined
        keeper.add(sample.at, last, foundIn(course, sample, target, result, givens))
      }
      before = sample
    }
    for (const keeper of keepers.values()) {
      lanes.push(keeper.lane())
      windows.push(...keeper.windows().map((one) => ({ ...one, during: course.during(one) })))
    }
  }
  return { lanes, windows: windows.sort((a, b) => a.from - b.from) }
}

/** Whether nothing is missing between two looks of a node. */
function isNext(gaps: readonly GapEntry[], before: SampleEntry, { at }: SampleEntry): boolean {
  if (at - before.at > nextLook) return false
  return !gaps.some((one) => one.since < at && one.at > before.at)
}

export function roleOf(target: Target): LaneRole {
  switch (target.kind) {
    case 'dns':
      return target.role
    case 'http':
      return target.way
    case 'kept':
    case 'write':
      return target.kind
  }
}

function foundIn(course: Course, sample: SampleEntry, target: Target, result: Result, givens: Givens): Found[] {
  const one = (finding: Finding): Found[] => [{ what: '', finding }]
  switch (target.kind) {
    case 'dns':
      if (!Array.isArray(result)) return []
      return (result as readonly DnsSample[]).map((told) => {
        const what = `${told.name} ${told.type}`
        return { what, finding: givens.denied.has(what) ? 'unjudged' : dnsFinding(course, sample, target, told) }
      })
    case 'http':
    case 'kept':
      return one(pathFinding(course, sample, target, result as PathSample, givens.twinOf))
    case 'write':
      return one(writeFinding(course, sample, target, result as WriteSample, givens.nameserversOf))
  }
}
