import { describe, dialledAt, reachedDirectly, specs, staged } from '../../helpers/harness.ts'

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
          const { addresses, podAt } = dialledAt(snapshot, name)
          return reachedDirectly(await lookout.fetchAll(addresses, 8080), podAt)
        })
        return (await Promise.all(judged)).flat()
      }),
  )
})
