import {
  addressType,
  answersExactly,
  describe,
  familiesOf,
  type Hands,
  isPublished,
  type Lookout,
  namedEndpoints,
  nameFollowsPods,
  noPointer,
  type Observation,
  podAddresses,
  podNamed,
  pointsTo,
  reverseName,
  type StageView,
  serviceNamed,
  slicesHoldPods,
  specs,
  staged,
  terminatingFollowsPods,
} from '../../helpers/harness.ts'

// Who still asks a Pod that is about to end will soon ask in vain; who asks for its successor must not get its old address.
const test = staged('changing')
const pod = 'departing-0'
const host = `${pod}.departing`

const pointerTo = (address: string) => ({ type: 'PTR', name: reverseName(address) }) as const
const arrives = async (hands: Hands): Promise<void> => void (await hands.arrived(pod))
const departs = (hands: Hands): Promise<void> => hands.departing(pod)
const ends = (hands: Hands): Promise<void> => hands.remove('pods', pod, 0)
const replaced = async (hands: Hands): Promise<void> => void (await hands.replaced(pod))

/** Whether the Pod's own name leads to its present addresses, for as long as it is published, and no others. */
async function hostFollowsPod(stage: StageView, lookout: Lookout): Promise<Observation[]> {
  const snapshot = await stage.snapshot()
  const service = serviceNamed(snapshot, 'departing')
  const present = podNamed(snapshot, pod)
  const judged = familiesOf(service).map(async (family) => {
    const seen = await lookout.dns.ask(addressType(family), stage.fqdn(host))
    const wanted = present !== undefined && isPublished(present, service) ? podAddresses(present, family) : []
    return [slicesHoldPods(snapshot, 'departing', family), ...answersExactly(seen, wanted)]
  })
  return (await Promise.all(judged)).flat()
}

/**
 * Whether the addresses of the Pod lead back to its name only while it is published. They are asked for once the name itself
 * is gone: a cache may keep what it has said of the reverse zones, as kubeadm's does. A Pod that stays shows presence.
 */
async function pointersFollowPod(stage: StageView, lookout: Lookout): Promise<Observation[]> {
  const forward = await hostFollowsPod(stage, lookout)
  if (forward.some((one) => one.verdict === 'non-conformant')) return forward
  const [staying] = namedEndpoints(await lookout.stage('headless').snapshot(), 'db')
  const snapshot = await stage.snapshot()
  const service = serviceNamed(snapshot, 'departing')
  const present = podNamed(snapshot, pod)
  const pointed = (addresses: readonly string[] = []) => lookout.dns.everywhere(addresses.map(pointerTo))
  const [family = 'IPv4'] = familiesOf(service)
  const [seen, presence] = await Promise.all([
    pointed(present === undefined ? [] : podAddresses(present, family)),
    pointed(staying?.addresses),
  ])
  const stands = present !== undefined && isPublished(present, service)
  return [...forward, ...(stands ? pointsTo(seen, stage.fqdn(host)) : noPointer(seen, presence, stage.fqdn(host)))]
}

describe('a headless Service', () => {
  test('takes back the address of a Pod that is being deleted while it still runs', {
    meta: {
      id: 'dns.headless.a.terminating-removed',
      level: 'MUST',
      spec: `${specs.dns} 2.4.1; ${specs.endpointSlice}`,
    },
  }, async ({ stage, lookout, decide }) => {
    const look = (): Promise<Observation[]> => nameFollowsPods(stage, lookout, 'departing')
    await decide(look, { after: arrives })
    await decide(look, { after: departs, lastly: ends })
  })

  test('answers with a Pod that is being deleted until it is gone if it publishes Pods that are not ready', {
    meta: {
      id: 'dns.headless.a.terminating-published',
      level: 'MUST',
      spec: `${specs.service} spec.publishNotReadyAddresses`,
    },
  }, async ({ stage, lookout, decide }) => {
    // The name stays as it was: what was seen before the slice tells of the deletion says nothing.
    const look = async (): Promise<Observation[]> => [
      ...terminatingFollowsPods(await stage.snapshot(), 'departing-published'),
      ...(await nameFollowsPods(stage, lookout, 'departing-published')),
    ]
    await decide(look, { after: departs, lastly: ends })
  })

  test('takes the name of a Pod that is being deleted from its address', {
    meta: { id: 'dns.headless.ptr.removed', level: 'MUST', spec: `${specs.dns} 2.4.3` },
  }, async ({ stage, lookout, decide }) => {
    await decide(() => pointersFollowPod(stage, lookout), { after: departs, lastly: ends })
  })

  test('leads the name of a Pod to its successor, and no longer to the one that is gone', {
    meta: { id: 'dns.fresh.pod', level: 'MUST', spec: `${specs.statefulSet}; ${specs.dns} 2.4.1` },
  }, async ({ stage, lookout, decide }) => {
    const look = (): Promise<Observation[]> => hostFollowsPod(stage, lookout)
    await decide(look, { after: arrives })
    await decide(look, { after: replaced })
  })
})
