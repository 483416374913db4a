import {
  describe,
  holdsNoPorts,
  isPlaceholder,
  labelsAreCopied,
  noneIsTwice,
  specs,
  staged,
  triggerTimesAreTold,
} from '../../helpers/harness.ts'

// Where there is little to say, consumers read even more into it: no slice, no port, one address too much.
const test = staged('headless')
const services = ['web', 'db', 'peers', 'web-clusterip']

describe('an EndpointSlice that the cluster writes', () => {
  test(
    'is there without endpoints for a Service that selects no Pod',
    { meta: { id: 'eps.empty.placeholder', level: 'MUST', spec: `${specs.endpointSlice} endpoints` } },
    async ({ stage, decide }) => decide(async () => isPlaceholder(await stage.snapshot(), 'vacant')),
  )

  test(
    'holds the Pods of a headless Service without ports, and no port',
    { meta: { id: 'eps.ports.empty', level: 'MUST', spec: `${specs.endpointSlice} ports` } },
    async ({ stage, decide }) => decide(async () => holdsNoPorts(await stage.snapshot(), 'portless')),
  )

  test(
    'holds each address of each Pod once, when nothing changes',
    { meta: { id: 'eps.no-duplicates', level: 'MUST', spec: `${specs.endpointSlice} endpoints` } },
    async ({ stage, decide }) =>
      decide(async () => {
        const snapshot = await stage.snapshot()
        return [...services, 'portless'].flatMap((service) => noneIsTwice(snapshot, service))
      }),
  )

  test(
    'has the labels of its Service, but for those that say whose it is',
    { meta: { id: 'eps.label.propagate', level: 'SHOULD', spec: `${specs.endpointSlice} metadata.labels` } },
    async ({ stage, decide }) =>
      decide(async () => {
        const snapshot = await stage.snapshot()
        return [...services, 'vacant'].flatMap((service) => labelsAreCopied(snapshot, service))
      }),
  )

  test(
    'says when the change began that it was last written for',
    {
      meta: {
        id: 'eps.trigger-time',
        level: 'SHOULD',
        spec: `${specs.endpointSlice} annotation endpoints.kubernetes.io/last-change-trigger-time`,
      },
    },
    async ({ stage, decide }) => decide(async () => triggerTimesAreTold(await stage.snapshot(), services)),
  )
})
