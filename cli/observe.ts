import { createVitest, type Reporter, type Vitest } from 'vitest/node'
import { RecordCollector } from '../helpers/report/collector.ts'
import type { RollOffer } from '../helpers/roll.ts'
import type { SuiteFile } from './suite-files.ts'

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
  for (const project of vitest.projects) {
    project.provide('roll', offer)
    // A tape is of one test alone.
    if (offer.ready && offer.roll.record === true) project.provide('sideBySide', 1)
  }
  const sideBySide = suites.filter((one) => !one.disruptive).map((one) => one.path)
  // Vitest throws where there is no file to run.
  if (sideBySide.length > 0) await vitest.start(sideBySide)
  for (const { path } of suites.filter((one) => one.disruptive)) if (!signal.aborted) await vitest.start([path])
}
