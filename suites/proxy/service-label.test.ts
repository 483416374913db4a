import {
  describe,
  excusedLate,
  type Hands,
  madeService,
  specs,
  staged,
  virtualFollowsSlices,
  wordToProxies,
  writeFront,
} from '../../helpers/harness.ts'

// The label by which somebody takes the work of the proxy for one Service on themselves.
const test = staged('fresh')
const service = 'delegated'
/** Connections in all: rules of before, of whose Pods half are gone, look right in one of a few. */
const enough = 12
const ready = { ready: true, serving: true, terminating: false }

describe('a proxy', () => {
  test('leaves a Service alone as long as its label gives that to another proxy', {
    meta: {
      id: 'proxy.label.proxy-name',
      level: 'MUST',
      spec: `${specs.service} label service.kubernetes.io/service-proxy-name`,
    },
  }, async ({ stage, lookout, decide }) => {
    const pods = lookout.stage('headless')
    const made = madeService(service, { clusterIP: undefined })
    let labelledAt = 0
    for (const labels of [{}, { 'service.kubernetes.io/service-proxy-name': 'rollcall.dev' }, {}]) {
      const labelled = { ...made, metadata: { ...made.metadata, labels } }
      const after = async (hands: Hands): Promise<void> => {
        await writeFront(hands, pods, labelled, { conditions: [ready, ready] })
        labelledAt = Date.now()
      }
      const look = async () => {
        const seen = await virtualFollowsSlices(stage, lookout, service, enough)
        const isGiven = Object.keys(labels).length > 0
        return isGiven ? excusedLate(wordToProxies(seen, lookout.roll.facts.proxies), labelledAt) : seen
      }
      await decide(look, { after, within: 30_000 })
    }
  })
})
