import { createVitest, type Reporter, type Vitest } from 'vitest/node'
import { RecordCollector } from '../helpers/report/collector.ts'
import type { RollOffer } from '../helpers/roll.ts'
import type { SuiteFile } from './suite-files.ts'

/** Files that are looked at side by side: while some wait for the cluster to change, the others look. */
const sideBySide = 6

/** Hands all that Vitest reports to whichever collector is at it. */
export class Relay implements Reporter {
  collector = new RecordCollector()

  onTestRunStart(...told: Parameters<RecordCollector['onTestRunStart']>): void {
    this.collector.onTestRunStart(...told)
  }

  onTestModuleCollected(...told: Parameters<RecordCollector['onTestModuleCollected']>): void {
    this.collector.onTestModuleCollected(...told)
  }

  onTestCaseReady(...told: Parameters<RecordCollector['onTestCaseReady']>): void {
    this.collector.onTestCaseReady(...told)
  }

  onTestRunEnd(...told: Parameters<RecordCollector['onTestRunEnd']>): void {
    this.collector.onTestRunEnd(...told)
  }
}

/** The suites, ready to be run; `title` is a regular expression that titles must match. */
export async function openVitest(reporters: readonly Reporter[], title?: string): Promise<Vitest> {
  return createVitest(
    'test',
    {
      watch: false,
      config: new URL('../vitest.config.ts', import.meta.url).pathname,
      root: new URL('..', import.meta.url).pathname,
      reporters: [...reporters],
      ...(title === undefined ? {} : { testNamePattern: title }),
    },
    {},
    // The terminal belongs to the progress lines and the summary.
    { stdout: process.stderr },
  )
}

/**
 * Runs the suites, also when nothing could be set up: each requirement then carries the reason. Those that are disruptive come
 * last, each of them alone: none of the others could tell what they see then from a broken cluster. An interrupt begins none.
 */
export async function observe(
  vitest: Vitest,
  offer: RollOffer,
  suites: readonly Pick<SuiteFile, 'path' | 'disruptive'>[],
  signal: AbortSignal,
): Promise<void> {
  const look = async (some: typeof suites, atATime: number): Promise<void> => {
    for (const project of vitest.projects) {
      project.provide('roll', offer)
      project.provide('sideBySide', atATime)
    }
    // Vitest throws where there is no file to run.
    if (some.length > 0) await vitest.start(some.map((one) => one.path))
  }
  // A tape is of one test alone.
  const isRecorded = offer.ready && offer.roll.record === true
  await look(
    suites.filter((one) => !one.disruptive),
    isRecorded ? 1 : sideBySide,
  )
  const disruptive = suites.filter((one) => one.disruptive)
  if (!signal.aborted) await look(disruptive, 1)
}
