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

// The contrast to a headless name, which has nobody to fall back on: a proxy prefers an endpoint that is leaving to none.
const test = staged('fresh')
const service = 'guarded'
/** Connections in all, of which an endpoint that should have none would get half. */
const enough = 12
/** Milliseconds that upstream's own tests leave to a proxy (kubernetes test/e2e/framework, KubeProxyEndpointLagTimeout). */
const within = 30_000

const ready = { ready: true, serving: true, terminating: false }
const unready = { ready: false, serving: false, terminating: false }
const leaving = { ready: false, serving: true, terminating: true }
const left = { ready: false, serving: false, terminating: true }

describe('a virtual address', () => {
  test('leads to ready endpoints, without any to those that still serve while they terminate, and else to nobody', {
    meta: { id: 'proxy.unready-vip', level: 'MUST', spec: `${specs.services} virtual IPs; KEP-1669` },
  }, async ({ stage, lookout, decide }) => {
    const pods = lookout.stage('headless')
    let changedAt = 0
    // KEP-1669 is a word to kube-proxy: others drop whoever is leaving, or go on sending to it.
    const look = async (isLeft: boolean) => {
      const seen = await virtualFollowsSlices(stage, lookout, service, enough)
      return isLeft ? excusedLate(wordToKubeProxy(seen, lookout.roll.facts.proxies), changedAt) : seen
    }
    // Each step leads elsewhere than the one before: what a proxy has not followed yet is not right by chance.
    for (const conditions of [
      [ready, unready],
      [left, leaving],
      [ready, leaving],
      [unready, left],
    ]) {
      const after = async (hands: Hands): Promise<void> => {
        await writeFront(hands, pods, madeService(service, { clusterIP: undefined }), { conditions })
        changedAt = Date.now()
      }
      await decide(() => look(conditions.includes(leaving)), { after, within })
    }
  })
})
