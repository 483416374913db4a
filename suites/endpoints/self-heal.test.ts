import {
  allSlicesHoldPods,
  controllerManages,
  describe,
  endpointsArePods,
  type Hands,
  notApplicable,
  type Observation,
  type StageView,
  slicesOf,
  slicesPrompted,
  specs,
  staged,
} from '../../helpers/harness.ts'

// What somebody has deleted or spoilt by hand must not stay so until the next Pod comes.
const test = staged('changing')
const service = 'healing'
const ghosts = { IPv4: '192.0.2.77', IPv6: '2001:db8::77' } as const

/** Whether the API server lets us change slices, which a namespace's admin may not: it sees to that before it looks for any. */
async function mayChange(stage: StageView): Promise<boolean> {
  const options = { name: service, contentType: 'application/merge-patch+json' }
  const reply = await stage.tryOut('PATCH', 'endpointslices', {}, options)
  return reply.kind !== 'refused' || reply.status !== 403
}

/** Changes each slice of the Service as soon as there is one. */
async function eachSlice(hands: Hands, change: (name: string, family: string) => Promise<void>): Promise<void> {
  const snapshot = await hands.until(`a slice of ${service}`, (seen) => slicesOf(seen, service).length > 0)
  const slices = slicesOf(snapshot, service)
  await Promise.all(slices.map((one) => change(one.metadata?.name ?? '', one.addressType)))
}

describe('the cluster', () => {
  test('writes an EndpointSlice of its own again that was deleted or spoilt', {
    meta: { id: 'eps.self-heal', level: 'MUST', spec: `${specs.services}/#endpointslices` },
  }, async ({ stage, decide }) => {
    const look = async (): Promise<Observation[]> => {
      if (!(await mayChange(stage))) return notApplicable('you may not change EndpointSlices')
      const snapshot = await stage.snapshot()
      return [
        ...controllerManages(snapshot, service),
        ...endpointsArePods(snapshot, service),
        ...allSlicesHoldPods(snapshot, service),
      ]
    }
    const deleted = async (hands: Hands): Promise<void> => {
      if (!(await mayChange(stage))) return
      // A controller that has started since it last wrote a slice takes no notice when that is deleted, until something else
      // happens (pkg/controller/endpointslice, endpointSliceTracker.Has).
      await slicesPrompted(hands, service)
      await eachSlice(hands, (name) => hands.remove('endpointslices', name))
    }
    const spoilt = async (hands: Hands): Promise<void> => {
      if (!(await mayChange(stage))) return
      await eachSlice(hands, (name, family) => {
        const address = family === 'IPv6' ? ghosts.IPv6 : ghosts.IPv4
        return hands.merge('endpointslices', name, { endpoints: [{ addresses: [address] }] })
      })
    }
    await decide(look, { after: deleted })
    await decide(look, { after: spoilt })
  })
})
