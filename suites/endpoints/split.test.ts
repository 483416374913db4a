import {
  describe,
  type Family,
  familiesOf,
  type Hands,
  notApplicable,
  podAddresses,
  refusalOf,
  type Snapshot,
  selectedPods,
  serviceNamed,
  specs,
  splitOverSlices,
  staged,
} from '../../helpers/harness.ts'

// Nobody schedules the Pods of `split`: they cost nothing, and the controller publishes them once they have an address.
const test = staged('crowds')
const service = 'split'
const size = 101

/** Makes the Pods, and gives each an address, as a kubelet would. */
async function populate(hands: Hands): Promise<void> {
  await hands.merge('deployments', service, { spec: { replicas: size } })
  const all = (snapshot: Snapshot) => selectedPods(snapshot, serviceNamed(snapshot, service))
  const snapshot = await hands.until(`${size} Pods of ${service}`, (now) => all(now).length === size)
  const families = familiesOf(serviceNamed(snapshot, service))
  const taken = all(snapshot).flatMap((pod) => podAddresses(pod))
  const pool = Array.from({ length: 2 * size }, (_, index) => families.map((one) => address(one, index + 1)))
  const free = pool.filter((addresses) => !addresses.some((one) => taken.includes(one)))
  const bare = all(snapshot).filter((pod) => podAddresses(pod).length === 0)
  const given = bare.map(async (pod, index) => {
    const podIPs = (free[index] ?? []).map((ip) => ({ ip }))
    await hands.mergeStatus('pods', pod.metadata?.name ?? '', { status: { podIP: podIPs[0]?.ip, podIPs } })
  })
  await Promise.all(given)
}

function address(family: Family, host: number): string {
  return family === 'IPv4' ? `198.19.0.${host}` : `2001:db8::${host}`
}

describe('an EndpointSlice', () => {
  // Whoever reads one slice of a Service that has several takes a part for the whole; none may be lost between them.
  test('holds no more endpoints than the controller allows, and the others are in further slices', {
    meta: { id: 'eps.split.max', level: 'SHOULD', spec: `${specs.endpointSlice} endpoints` },
  }, async ({ stage, decide }) => {
    let refusal: string | undefined
    const after = async (hands: Hands): Promise<void> => {
      refusal = await refusalOf(() => populate(hands))
    }
    await decide(
      async () => {
        if (refusal !== undefined) return notApplicable(refusal)
        const snapshot = await stage.snapshot()
        return familiesOf(serviceNamed(snapshot, service)).flatMap((one) => splitOverSlices(snapshot, service, one))
      },
      { after },
    )
  })
})
