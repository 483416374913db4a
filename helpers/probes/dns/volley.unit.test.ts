import { expect, test } from 'vitest'
import { responseTo } from './message-sample.ts'
import { encodeVolley, volleyOutcome, volleySize } from './volley.ts'

const id = 65_530
const queries = encodeVolley(id, 'kubernetes.default.svc.cluster.local')
const slots = (messages: readonly Buffer[]): Buffer =>
  Buffer.concat(messages.map((one) => Buffer.concat([one, Buffer.alloc(512 - one.length)])))
const answers = queries.map((one) => responseTo(one, []))
const counted = (answered: number) => ({ kind: 'counted', sent: volleySize, answered })

test('the questions of a volley have one length and an id each, also past the last id that there is', () => {
  expect(new Set(queries.map((one) => one.length)).size).toBe(1)
  expect(queries.map((one) => one.readUInt16BE(0)).slice(4, 8)).toEqual([65_534, 65_535, 0, 1])
})

test('a volley counts each question once that has an answer, in any order, and nothing else', () => {
  const of = (messages: readonly Buffer[], code = 0) =>
    volleyOutcome({ kind: 'done', code, output: slots(messages) }, id)
  expect(of(answers)).toEqual(counted(volleySize))
  expect(of([...answers.slice(10, 20), ...answers.slice(10, 12)].reverse(), 143)).toEqual(counted(10))
  expect(of(queries)).toEqual(counted(0))
  const [other] = encodeVolley(7000, 'kubernetes.default.svc.cluster.local')
  expect(of([responseTo(other ?? Buffer.alloc(0), [])])).toEqual(counted(0))
})

test('a volley that was refused has no answer, and one that could not be sent says nothing', () => {
  const refused = { kind: 'done', code: 1, output: Buffer.from('dd: read error') } as const
  expect(volleyOutcome(refused, id)).toEqual(counted(0))
  expect(volleyOutcome({ ...refused, code: 127 }, id)).toEqual({
    kind: 'lost',
    reason: 'no datagram could be sent (code 127)',
  })
  expect(volleyOutcome({ kind: 'lost', reason: 'the exec broke' }, id)).toEqual({
    kind: 'lost',
    reason: 'the exec broke',
  })
})
