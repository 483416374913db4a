import {
  describe,
  endpointsArePods,
  hostnamesFollowSubdomain,
  nodesAndZones,
  readyFollowsPods,
  servingFollowsPods,
  specs,
  staged,
} from '../../helpers/harness.ts'

// Everything that DNS says of a headless Service it has read here, so that a wrong field is a wrong name.
const test = staged('headless')
const services = ['web', 'db', 'peers']

describe('an EndpointSlice', () => {
  test(
    'names the hostname of a Pod exactly if its subdomain is the Service',
    { meta: { id: 'eps.endpoint.hostname', level: 'MUST', spec: `${specs.endpointSlice} endpoints[].hostname` } },
    async ({ stage, decide }) =>
      decide(async () => {
        const snapshot = await stage.snapshot()
        return services.flatMap((service) => hostnamesFollowSubdomain(snapshot, service))
      }),
  )

  test(
    'holds one address for every selected Pod, which it refers to, and no other',
    { meta: { id: 'eps.endpoint.targetref', level: 'MUST', spec: `${specs.endpointSlice} endpoints[].targetRef` } },
    async ({ stage, decide }) =>
      decide(async () => {
        const snapshot = await stage.snapshot()
        return services.flatMap((service) => endpointsArePods(snapshot, service))
      }),
  )

  test(
    'names the node of a Pod and the zone of that node',
    { meta: { id: 'eps.endpoint.node-zone', level: 'MUST', spec: `${specs.endpointSlice} endpoints[].zone` } },
    async ({ stage, lookout, decide }) =>
      decide(async () => {
        const snapshot = await stage.snapshot()
        return services.flatMap((service) => nodesAndZones(snapshot, service, lookout.roll.facts.nodes))
      }),
  )

  test(
    'counts a Pod as ready exactly while it is Ready and not terminating',
    { meta: { id: 'eps.cond.ready', level: 'MUST', spec: `${specs.endpointSlice} endpoints[].conditions.ready` } },
    async ({ stage, decide }) =>
      decide(async () => {
        const snapshot = await stage.snapshot()
        return services.flatMap((service) => readyFollowsPods(snapshot, service))
      }),
  )

  test(
    'counts a Pod as serving exactly while it is Ready',
    {
      meta: { id: 'eps.cond.serving', level: 'MUST', spec: `${specs.endpointSlice} endpoints[].conditions.serving` },
    },
    async ({ stage, decide }) =>
      decide(async () => {
        const snapshot = await stage.snapshot()
        // `other` is published whether its Pods are ready or not, which is another question.
        return [...services, 'other'].flatMap((service) => servingFollowsPods(snapshot, service))
      }),
  )
})
