import { describe, endpointsAreLabelled, endpointsFollowPods, specs, staged } from '../../helpers/harness.ts'

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

  test(
    'are labelled as headless exactly if the Service has no address',
    { meta: { id: 'endpoints.label.headless', level: 'MUST', spec: `label service.kubernetes.io/headless` } },
    async ({ stage, lookout, decide }) =>
      decide(async () => {
        // Two that bear the label themselves, which is not copied.
        const all = [...services, 'unmanned', 'none-ready']
        return endpointsAreLabelled(await stage.snapshot('endpoints'), all, lookout.roll.facts.version.gitVersion)
      }),
  )
})
