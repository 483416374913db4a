import {
  describe,
  type Hands,
  madeService,
  specs,
  staged,
  virtualFollowsSlices,
  writeFront,
} from '../../helpers/harness.ts'

// The label by which the controller keeps the slices of headless Services from all proxies.
const test = staged('fresh')
const service = 'overlooked'
const ready = { ready: true, serving: true, terminating: false }

describe('a proxy', () => {
  test('does not send clients to the endpoints of a slice as long as that is labelled as headless', {
    meta: {
      id: 'proxy.label.slice-headless',
      level: 'MUST',
      spec: `${specs.endpointSlice} label service.kubernetes.io/headless`,
    },
  }, async ({ stage, lookout, decide }) => {
    const pods = lookout.stage('headless')
    for (const labels of [{}, { 'service.kubernetes.io/headless': '' }, {}]) {
      const backed = { conditions: [ready, ready], labels }
      const after = (hands: Hands) => writeFront(hands, pods, madeService(service, { clusterIP: undefined }), backed)
      await decide(() => virtualFollowsSlices(stage, lookout, service), { after, within: 30_000 })
    }
  })
})
