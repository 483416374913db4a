import { expect, test } from 'vitest'
import type { RequirementRecord } from '../helpers/report/record.ts'
import { runTimes } from './run-times.ts'
import { Stopwatch } from './stopwatch.ts'

test('a run is told by phase, with the share of waiting, and by area', () => {
  const laps = {
    staging: { seconds: 10, own: 1 },
    looking: { seconds: 40, own: 12 },
    cleaning: { seconds: 0, own: 0 },
  }
  const record = (area: string, seconds: number) => ({ area, seconds }) as RequirementRecord
  const seconds = { whole: 51.26, staging: 10, looking: 40, cleaning: 0 }
  expect(runTimes({ seconds, laps }, [record('redis', 1.5), record('dns', 20), record('dns', 10.25)])).toBe(`\
phase                  seconds       waiting
staging                   10.0          90 %
looking                   40.0          70 %
cleaning                   0.0              
whole run                 51.3              

area                   seconds  requirements
dns                       30.3             2
redis                      1.5             1
`)
})

test('the runner itself works where it computes, and waits where it waits', async () => {
  const watch = new Stopwatch()
  await watch.during('looking', () => new Promise((resolve) => setTimeout(resolve, 200)))
  await watch.during('staging', async () => {
    const until = process.cpuUsage().user + 200_000
    while (process.cpuUsage().user < until);
  })
  await expect(watch.during('cleaning', () => Promise.reject(new Error('stuck')))).rejects.toThrow('stuck')
  expect(watch.lap('looking').own).toBeLessThan(watch.lap('staging').own)
  expect(watch.lap('staging').own).toBeGreaterThanOrEqual(0.2)
  expect(watch.read()).toMatchObject({ looking: watch.lap('looking').seconds, cleaning: watch.lap('cleaning').seconds })
})
