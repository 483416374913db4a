import {
  acceptedAs,
  describe,
  familiesOf,
  type KubernetesObject,
  type StageView,
  serviceNamed,
  specs,
  staged,
} from '../../helpers/harness.ts'

// Which families a Service has decides which slices and which records it gets, and most manifests do not say.
const test = staged('headless')

function tryService(stage: StageView, spec: object) {
  const metadata = { generateName: 'rollcall-tried-' }
  const ports = [{ name: 'http', port: 80 }]
  return stage.tryOut('POST', 'services', {
    apiVersion: 'v1',
    kind: 'Service',
    metadata,
    spec: { clusterIP: 'None', ports, ...spec },
  })
}

function policyOf({ spec }: KubernetesObject): string {
  const { ipFamilyPolicy, ipFamilies = [] } = spec as { ipFamilyPolicy?: string; ipFamilies?: string[] }
  return `${ipFamilyPolicy} ${ipFamilies.join(', ')}`
}

/** The family that a Service is given which does not ask for one, as the ClusterIP twin was. */
async function primaryFamily(stage: StageView): Promise<'IPv4' | 'IPv6'> {
  return familiesOf(serviceNamed(await stage.snapshot(), 'web-clusterip'))[0] ?? 'IPv4'
}

describe('a headless Service that names no family', () => {
  test(
    'has the first one of the cluster if it selects Pods',
    { meta: { id: 'svc.headless.families-selector', level: 'MUST', spec: `${specs.service} spec.ipFamilyPolicy` } },
    async ({ stage, decide }) =>
      decide(async () => {
        const reply = await tryService(stage, { selector: { app: 'rollcall-web' } })
        const trial = { what: 'headless Service with selector', hop: 'Service' as const, reply }
        return [acceptedAs(trial, `SingleStack ${await primaryFamily(stage)}`, policyOf)]
      }),
  )

  test(
    'has both if it selects none, whatever the cluster has',
    { meta: { id: 'svc.headless.families-selectorless', level: 'MUST', spec: `${specs.service} spec.ipFamilyPolicy` } },
    async ({ stage, decide }) =>
      decide(async () => {
        const first = await primaryFamily(stage)
        const second = first === 'IPv4' ? 'IPv6' : 'IPv4'
        const reply = await tryService(stage, {})
        const trial = { what: 'headless Service without selector', hop: 'Service' as const, reply }
        return [acceptedAs(trial, `RequireDualStack ${first}, ${second}`, policyOf)]
      }),
  )
})
