import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { SampleEntry } from './journal.ts'
import { Restoring, Shortening } from './repeats.ts'

function look(node: string, sequence: number, results: SampleEntry['results']): SampleEntry {
  return { kind: 'sample', at: sequence * 1000, node, sequence, sampler: 's', took: 20, results }
}

describe('what repeats itself in a journal', () => {
  test('is written once for each node and target, and again when it was something else meanwhile', () => {
    const [good, bad] = [{ outcome: 'answered' }, { outcome: 'silent' }] as const
    const shortening = new Shortening()
    const written = [
      look('a', 1, { x: good, y: good }),
      look('b', 1, { x: good }),
      look('a', 2, { x: good, y: bad }),
      look('a', 3, { x: good, y: good }),
    ].map((one) => shortening.shorten(one))
    expect(written.map((one) => (one.kind === 'sample' ? one.results : undefined))).toEqual([
      { x: good, y: good },
      { x: good },
      { x: '=', y: bad },
      { x: '=', y: good },
    ])
  })

  test('is whole again when it is read, whatever nodes and targets told', () => {
    const result = fc.oneof(
      fc.record({ outcome: fc.constantFrom('answered' as const, 'silent' as const) }),
      fc.array(fc.constant({ name: 'n', type: 'A' as const, rcode: 'NOERROR', records: ['192.0.2.1'] }), {
        maxLength: 2,
      }),
    )
    const looks = fc.array(
      fc.tuple(
        fc.constantFrom('a', 'b'),
        fc.dictionary(fc.constantFrom('x', 'y', 'z'), result, { noNullPrototype: true }),
      ),
    )
    fc.assert(
      fc.property(looks, (told) => {
        const entries = told.map(([node, results], index) => look(node, index, results))
        const [shortening, restoring] = [new Shortening(), new Restoring()]
        const read = entries.map((one) => restoring.restore(JSON.parse(JSON.stringify(shortening.shorten(one)))))
        expect(read).toEqual(entries)
      }),
    )
  })

  test('is no look where there is nothing before it', () => {
    const entry = { ...look('a', 1, {}), results: { x: '=' } } as const
    expect(() => new Restoring().restore(entry)).toThrow('x is as before, and nothing is told of before')
  })
})
