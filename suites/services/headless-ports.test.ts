import {
  acceptedAs,
  describe,
  type KubernetesObject,
  refusedFor,
  type StageView,
  specs,
  staged,
  warnedOf,
} from '../../helpers/harness.ts'

// Nothing forwards to a headless Service, so that it may do without ports; what it has, its SRV records repeat by name.
const test = staged('headless')

function tryService(stage: StageView, spec: object) {
  const metadata = { generateName: 'rollcall-tried-' }
  return stage.tryOut('POST', 'services', { apiVersion: 'v1', kind: 'Service', metadata, spec })
}

function portsOf({ spec }: KubernetesObject): string {
  const { ports = [] } = spec as { ports?: { port: number; targetPort?: number | string }[] }
  return `ports {${ports.map((one) => `${one.port} to ${one.targetPort}`).join(', ')}}`
}

describe('a headless Service', () => {
  test(
    'may have no ports, and none that share a name or lack one',
    { meta: { id: 'svc.headless.ports-optional', level: 'MUST', spec: `${specs.service} spec.ports` } },
    async ({ stage, decide }) =>
      decide(async () => {
        const [none, addressed, alike, nameless] = await Promise.all([
          tryService(stage, { clusterIP: 'None' }),
          tryService(stage, {}),
          tryService(stage, {
            clusterIP: 'None',
            ports: [
              { name: 'http', port: 80 },
              { name: 'http', port: 81 },
            ],
          }),
          tryService(stage, { clusterIP: 'None', ports: [{ port: 80 }, { port: 81 }] }),
        ])
        const hop = 'Service'
        return [
          acceptedAs({ what: 'headless Service without ports', hop, reply: none }, 'ports {}', portsOf),
          refusedFor({ what: 'ClusterIP Service without ports', hop, reply: addressed }, 'spec.ports'),
          refusedFor({ what: 'headless Service with two ports of one name', hop, reply: alike }, 'spec.ports'),
          refusedFor({ what: 'headless Service with two ports without name', hop, reply: nameless }, 'spec.ports'),
        ]
      }),
  )

  test(
    'keeps a targetPort that differs from its port',
    { meta: { id: 'svc.headless.targetport', level: 'SHOULD', spec: `${specs.service} spec.ports[].targetPort` } },
    async ({ stage, decide }) =>
      decide(async () => {
        const reply = await tryService(stage, {
          clusterIP: 'None',
          ports: [{ name: 'http', port: 80, targetPort: 8080 }],
        })
        const trial = { what: 'headless Service with another targetPort', hop: 'Service' as const, reply }
        return [acceptedAs(trial, 'ports {80 to 8080}', portsOf)]
      }),
  )

  test(
    'is taken with a warning where it asks for what only an address can give',
    { meta: { id: 'svc.headless.warnings', level: 'SHOULD', spec: `${specs.service} spec` } },
    async ({ stage, lookout, decide }) =>
      decide(async () => {
        const { gitVersion } = lookout.roll.facts.version
        const asked = {
          sessionAffinity: 'ClientIP',
          externalIPs: ['203.0.113.9'],
          loadBalancerIP: '203.0.113.9',
        }
        const judged = Object.entries(asked).map(async ([field, value]) => {
          const spec = { clusterIP: 'None', ports: [{ name: 'http', port: 80 }], [field]: value }
          const reply = await tryService(stage, spec)
          const trial = { what: `headless Service with ${field}`, hop: 'Service', reply } as const
          return warnedOf(trial, `spec.${field}`, gitVersion)
        })
        return Promise.all(judged)
      }),
  )
})
