import { describe, expect, test } from 'vitest'
import { ApiSight, NodeGaps } from './gaps.ts'

const start = 1_700_000_000_000
const seen = (gaps: NodeGaps, node: string, seconds: readonly number[], sampler = 's1'): void => {
  for (const one of seconds) gaps.see({ node, at: start + one * 1000, sampler })
}
const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, index) => from + index)

describe('gaps of nodes', () => {
  test('are none where each second comes, in whatever order', () => {
    const gaps = new NodeGaps()
    seen(gaps, 'node-a', [3, 1, 2, 5, 4])
    expect(gaps.settle(start + 8000)).toEqual([])
    seen(gaps, 'node-a', range(6, 30).toReversed())
    expect([...gaps.settle(start + 45_000), ...gaps.end(start + 33_000)]).toEqual([])
  })

  test('are told once nothing can come any more', () => {
    const gaps = new NodeGaps()
    seen(gaps, 'node-a', [1, 2, 8, 9])
    seen(gaps, 'node-b', [1, 2, 3])
    expect(gaps.settle(start + 17_000)).toEqual([])
    const gap = { kind: 'gap', at: start + 8000, since: start + 2000, of: 'node-a', reason: 'no sample has come' }
    expect(gaps.settle(start + 18_000)).toEqual([gap])
    expect(gaps.settle(start + 28_000)).toEqual([])
  })

  test('are none where the lines of a time in which nobody could read them come later', () => {
    const gaps = new NodeGaps()
    seen(gaps, 'node-a', range(1, 10))
    gaps.settle(start + 30_000)
    gaps.settle(start + 200_000)
    seen(gaps, 'node-a', range(11, 210))
    expect(gaps.settle(start + 205_000)).toEqual([])
    expect(gaps.end(start + 211_000)).toEqual([])
  })

  test('tell that a sampler was started anew, and who says nothing any more', () => {
    const gaps = new NodeGaps()
    seen(gaps, 'node-a', [1, 2])
    seen(gaps, 'node-a', [20], 's2')
    expect(gaps.end(start + 60_000)).toEqual([
      { kind: 'gap', at: start + 20_000, since: start + 2000, of: 'node-a', reason: 'its sampler was started anew' },
      { kind: 'gap', at: start + 60_000, since: start + 20_000, of: 'node-a', reason: 'nothing was heard any more' },
    ])
  })
})

describe('the sight of the API', () => {
  test('tells when it goes and when it is back, and what was not seen', () => {
    const sight = new ApiSight(1000)
    expect(sight.answered(2000)).toEqual([])
    expect(sight.failed(3000, 'connection refused')).toEqual([
      { kind: 'event', at: 3000, of: 'API', subject: 'API server', text: 'does not answer: connection refused' },
    ])
    expect(sight.failed(4000, 'no answer')).toEqual([])
    expect([sight.awaySince, sight.end(4500)]).toEqual([
      2000,
      [{ kind: 'gap', at: 4500, since: 2000, of: 'API', reason: 'connection refused' }],
    ])
    expect(sight.answered(5000)).toEqual([
      { kind: 'gap', at: 5000, since: 2000, of: 'API', reason: 'connection refused' },
      { kind: 'event', at: 5000, of: 'API', subject: 'API server', text: 'answers again' },
    ])
    expect([sight.awaySince, sight.end(6000)]).toEqual([undefined, []])
  })
})
