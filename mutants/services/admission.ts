import { messageOf } from '../../helpers/errors.ts'
import { type KubernetesObject, pathOf, type Resource } from '../../helpers/target/objects.ts'
import type { Bench } from '../bench.ts'
import type { Mutant, Witness } from '../mutant.ts'
import { altered } from '../verbs/admission.ts'

const onServices = { group: '', resource: 'services', operation: 'CREATE' } as const
/** CEL: a Service that is to be headless. */
const headless = "has(object.spec.clusterIP) && object.spec.clusterIP == 'None'"

interface Asked {
  readonly resource: Resource
  readonly kind: string
  readonly apiVersion?: string
  readonly rest: Record<string, unknown>
}

/** What the API server says to a dry run: the object as JSON, or why not. */
function says({ resource, kind, apiVersion = 'v1', rest }: Asked, shows: RegExp): Witness {
  const body = { apiVersion, kind, metadata: { name: 'mutant-probe' }, ...rest }
  return answer(`a dry run of a ${kind}`, shows, (bench) =>
    bench.api.send<KubernetesObject>(pathOf(resource, bench.namespaces.headless), {
      method: 'POST',
      query: { dryRun: 'All' },
      body,
    }),
  )
}

function answer(looksAt: string, shows: RegExp, ask: (bench: Bench) => Promise<KubernetesObject>): Witness {
  return {
    looksAt,
    async see(bench) {
      const said = await ask(bench).then(({ spec, ...rest }) => JSON.stringify(spec ?? rest), messageOf)
      return { shows: shows.test(said), saw: said.slice(0, 300) }
    },
  }
}

const ports = [{ name: 'http', port: 80 }]
function service(spec: object): Asked {
  return { resource: 'services', kind: 'Service', rest: { spec } }
}

