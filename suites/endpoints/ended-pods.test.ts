import { describe, holdsLivePodsOnly, specs, staged } from '../../helpers/harness.ts'

// Whoever talks to the address of a Pod that has ended talks to nobody, or to whoever has the address by now.
const test = staged('changing')

describe('an EndpointSlice that the cluster writes', () => {
  test('holds no Pod that has ended, and none that has no address, once it had to be looked at again', {
    meta: { id: 'eps.cond.terminal', level: 'MUST', spec: `${specs.endpointSlice} endpoints` },
  }, async ({ stage, decide }) => {
    await decide(async () => holdsLivePodsOnly(await stage.snapshot(), 'ended'), {
      after: (hands) => hands.touch('ended'),
    })
  })

  // As evicted Pods do, which stay for a while.
  test('holds no Pod that has failed either', {
    meta: { id: 'eps.cond.failed', level: 'MUST', spec: `${specs.endpointSlice} endpoints` },
  }, async ({ stage, decide }) => {
    await decide(async () => holdsLivePodsOnly(await stage.snapshot(), 'failed'), {
      after: (hands) => hands.touch('failed'),
    })
  })
})
