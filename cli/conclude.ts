import type { Config } from '../helpers/config.ts'
import { messageOf } from '../helpers/errors.ts'
import type { RecordCollector } from '../helpers/report/collector.ts'
import { conformanceReport } from '../helpers/report/json.ts'
import type { ConformanceReport } from '../helpers/report/record.ts'
import { summaryText, wantsColour } from '../helpers/report/summary.ts'
import { exitCodeOf } from '../helpers/report/verdict.ts'
import { writeReports } from '../helpers/report/write.ts'
import type { TargetFacts } from '../helpers/target/facts.ts'
import { flagsAgain } from './next-command.ts'

export interface Conclusion {
  readonly id: string
  readonly config: Config
  readonly started: Date
  readonly collector: RecordCollector
  readonly problems: readonly string[]
  readonly interrupted: boolean
  readonly facts: TargetFacts | undefined
}

/** Writes the reports, prints the summary and returns the exit code. A report that cannot be written is a problem of the run. */
export async function conclude(conclusion: Conclusion): Promise<number> {
  const { config, collector } = conclusion
  const records = collector.records()
  const problems = [...new Set([...conclusion.problems, ...collector.problems()])]
  const report = (found: readonly string[]): ConformanceReport => reportOf(conclusion, records, found)
  let written: { directory: string } | Record<string, never> = { directory: config.reports }
  try {
    await writeReports(config.reports, report(problems))
  } catch (error) {
    problems.push(messageOf(error))
    written = {}
  }
  const last = report(problems)
  const options = { ...written, colour: wantsColour(process.stdout), flagsAgain: flagsAgain(config) }
  process.stdout.write(summaryText(last, options))
  return last.run.exit
}

function reportOf(
  conclusion: Conclusion,
  records: ReturnType<RecordCollector['records']>,
  problems: readonly string[],
): ConformanceReport {
  const { id, config, started, interrupted, facts } = conclusion
  const finished = new Date()
  return conformanceReport({
    run: {
      id,
      started: started.toISOString(),
      finished: finished.toISOString(),
      seconds: (finished.getTime() - started.getTime()) / 1000,
      command: ['rollcall', ...process.argv.slice(2)].join(' '),
      exit: exitCodeOf(records, { interrupted, strict: config.strict, problems }),
      strict: config.strict,
      problems,
      interrupted,
    },
    cluster: { ...facts },
    records,
  })
}