/** The API server makes of an object what nobody has asked for. */
export const admission: readonly Mutant[] = [
  {
    id: 'M-S01',
    breaks: 'an update that changes the address of a Service is taken, and forgotten',
    mechanism: altered('a policy puts the old address back', {
      ...onServices,
      operation: 'UPDATE',
      when: 'has(object.spec.clusterIP) && object.spec.clusterIP != oldObject.spec.clusterIP',
      patches:
        '[JSONPatch{op: "replace", path: "/spec/clusterIP", value: oldObject.spec.clusterIP}, ' +
        'JSONPatch{op: "replace", path: "/spec/clusterIPs", value: oldObject.spec.clusterIPs}]',
    }),
    witness: answer('a dry run of an update', /"clusterIP":"None"/, (bench) =>
      bench.api.send<KubernetesObject>(pathOf('services', bench.namespaces.headless, 'db'), {
        method: 'PATCH',
        contentType: 'application/merge-patch+json',
        query: { dryRun: 'All' },
        body: { spec: { clusterIP: '10.96.77.77', clusterIPs: ['10.96.77.77'] } },
      }),
    ),
    kills: { 'svc.headless.immutable': 'Service' },
  },
  {
    id: 'M-S02',
    breaks: 'a Service of type NodePort without an address is taken for another type',
    mechanism: altered('a policy makes it a ClusterIP Service', {
      ...onServices,
      when: `${headless} && object.spec.type != 'ClusterIP'`,
      // What the API server has filled in for the type that was asked for goes with it.
      patches: [
        '[JSONPatch{op: "replace", path: "/spec/type", value: "ClusterIP"}]',
        ...['externalTrafficPolicy', 'allocateLoadBalancerNodePorts'].map(
          (field) => `(has(object.spec.${field}) ? [JSONPatch{op: "remove", path: "/spec/${field}"}] : [])`,
        ),
      ].join(' + '),
    }),
    witness: says(service({ type: 'NodePort', clusterIP: 'None', ports }), /"type":"ClusterIP"/),
    kills: { 'svc.headless.type': 'Service' },
  },
  {
    id: 'M-S03',
    breaks: 'a headless Service without ports is refused',
    mechanism: altered('a policy gives it an address', {
      ...onServices,
      when: `${headless} && (!has(object.spec.ports) || size(object.spec.ports) == 0)`,
      patches: '[JSONPatch{op: "remove", path: "/spec/clusterIP"}]',
    }),
    witness: says(service({ clusterIP: 'None' }), /spec\.ports: Required/),
    kills: { 'svc.headless.ports-optional': 'Service' },
  },
  {
    id: 'M-S04',
    breaks: 'a Service of an address needs no ports either',
    mechanism: altered('a policy takes the address from it', {
      ...onServices,
      when: '!has(object.spec.clusterIP) && (!has(object.spec.ports) || size(object.spec.ports) == 0)',
      patches: '[JSONPatch{op: "add", path: "/spec/clusterIP", value: "None"}]',
    }),
    witness: says(service({}), /"clusterIP":"None"/),
    kills: { 'svc.headless.ports-optional': 'Service' },
  },
  {
    id: 'M-S05',
    breaks: 'a headless Service that selects Pods wants both families without being asked to',
    mechanism: altered('a policy makes it PreferDualStack', {
      ...onServices,
      when: `${headless} && has(object.spec.selector) && !has(object.spec.ipFamilyPolicy)`,
      patches: '[JSONPatch{op: "add", path: "/spec/ipFamilyPolicy", value: "PreferDualStack"}]',
    }),
    witness: says(service({ clusterIP: 'None', selector: { app: 'any' }, ports }), /PreferDualStack/),
    kills: { 'svc.headless.families-selector': 'Service' },
  },
  {
    id: 'M-S06',
    breaks: 'a headless Service without selector has one family alone',
    mechanism: altered('a policy makes it SingleStack', {
      ...onServices,
      when: `${headless} && !has(object.spec.selector) && !has(object.spec.ipFamilyPolicy)`,
      patches: '[JSONPatch{op: "add", path: "/spec/ipFamilyPolicy", value: "SingleStack"}]',
    }),
    witness: says(service({ clusterIP: 'None', ports }), /SingleStack/),
    kills: { 'svc.headless.families-selectorless': 'Service' },
  },
  {
    id: 'M-S07',
    breaks: 'a headless Service loses its targetPort',
    mechanism: altered('a policy makes the targetPort the port', {
      ...onServices,
      when: `${headless} && has(object.spec.ports) && size(object.spec.ports) == 1`,
      patches: '[JSONPatch{op: "replace", path: "/spec/ports/0/targetPort", value: object.spec.ports[0].port}]',
    }),
    witness: says(service({ clusterIP: 'None', ports: [{ port: 80, targetPort: 8080 }] }), /"targetPort":80\b/),
    kills: { 'svc.headless.targetport': 'Service' },
  },
  {
    id: 'M-S08',
    breaks: 'a headless Service that wants session affinity loses it without a word',
    mechanism: altered('a policy takes the affinity away', {
      ...onServices,
      when: `${headless} && object.spec.sessionAffinity == 'ClientIP'`,
      patches:
        '[JSONPatch{op: "replace", path: "/spec/sessionAffinity", value: "None"}, ' +
        'JSONPatch{op: "remove", path: "/spec/sessionAffinityConfig"}]',
    }),
    witness: says(service({ clusterIP: 'None', ports, sessionAffinity: 'ClientIP' }), /"sessionAffinity":"None"/),
    kills: { 'svc.headless.warnings': 'Service' },
  },
  {
    id: 'M-S09',
    breaks: 'a slice with a loopback address is taken',
    mechanism: altered('a policy puts another address in its place', {
      group: 'discovery.k8s.io',
      resource: 'endpointslices',
      operation: 'CREATE',
      when: "size(object.endpoints) == 1 && object.endpoints[0].addresses[0].startsWith('127.')",
      patches: '[JSONPatch{op: "replace", path: "/endpoints/0/addresses/0", value: "192.0.2.99"}]',
    }),
    witness: says(
      {
        resource: 'endpointslices',
        kind: 'EndpointSlice',
        apiVersion: 'discovery.k8s.io/v1',
        rest: { addressType: 'IPv4', ports: [], endpoints: [{ addresses: ['127.0.0.9'] }] },
      },
      /192\.0\.2\.99/,
    ),
    kills: { 'eps.validate.address': 'EndpointSlice' },
  },
  {
    id: 'M-S16',
    breaks: 'a Pod that names four nameservers is taken, and gets three',
    mechanism: altered('a policy takes away what is too much', {
      group: '',
      resource: 'pods',
      operation: 'CREATE',
      when: 'has(object.spec.dnsConfig) && has(object.spec.dnsConfig.nameservers) && size(object.spec.dnsConfig.nameservers) > 3',
      patches: '[JSONPatch{op: "remove", path: "/spec/dnsConfig/nameservers/3"}]',
    }),
    witness: says(
      {
        resource: 'pods',
        kind: 'Pod',
        rest: {
          spec: {
            dnsPolicy: 'None',
            dnsConfig: { nameservers: ['192.0.2.1', '192.0.2.2', '192.0.2.3', '192.0.2.4'] },
            securityContext: { runAsNonRoot: true, runAsUser: 101, seccompProfile: { type: 'RuntimeDefault' } },
            containers: [
              {
                name: 'idle',
                image: 'nginx:alpine',
                securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
              },
            ],
          },
        },
      },
      /"nameservers":\["192\.0\.2\.1","192\.0\.2\.2","192\.0\.2\.3"\]/,
    ),
    kills: { 'pod.resolv.limits': 'pod' },
  },
]
