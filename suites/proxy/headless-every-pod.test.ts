import {
  addressType,
  describe,
  familiesOf,
  isUnpinned,
  type Lookout,
  nameAt,
  podAddresses,
  publishedPods,
  reachesEach,
  type StageView,
  serviceNamed,
  specs,
  staged,
} from '../../helpers/harness.ts'

// With no proxy in between, a client chooses among the Pods itself, by what their common name answers.
const test = staged('headless')

/** What each node is told of the name of a Service, and what comes of dialling its Pods from there. */
async function dialled(stage: StageView, lookout: Lookout, service: string, without = service) {
  const snapshot = await stage.snapshot()
  const headless = serviceNamed(snapshot, service)
  const pods = publishedPods(snapshot, headless)
  const podAt = nameAt(pods)
  const isAnswered = (tries: readonly { outcome: { kind: string } }[]) => tries.at(-1)?.outcome.kind === 'answer'
  const families = familiesOf(headless).map(async (family) => {
    const addresses = pods.flatMap((pod) => podAddresses(pod, family))
    const lookUp = (name: string) => lookout.lookUpTwice(addressType(family), stage.fqdn(name), isAnswered)
    const [told, usually, fetched] = await Promise.all([
      lookUp(service),
      without === service ? [] : lookUp(without),
      lookout.fetchAll(addresses, 8080),
    ])
    return { addresses, told, usually, reached: reachesEach(service, told, fetched, podAt) }
  })
  return Promise.all(families)
}

describe('the name of a headless Service', () => {
  test(
    'leads a client on every node to every Pod',
    { meta: { id: 'proxy.headless.reach-all', level: 'MUST', spec: `${specs.services} headless-services` } },
    async ({ stage, lookout, decide }) =>
      decide(async () => (await dialled(stage, lookout, 'db')).flatMap(({ reached }) => reached)),
  )

  test(
    'leads a client to every Pod whatever session affinity the Service asks for',
    { meta: { id: 'proxy.headless.affinity-ignored', level: 'SHOULD', spec: `${specs.service} sessionAffinity` } },
    async ({ stage, lookout, decide }) =>
      decide(async () =>
        (await dialled(stage, lookout, 'sticky', 'db')).flatMap(({ addresses, told, usually, reached }) => [
          ...isUnpinned('sticky', addresses, told, usually),
          ...reached,
        ]),
      ),
  )
})
