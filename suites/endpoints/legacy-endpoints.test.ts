import { describe, endpointsFollowPods, specs, staged } from '../../helpers/harness.ts'

// Deprecated, and still what older operators and DNS servers read.
const test = staged('headless')
const services = ['web', 'db', 'peers', 'web-clusterip', 'portless']

describe('the Endpoints of a Service with selector', () => {
  test(
    'list the addresses of its Pods, by whether they are ready',
    { meta: { id: 'endpoints.selector', level: 'MUST', spec: `${specs.endpoints} subsets` } },
    async ({ stage, lookout, decide }) =>
      decide(async () =>
        endpointsFollowPods(await stage.snapshot('endpoints'), services, lookout.roll.facts.version.gitVersion),
      ),
  )
})
