import {
  describe,
  familiesOf,
  podAddresses,
  publishedPods,
  reachedDirectly,
  serviceNamed,
  specs,
  staged,
} from '../../helpers/harness.ts'

// What a headless name lists is dialled as it stands: nothing in between may answer for the Pod or hide the client.
const test = staged('headless')

describe('a connection to an address that a headless name lists', () => {
  test(
    'reaches that Pod itself, untranslated at both ends',
    { meta: { id: 'proxy.headless.direct', level: 'MUST', spec: `${specs.services} headless-services` } },
    async ({ stage, lookout, decide }) =>
      decide(async () => {
        const snapshot = await stage.snapshot()
        const judged = ['web', 'db'].map(async (name) => {
          const service = serviceNamed(snapshot, name)
          const pods = publishedPods(snapshot, service)
          const addresses = pods.flatMap((pod) => familiesOf(service).flatMap((family) => podAddresses(pod, family)))
          const podAt = (address: string) => pods.find((pod) => podAddresses(pod).includes(address))?.metadata?.name
          return reachedDirectly(await lookout.fetchAll(addresses, 8080), podAt)
        })
        return (await Promise.all(judged)).flat()
      }),
  )
})
