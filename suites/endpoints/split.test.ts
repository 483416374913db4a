import {
  describe,
  type Family,
  familiesOf,
  type Hands,
  notApplicable,
  podNamed,
  refusalOf,
  type StageView,
  serviceNamed,
  specs,
  splitOverSlices,
  staged,
} from '../../helpers/harness.ts'

// Nobody schedules the Pods of `split`: they cost nothing, and the controller publishes them once they have an address.
const test = staged('crowds')
const service = 'split'
const size = 101
/** A label that the Service asks for while its Pods are not to be its own. */
const held = 'rollcall.dev/held'

/** Makes the Service select the Pods, or a label of theirs that none has. */
const selecting = (hands: Hands, isOn: boolean) =>
  hands.merge('services', service, { spec: { selector: { [held]: isOn ? null : 'yes' } } })

/**
 * Makes the Pods, and gives each an address, as a kubelet would. The Service selects them only then: for each address that it
 * learned of by itself its controllers would write large objects anew.
 */
async function populate(stage: StageView, hands: Hands): Promise<void> {
  const snapshot = await stage.snapshot()
  const families = familiesOf(serviceNamed(snapshot, service))
  const hasAddress = (name: string) => podNamed(snapshot, name)?.status?.podIP !== undefined
  const bare = Array.from({ length: size }, (_, index) => index + 1).filter((number) => !hasAddress(`split-${number}`))
  const pod = stage.written().find(({ kind, metadata }) => kind === 'Pod' && metadata.name === 'split-1')
  if (pod === undefined) throw new Error('the fixture has no Pod split-1')
  const make = async (number: number): Promise<void> => {
    const name = `split-${number}`
    await hands.apply({ ...pod, metadata: { ...pod.metadata, name } })
    const podIPs = families.map((family) => ({ ip: address(family, number) }))
    await hands.mergeStatus('pods', name, { status: { podIP: podIPs[0]?.ip, podIPs } })
  }
  const [first, ...others] = bare
  if (first !== undefined) {
    await selecting(hands, false)
    // Who may not do it learns that before there are a hundred Pods.
    await make(first)
    await Promise.all(others.map(make))
  }
  await selecting(hands, true)
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
      refusal = await refusalOf(() => populate(stage, hands))
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
