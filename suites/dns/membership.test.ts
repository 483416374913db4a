import { describe, type Hands, nameFollowsPods, type Observation, specs, staged } from '../../helpers/harness.ts'

// Taking a Pod out by its label, or letting it in before it is ready, is how operators drain and how clusters bootstrap.
const test = staged('changing')

/** Sets whether the Service publishes the Pod, which is never Ready. */
const publishing = (publishNotReadyAddresses: boolean) => (hands: Hands) =>
  hands.merge('services', 'hidden', { spec: { publishNotReadyAddresses } })

const labelled = (side: string) => (hands: Hands) => hands.merge('pods', 'hidden', { metadata: { labels: { side } } })

const selecting = (side: string) => (hands: Hands) =>
  hands.merge('services', 'moving', { spec: { selector: { side } } })

describe('a headless Service', () => {
  test('answers with a Pod that is not ready exactly while it publishes such Pods', {
    meta: {
      id: 'dns.headless.a.toggle-publish',
      level: 'MUST',
      spec: `${specs.service} spec.publishNotReadyAddresses`,
    },
  }, async ({ stage, lookout, decide }) => {
    const look = (): Promise<Observation[]> => nameFollowsPods(stage, lookout, 'hidden')
    await decide(look, { after: publishing(true) })
    await decide(look, { after: publishing(false) })
  })

  test('answers with the Pods that carry the labels of its selector, as either changes', {
    meta: { id: 'dns.headless.a.selector-change', level: 'MUST', spec: `${specs.service} spec.selector` },
  }, async ({ stage, lookout, decide }) => {
    const look = (): Promise<Observation[]> => nameFollowsPods(stage, lookout, 'moving')
    await decide(look, {
      after: async (hands) => {
        await labelled('left')(hands)
        await selecting('left')(hands)
      },
    })
    await decide(look, { after: labelled('right') })
    await decide(look, { after: selecting('right') })
  })
})
