import {
  addressesFollowPods,
  describe,
  type Hands,
  isReady,
  type Lookout,
  type Observation,
  podNamed,
  type StageView,
  specs,
  srvCounts,
  srvEndpoints,
  staged,
} from '../../helpers/harness.ts'

// `toggled` has two Pods; the file /tmp/ready in `toggled-1` is what its readiness probe looks for.
const test = staged('changing')
const service = 'toggled'

async function makeReady(hands: Hands): Promise<void> {
  await hands.run('toggled-1', 'nginx', ['touch', '/tmp/ready'])
  await hands.untilPods('toggled-1 to be Ready', (pods) => isReady(podNamed({ pods }, 'toggled-1')))
}

async function makeUnready(hands: Hands): Promise<void> {
  await hands.run('toggled-1', 'nginx', ['rm', '-f', '/tmp/ready'])
  await hands.untilPods('toggled-1 not to be Ready', (pods) => !isReady(podNamed({ pods }, 'toggled-1')))
}

async function everyRecord(stage: StageView, lookout: Lookout): Promise<Observation[]> {
  const endpoints = srvEndpoints(await stage.snapshot(), service, 'http')
  return srvCounts(await lookout.dns.ask('SRV', stage.fqdn(`_http._tcp.${service}`)), () => endpoints)
}

describe('a headless Service', () => {
  test('answers with the address of a Pod as long as it is Ready, and no longer', {
    meta: { id: 'dns.headless.a.ready-only', level: 'MUST', spec: `${specs.dns} 2.4.1` },
  }, async ({ stage, lookout, decide }) => {
    await decide(() => addressesFollowPods(stage, lookout, service), { after: makeReady })
    await decide(() => addressesFollowPods(stage, lookout, service), { after: makeUnready })
  })

  test('answers SRV with a Pod as long as it is Ready, and no longer', {
    meta: { id: 'dns.headless.srv.ready-only', level: 'MUST', spec: `${specs.dns} 2.4.2` },
  }, async ({ stage, lookout, decide }) => {
    await decide(() => everyRecord(stage, lookout), { after: makeUnready })
    await decide(() => everyRecord(stage, lookout), { after: makeReady })
  })
})
