import { expect, test } from 'vitest'
import { journalSchema } from './journal.ts'
import { grantedEvent, refusedEvent, wasRefused } from './rights.ts'
import { watchedFrom } from './watched.ts'

test('what may not be read is unseen until it may be read again', () => {
  const watched = watchedFrom([
    { kind: 'begin', at: 0, schema: journalSchema, id: 'x' },
    refusedEvent('nodes', 1000),
    refusedEvent('Pods of kube-system', 1000),
    grantedEvent('nodes', 2000),
    refusedEvent('nodes', 8000),
  ])
  const refused = (from: number, to: number) => wasRefused(watched, 'nodes', { from, to })
  expect([refused(0, 500), refused(500, 1500), refused(1500, 3000), refused(2500, 7000), refused(9000, 9500)]).toEqual([
    false,
    true,
    true,
    false,
    true,
  ])
  expect(wasRefused(watched, 'Pods of kube-system', { from: 3000, to: 4000 })).toBe(true)
  expect(wasRefused(watched, 'the version', { from: 0, to: 9000 })).toBe(false)
})
