import {
  describe,
  type Hands,
  notingSlices,
  slicesUnwritten,
  slicesWritten,
  specs,
  staged,
} from '../../helpers/harness.ts'

// Each write of a slice goes to every node: a controller that is never satisfied keeps all of them busy (kubernetes#133474).
const test = staged('changing')
const services = ['settled', 'settled-portless']

describe('the controller of EndpointSlices', () => {
  test('writes nothing when it looks at a Service again whose Pods and ports are as they were', {
    meta: { id: 'eps.no-churn', level: 'SHOULD', spec: `${specs.services}/#endpointslices` },
  }, async ({ stage, decide }) => {
    const look = async () => {
      const snapshot = await stage.snapshot()
      return services.map((service) => slicesUnwritten(snapshot, service))
    }
    const after = async (hands: Hands): Promise<void> => {
      for (const service of services) {
        // The note is a change of the Service, for which its controller looks at it again.
        await hands.merge('services', service, notingSlices(await slicesWritten(hands, service), service))
      }
      await slicesWritten(hands, 'settled-last')
    }
    await decide(look, { after })
  })
})
