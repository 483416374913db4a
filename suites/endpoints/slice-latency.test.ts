import { describe, sliceLatency, staged } from '../../helpers/harness.ts'

// Nothing of what is built on a Service works before the controller has written for it.
const test = staged('changing')

describe('the controller of EndpointSlices', () => {
  test(
    'writes for twenty Services that are made at once, half of them within 20 s and nearly all within 50 s',
    { meta: { id: 'lat.eps', level: 'SHOULD', spec: 'conformance test "Service endpoint latency, thresholds"' } },
    async ({ stage, decide }) =>
      decide(
        async () => [sliceLatency(await stage.snapshot(), 'rollcall.dev/burst', { median: 20_000, p99: 50_000 })],
        {
          within: 60_000,
        },
      ),
  )
})
