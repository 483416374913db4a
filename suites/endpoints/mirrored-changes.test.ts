import { describe, madeService, mirrorFollows, specs, staged } from '../../helpers/harness.ts'

// A mirror that is written once and never again leads clients to where a server was.
const test = staged('fresh')
const service = 'moved'

function writtenAt(ip: string) {
  const subsets = [{ addresses: [{ ip }], ports: [{ name: 'http', port: 80, protocol: 'TCP' }] }]
  return { apiVersion: 'v1', kind: 'Endpoints', metadata: { name: service }, subsets }
}

describe('the mirror of Endpoints that somebody has written', () => {
  test('follows them as they change, and goes with them', {
    meta: { id: 'mirror.follows', level: 'MUST', spec: `${specs.services} endpointslice-mirroring` },
  }, async ({ stage, lookout, decide }) => {
    const { gitVersion } = lookout.roll.facts.version
    const look = async () => mirrorFollows(await stage.snapshot('endpoints'), service, gitVersion)
    await decide(look, {
      after: async (hands) => {
        await hands.apply(madeService(service))
        await hands.apply(writtenAt('198.51.100.141'))
      },
    })
    await decide(look, { after: async (hands) => void (await hands.apply(writtenAt('198.51.100.142'))) })
    await decide(look, { after: (hands) => hands.remove('endpoints', service) })
  })
})
