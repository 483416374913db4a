import {
  describe,
  type Hands,
  madeService,
  programming,
  staged,
  virtualFollowsSlices,
  writeFront,
} from '../../helpers/harness.ts'

// What a client of a virtual address waits for on top of what a headless name takes.
const test = staged('fresh')
const service = 'alternating'
const changes = 8
/** Milliseconds: perf-tests' threshold of network programming latency. */
const bound = 30_000
/** Milliseconds after which no further change is begun. */
const patience = 45_000
const ready = { ready: true, serving: true, terminating: false }
const unready = { ready: false, serving: false, terminating: false }

describe('the proxy of every node', () => {
  test('follows changes of which Pod is ready, one after the other, within 30 s each', {
    meta: { id: 'lat.proxy', level: 'SHOULD', spec: 'kubernetes/perf-tests network programming latency, 30 s' },
  }, async ({ stage, lookout, decide }) => {
    const pods = lookout.stage('headless')
    const look = () => virtualFollowsSlices(stage, lookout, service)
    const took: number[] = []
    const began = Date.now()
    for (const turn of Array.from({ length: changes }, (_, index) => index % 2)) {
      if (Date.now() - began > patience) break
      const conditions = turn === 0 ? [ready, unready] : [unready, ready]
      const after = (hands: Hands) =>
        writeFront(hands, pods, madeService(service, { clusterIP: undefined }), { conditions })
      const since = await decide(look, { after, within: bound })
      if (since !== undefined) took.push(since)
    }
    await decide(async () => [...(await look()), programming(service, took, { p99: bound })])
  })
})
