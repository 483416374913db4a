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

test('each part has its own time and processor time, also where it throws, and the whole has all of it', async () => {
  const shown = { now: 1_000, user: 50_000, system: 7_000 }
  const watch = new Stopwatch({ now: () => shown.now, cpuUsage: () => ({ user: shown.user, system: shown.system }) })
  const work = async (): Promise<void> => {
    shown.now += 4_000
    shown.user += 200_000
    shown.system += 1_500
  }
  shown.now += 250
  await watch.during('staging', work)
  await expect(watch.during('cleaning', () => work().then(() => Promise.reject(new Error('stuck'))))).rejects.toThrow(
    'stuck',
  )
  expect(watch.lap('staging')).toEqual({ seconds: 4, own: 0.202 })
  expect(watch.lap('cleaning')).toEqual({ seconds: 4, own: 0.202 })
  expect(watch.read()).toEqual({ whole: 8.25, staging: 4, looking: 0, cleaning: 4 })
})

test('time goes by on the watch of a real run', async () => {
  const watch = new Stopwatch()
  await watch.during('looking', () => new Promise((resolve) => setTimeout(resolve, 20)))
  expect(watch.lap('looking').seconds).toBeGreaterThan(0.01)
})
