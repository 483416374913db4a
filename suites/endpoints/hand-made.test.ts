import {
  controllerWritesNone,
  describe,
  isMirrored,
  isNotMirrored,
  mirrorsHostnamesAndReadiness,
  slicesAreAsWritten,
  specs,
  staged,
} from '../../helpers/harness.ts'

// Whoever writes endpoints of his own, for servers outside of the cluster, is lost if a controller writes over them.
const test = staged('slices')

describe('the controller of EndpointSlices', () => {
  test(
    'leaves those of another manager as they are, and writes none for a Service that selects nothing',
    {
      meta: {
        id: 'eps.custom.untouched',
        level: 'MUST',
        spec: `${specs.endpointSlice} label endpointslice.kubernetes.io/managed-by`,
      },
    },
    async ({ stage, decide }) =>
      decide(async () => {
        const snapshot = await stage.snapshot()
        const without = ['hand-made', 'mirrored', 'other-name']
        return [
          ...slicesAreAsWritten(snapshot, stage.written()),
          ...without.map((service) => controllerWritesNone(snapshot, service)),
        ]
      }),
  )
})

describe('Endpoints that somebody has written for a Service without selector', () => {
  test(
    'are mirrored as EndpointSlices, with all addresses and ports',
    { meta: { id: 'mirror.selectorless', level: 'MUST', spec: `${specs.services} services-without-selectors` } },
    async ({ stage, lookout, decide }) =>
      decide(async () =>
        isMirrored(await stage.snapshot('endpoints'), 'mirrored', lookout.roll.facts.version.gitVersion),
      ),
  )

  test(
    'are mirrored with their hostnames, and ready as they say',
    { meta: { id: 'mirror.hostname-notready', level: 'MUST', spec: `${specs.services} endpointslice-mirroring` } },
    async ({ stage, lookout, decide }) =>
      decide(async () =>
        mirrorsHostnamesAndReadiness(
          await stage.snapshot('endpoints'),
          'mirrored',
          lookout.roll.facts.version.gitVersion,
        ),
      ),
  )

  test(
    'are not mirrored if their labels forbid it, or if they are the lease of a leader',
    { meta: { id: 'mirror.skip', level: 'MUST', spec: `${specs.services} endpointslice-mirroring` } },
    async ({ stage, decide }) =>
      decide(async () => {
        const snapshot = await stage.snapshot('endpoints')
        return ['skipped', 'led'].flatMap((service) => isNotMirrored(snapshot, service, 'mirrored'))
      }),
  )
})
