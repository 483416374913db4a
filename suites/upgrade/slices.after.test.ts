import {
  controllerWritesNone,
  describe,
  endpointsArePods,
  hostnamesFollowSubdomain,
  type KubernetesObject,
  namedFamilies,
  notApplicable,
  type Observation,
  slicesAreAsWritten,
  slicesHoldPods,
  specs,
  staged,
  standingPairs,
} from '../../helpers/harness.ts'

const test = staged('upgrade')
const hand = 'up-hand'
const isHand = ({ metadata }: { metadata?: { name?: string } }): boolean => metadata?.name === hand

describe('EndpointSlices', () => {
  test(
    'list after an upgrade just the Pods that are there, and those that somebody has written are as they were',
    { meta: { id: 'up.slices', level: 'MUST', spec: `${specs.endpointSlice} endpoints` } },
    async ({ lookout, decide }) =>
      decide(async () => {
        const pairs = await standingPairs(lookout)
        return pairs.flatMap(({ before, now }): Observation[] => {
          const selecting = now.services.filter(({ spec }) => Object.keys(spec?.selector ?? {}).length > 0)
          const written = before.slices
            .filter(({ metadata }) => metadata?.labels?.['kubernetes.io/service-name'] === hand)
            .map((slice) => ({ ...slice, kind: 'EndpointSlice' }) as unknown as KubernetesObject)
          return [
            ...selecting.flatMap(({ metadata: { name = '' } = {} }) => [
              ...endpointsArePods(now, name),
              ...hostnamesFollowSubdomain(now, name),
              ...namedFamilies(now, name).map((family) => slicesHoldPods(now, name, family)),
            ]),
            ...(before.services.some(isHand) && written.length === 0
              ? notApplicable('no slice was written by hand')
              : slicesAreAsWritten(now, written)),
            ...(now.services.some(isHand) ? [controllerWritesNone(now, hand)] : []),
          ]
        })
      }),
  )
})
