import {
  describe,
  excusedLate,
  type Hands,
  madeService,
  specs,
  staged,
  virtualFollowsSlices,
  wordToKubeProxy,
  writeFront,
} from '../../helpers/harness.ts'

// The label by which the controller keeps the slices of headless Services from all proxies.
const test = staged('fresh')
const service = 'overlooked'
/** Connections in all: rules of before, of whose Pods half are gone, look right in one of a few. */
const enough = 12
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
    let labelledAt = 0
    const look = async (isLabelled: boolean) => {
      const seen = await virtualFollowsSlices(stage, lookout, service, enough)
      return isLabelled ? excusedLate(wordToKubeProxy(seen, lookout.roll.facts.proxies), labelledAt) : seen
    }
    for (const labels of [{}, { 'service.kubernetes.io/headless': '' }, {}]) {
      const backed = { conditions: [ready, ready], labels }
      const after = async (hands: Hands): Promise<void> => {
        await writeFront(hands, pods, madeService(service, { clusterIP: undefined }), backed)
        labelledAt = Date.now()
      }
      await decide(() => look(Object.keys(labels).length > 0), { after, within: 30_000 })
    }
  })
})
