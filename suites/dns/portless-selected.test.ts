import { addressesFollowPods, describe, specs, staged } from '../../helpers/harness.ts'

// As peers use it that find out for themselves where they listen. Servers that go by ports find nothing to serve here.
const test = staged('headless')

describe('a headless Service without ports that selects Pods', () => {
  test(
    'answers with the addresses of all of them that are ready',
    {
      meta: {
        id: 'dns.headless.a.portless-selected',
        level: 'MUST',
        spec: `${specs.dns} 2.4.1; ${specs.service} spec.ports; kubernetes/dns#174`,
      },
    },
    async ({ stage, lookout, decide }) => decide(() => addressesFollowPods(stage, lookout, 'portless')),
  )
})
