import { stripVTControlCharacters } from 'node:util'
import { recordsByArea } from './areas.ts'
import type { ConformanceReport, Observation, RequirementRecord, RunRecord } from './record.ts'
import { isBroken, isWarning, nothingExecuted } from './verdict.ts'
import { element, type XmlElement, xmlDocument } from './xml.ts'

/** Writes the report as JUnit XML, valid against `reports/junit.xsd`. */
export function junitXml(report: ConformanceReport): string {
  const strict = report.run.strict ?? false
  const areas = recordsByArea(report.requirements)
  const suites = [...areas].map(([area, records]) => areaSuite(area, records, report.run, strict))
  const trouble = runTrouble(report)
  if (trouble.length > 0) suites.push(runSuite(trouble, report.run))
  const sum = (count: 'tests' | 'failures' | 'errors'): number =>
    suites.reduce((total, suite) => total + Number(suite.attributes[count]), 0)
  const counts = { tests: sum('tests'), failures: sum('failures'), errors: sum('errors') }
  return xmlDocument(element('testsuites', { name: 'rollcall', ...counts, time: seconds(report.run.seconds) }, suites))
}

function areaSuite(area: string, records: readonly RequirementRecord[], run: RunRecord, strict: boolean): XmlElement {
  const count = (counts: (record: RequirementRecord) => boolean): number => records.filter(counts).length
  const { started, elapsed } = wallTime(records, run)
  return element(
    'testsuite',
    {
      name: area,
      tests: records.length,
      failures: count((record) => isBroken(record, strict)),
      errors: count((record) => record.verdict === 'inconclusive'),
      skipped: count((record) => record.verdict === 'not-applicable'),
      time: seconds(elapsed),
      timestamp: started,
    },
    [properties({ run: run.id, command: run.command }), ...records.map((record) => testcase(record, strict))],
  )
}

function testcase(record: RequirementRecord, strict: boolean): XmlElement {
  const { id, level, verdict, spec, hop, reason } = record
  const warning = isWarning(record, strict)
  const facts = {
    id,
    level,
    verdict,
    spec,
    ...(hop === undefined ? {} : { hop }),
    ...(warning ? { warning: plain(reason) } : {}),
  }
  const lines = telling(record).join('\n')
  const output = [...(warning ? [reason, lines] : []), ...record.evidence].map(plain).join('\n\n')
  return element('testcase', { name: record.title, classname: record.area, time: seconds(record.seconds) }, [
    properties(facts),
    ...(isBroken(record, strict) ? [outcome('failure', verdict, reason, lines)] : []),
    ...(verdict === 'inconclusive' ? [outcome('error', verdict, reason, lines)] : []),
    ...(verdict === 'not-applicable' ? [element('skipped', { message: plain(reason) })] : []),
    ...(output === '' ? [] : [element('system-out', {}, output)]),
  ])
}

/** The observations that explain the verdict, one a line. */
function telling({ verdict, observations }: RequirementRecord): readonly string[] {
  if (verdict === 'conformant') return []
  return observations.filter((one) => one.verdict === verdict).map(observationLine)
}

function observationLine({ hop, vantage, backend, expected, observed }: Observation): string {
  const where = backend === '' ? `from ${vantage}` : `from ${vantage} via ${backend}`
  return `${hop}, ${where}: expected ${expected}, observed ${observed}`.replaceAll(/\s+/g, ' ')
}

/** What no requirement can tell. A file without tests is green to every reader of JUnit, so an empty run is trouble too. */
function runTrouble({ run, requirements }: ConformanceReport): readonly XmlElement[] {
  const [first] = run.problems
  const cases: XmlElement[] = []
  if (first !== undefined) cases.push(runCase('environment', first, run.problems.join('\n')))
  else if (nothingExecuted(requirements) && !run.interrupted)
    cases.push(runCase('environment', 'no requirement was executed', ''))
  if (run.interrupted) cases.push(runCase('interrupted', 'the run was interrupted before its end', ''))
  return cases
}

function runCase(name: string, message: string, body: string): XmlElement {
  const attributes = { name, classname: 'run', time: seconds(0) }
  return element('testcase', attributes, [outcome('error', name, message, body)])
}

function runSuite(cases: readonly XmlElement[], run: RunRecord): XmlElement {
  const counts = { tests: cases.length, failures: 0, errors: cases.length, skipped: 0 }
  const attributes = { name: 'run', ...counts, time: seconds(run.seconds), timestamp: run.started }
  return element('testsuite', attributes, cases)
}

function outcome(kind: 'failure' | 'error', type: string, message: string, body: string): XmlElement {
  return element(kind, { message: plain(message), type }, plain(body))
}

function properties(values: Readonly<Record<string, string>>): XmlElement {
  const written = Object.entries(values).map(([name, value]) => element('property', { name, value }))
  return element('properties', {}, written)
}

/** From the first start to the last end, as tests of an area may run side by side. */
function wallTime(records: readonly RequirementRecord[], run: RunRecord): { started: string; elapsed: number } {
  const begun = records.flatMap((record) =>
    record.started === undefined ? [] : [{ from: Date.parse(record.started), took: record.seconds }],
  )
  if (begun.length === 0)
    return { started: run.started, elapsed: records.reduce((total, record) => total + record.seconds, 0) }
  const from = Math.min(...begun.map((one) => one.from))
  const to = Math.max(...begun.map((one) => one.from + one.took * 1000))
  return { started: new Date(from).toISOString(), elapsed: (to - from) / 1000 }
}

function seconds(value: number): string {
  return Math.max(0, value).toFixed(3)
}

/** Colours of a terminal are noise in a file; without this, taking out their escape character alone leaves "[31m". */
function plain(text: string): string {
  return stripVTControlCharacters(text)
}
