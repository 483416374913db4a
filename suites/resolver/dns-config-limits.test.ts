import {
  acceptedAs,
  describe,
  type KubernetesObject,
  refusedFor,
  type StageView,
  specs,
  staged,
} from '../../helpers/harness.ts'

// A Pod that names its own servers and search list gets them whole, or is told at once: nothing is cut off behind its back.
const test = staged('headless')

interface DnsConfig {
  readonly nameservers?: readonly string[]
  readonly searches?: readonly string[]
}

/** A Pod that would be admitted where Pod Security is restricted. */
function tryPod(stage: StageView, dnsConfig: DnsConfig) {
  return stage.tryOut('POST', 'pods', {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { generateName: 'rollcall-tried-' },
    spec: {
      dnsPolicy: 'None',
      dnsConfig: { nameservers: ['192.0.2.53'], ...dnsConfig },
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, runAsUser: 101, seccompProfile: { type: 'RuntimeDefault' } },
      containers: [
        {
          name: 'idle',
          image: 'nginx:alpine',
          securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
          resources: { requests: { cpu: '10m', memory: '16Mi' }, limits: { cpu: '100m', memory: '32Mi' } },
        },
      ],
    },
  })
}

function countsOf({ spec }: KubernetesObject): string {
  const { nameservers = [], searches = [] } = (spec as { dnsConfig?: DnsConfig }).dnsConfig ?? {}
  return `${nameservers.length} nameservers and ${searches.join(' ').length} characters of ${searches.length} searches`
}

function serversOf(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `192.0.2.${index + 1}`)
}

/** Search domains that are this many characters long, with the spaces between them: 128 each, and what is left. */
function searchesOf(count: number, characters: number): string[] {
  const each = `${'a'.repeat(60)}.${'b'.repeat(60)}.example`.slice(0, Math.floor((characters - count + 1) / count))
  const left = characters - (count - 1) - each.length * (count - 1)
  return [...Array.from({ length: count - 1 }, () => each), each.padEnd(left, 'e').slice(0, left)]
}

const limits: readonly { readonly most: DnsConfig; readonly more: DnsConfig; readonly field: string }[] = [
  { most: { nameservers: serversOf(3) }, more: { nameservers: serversOf(4) }, field: 'nameservers' },
  { most: { searches: searchesOf(32, 1023) }, more: { searches: searchesOf(33, 1023) }, field: 'searches' },
  { most: { searches: searchesOf(16, 2048) }, more: { searches: searchesOf(16, 2049) }, field: 'searches' },
]

describe('the DNS configuration of a Pod', () => {
  test(
    'takes 3 nameservers and 32 search domains of 2048 characters, and no more',
    { meta: { id: 'pod.resolv.limits', level: 'MUST', spec: `${specs.pod} spec.dnsConfig` } },
    async ({ stage, decide }) =>
      decide(async () => {
        const judged = limits.flatMap(({ most, more, field }) => {
          const asked = (config: DnsConfig): string =>
            countsOf({ spec: { dnsConfig: { nameservers: ['192.0.2.53'], ...config } } } as unknown as KubernetesObject)
          return [
            tryPod(stage, most).then((reply) =>
              acceptedAs({ what: `Pod with ${asked(most)}`, hop: 'pod', reply }, asked(most), countsOf),
            ),
            tryPod(stage, more).then((reply) =>
              refusedFor({ what: `Pod with ${asked(more)}`, hop: 'pod', reply }, `spec.dnsConfig.${field}`),
            ),
          ]
        })
        return Promise.all(judged)
      }),
  )
})
