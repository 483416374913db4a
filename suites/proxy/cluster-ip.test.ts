import {
  answeredThrough,
  describe,
  frontsOf,
  passagesThrough,
  reachesEndpoints,
  specs,
  spreadsOverEach,
  staged,
} from '../../helpers/harness.ts'

// The contrast to all headless Services: a client of a virtual address stays connected to it, whichever Pod answers.
const test = staged('headless')
/** Connections that two Pods share so that one of them is left out by chance once in eight million times. */
const enough = 24

describe('a Service with a virtual address', () => {
  test(
    'spreads its clients over the Pods that a headless one beside it leads to by themselves',
    { meta: { id: 'proxy.mixed', level: 'MUST', spec: `${specs.services} virtual IPs` } },
    async ({ stage, lookout, decide }) =>
      decide(async () => {
        const fronts = frontsOf(await stage.snapshot(), 'web-clusterip')
        const passages = await passagesThrough(lookout, fronts, { times: enough, endpointsToo: true })
        return [
          ...passages.flatMap((one) => [...answeredThrough(one), ...reachesEndpoints(one)]),
          ...spreadsOverEach(passages, lookout.roll.facts.proxies),
        ]
      }),
  )

  test(
    'translates each of its ports to the one that its Pods listen on',
    { meta: { id: 'proxy.clusterip.remap', level: 'MUST', spec: `${specs.service} ports[].targetPort` } },
    async ({ stage, lookout, decide }) =>
      decide(async () => {
        const fronts = frontsOf(await stage.snapshot(), 'remapped')
        return (await passagesThrough(lookout, fronts)).flatMap(answeredThrough)
      }),
  )
})
