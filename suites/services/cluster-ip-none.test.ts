import { acceptedAs, describe, refusedFor, type StageView, serviceNamed, specs, staged } from '../../helpers/harness.ts'

// Who may turn None into an address by an update leaves every consumer with an answer that nobody takes back.
const test = staged('headless')

interface Addresses {
  readonly clusterIP: string | null
  readonly clusterIPs: readonly string[] | null
  readonly ipFamilyPolicy?: 'SingleStack'
  readonly ipFamilies?: readonly string[]
}

function tryUpdate(stage: StageView, name: string, spec: Addresses) {
  return stage.tryOut('PATCH', 'services', { spec }, { name, contentType: 'application/merge-patch+json' })
}

function tryCreate(stage: StageView, type: string) {
  const spec = { type, clusterIP: 'None', ports: [{ name: 'http', port: 80 }] }
  return stage.tryOut('POST', 'services', {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { generateName: 'rollcall-tried-' },
    spec,
  })
}

function clusterIpOf(spec: unknown): string {
  const { clusterIP, clusterIPs = [] } = spec as { clusterIP?: string; clusterIPs?: string[] }
  return `clusterIP ${clusterIP}, clusterIPs ${clusterIPs.join(', ')}`
}

describe('the address of a headless Service', () => {
  test(
    'stays None by every update, and that of another Service never becomes None',
    { meta: { id: 'svc.headless.immutable', level: 'MUST', spec: `${specs.service} spec.clusterIPs` } },
    async ({ stage, decide }) =>
      decide(async () => {
        const snapshot = await stage.snapshot()
        const twin = serviceNamed(snapshot, 'web-clusterip').spec
        const [address = '', ...others] = twin?.clusterIPs ?? []
        // As many addresses as families, and the other way round: all else is refused for another reason.
        const oneFamily = { ipFamilyPolicy: 'SingleStack', ipFamilies: twin?.ipFamilies?.slice(0, 1) ?? [] } as const
        const none = { clusterIP: 'None', clusterIPs: ['None'], ...(others.length > 0 ? oneFamily : {}) }
        const [toAddress, toNone, toNothing] = await Promise.all([
          tryUpdate(stage, 'web', { clusterIP: address, clusterIPs: [address] }),
          tryUpdate(stage, 'web-clusterip', none),
          tryUpdate(stage, 'web', { clusterIP: null, clusterIPs: null }),
        ])
        const hop = 'Service'
        return [
          refusedFor({ what: `update of web from None to ${address}`, hop, reply: toAddress }, 'spec.clusterIP'),
          refusedFor({ what: `update of web-clusterip to None`, hop, reply: toNone }, 'spec.clusterIP'),
          acceptedAs(
            { what: 'update of web to no word of an address', hop, reply: toNothing },
            clusterIpOf(serviceNamed(snapshot, 'web').spec),
            ({ spec }) => clusterIpOf(spec),
          ),
        ]
      }),
  )

  test(
    'is refused where the type of the Service needs one',
    { meta: { id: 'svc.headless.type', level: 'MUST', spec: `${specs.service} spec.clusterIP` } },
    async ({ stage, decide }) =>
      decide(async () => {
        const tried = ['NodePort', 'LoadBalancer'].map(async (type) =>
          refusedFor(
            { what: `Service of type ${type} with None`, hop: 'Service', reply: await tryCreate(stage, type) },
            'spec.clusterIP',
          ),
        )
        return Promise.all(tried)
      }),
  )
})
