import {
  type EndpointSlice,
  type Endpoints,
  type KubernetesObject,
  list,
  pathOf,
} from '../../helpers/target/objects.ts'
import type { Bench } from '../bench.ts'
import { together } from '../mechanism.ts'
import type { Mechanism, Mutant, Witness } from '../mutant.ts'
import { frozen } from '../verbs/admission.ts'
import { corefile, exactly, template } from '../verbs/corefile.ts'
import { suspend } from '../verbs/node.ts'
import { create, type Patch, patch } from '../verbs/objects.ts'
import { dug, stands } from '../witnesses.ts'

const managerLabel = 'endpointslice.kubernetes.io/managed-by'
const mirrorManager = 'endpointslicemirroring-controller.k8s.io'

async function slicesOf(bench: Bench, service: string): Promise<EndpointSlice[]> {
  const labels = `kubernetes.io/service-name=${service}`
  return list(bench.api, 'endpointslices', { namespace: bench.namespaces.slices, labels })
}

/** Changes something while nobody is there to mend it. */
function unattended(...parts: readonly Mechanism[]): Mechanism {
  return together(
    suspend(
      'SIGSTOP to the controller manager',
      (bench) => bench.controlPlane,
      () => '^kube-controller-manager ',
    ),
    ...parts,
  )
}

/** Changes the mirror of Endpoints. */
function mirrorChanged(does: string, change: (endpoints: EndpointSlice['endpoints']) => object): Mechanism {
  return unattended(
    patch(
      does,
      async (bench) => {
        const [slice] = await slicesOf(bench, 'mirrored')
        return pathOf('endpointslices', bench.namespaces.slices, slice?.metadata?.name ?? 'none')
      },
      (slice: KubernetesObject) =>
        ({ endpoints: change((structuredClone(slice) as unknown as EndpointSlice).endpoints) }) as Patch,
    ),
  )
}

function held(service: string, is: (slices: readonly EndpointSlice[]) => boolean): Witness {
  return {
    looksAt: `the slices of ${service}`,
    async see(bench) {
      const found = await slicesOf(bench, service)
      const addresses = found.flatMap((slice) => (slice.endpoints ?? []).flatMap((one) => one.addresses))
      return {
        shows: is(found),
        saw: `${found.length} slices of ${service} with ${addresses.join(', ') || 'no address'}`,
      }
    },
  }
}

/** A slice beside those that somebody has written. */
function slice(bench: Bench, service: string, manager: string) {
  const object = {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name: `mutant-${service}`,
      labels: { 'kubernetes.io/service-name': service, [managerLabel]: manager },
    },
    addressType: 'IPv4',
    ports: [],
    endpoints: [],
  }
  return { collection: pathOf('endpointslices', bench.namespaces.slices), object }
}

/** What somebody has written by hand is changed, or not taken over as it is. */
export const mirrors: readonly Mutant[] = [
  {
    id: 'M-E57',
    breaks: 'a slice that somebody has written is not as he has written it',
    mechanism: patch(
      'an endpoint has another address',
      (bench) => pathOf('endpointslices', bench.namespaces.slices, 'hand-made-2'),
      { endpoints: [{ addresses: ['192.0.2.22'], hostname: 'second', conditions: { ready: true } }] },
    ),
    witness: held('hand-made', (found) =>
      found.some((one) => (one.endpoints ?? []).some(({ addresses }) => addresses.includes('192.0.2.22'))),
    ),
    kills: { 'eps.custom.untouched': 'EndpointSlice' },
  },
  {
    id: 'M-E58',
    breaks: 'the controller has a slice of its own for a Service that is only another name',
    mechanism: create('a slice that the controller is said to manage', (bench) => [
      slice(bench, 'other-name', 'endpointslice-controller.k8s.io'),
    ]),
    witness: held('other-name', (found) => found.length === 1),
    kills: { 'eps.custom.untouched': 'EndpointSlice' },
  },
  {
    id: 'M-S11',
    breaks: 'an address of Endpoints that somebody has written is not in their mirror',
    mechanism: mirrorChanged('an endpoint is taken out', (endpoints) =>
      endpoints.filter((one) => !one.addresses.includes('192.0.2.42')),
    ),
    witness: held('mirrored', (found) => (found[0]?.endpoints ?? []).length === 2),
    kills: { 'mirror.selectorless': 'EndpointSlice', 'mirror.headless-dns': 'EndpointSlice' },
    alongside: { 'mirror.hostname-notready': ['non-conformant'] },
  },
  {
    id: 'M-S12',
    breaks: 'the mirror of Endpoints says nothing of hostnames',
    mechanism: mirrorChanged('no endpoint has a hostname', (endpoints) =>
      endpoints.map(({ hostname: _, ...rest }) => rest),
    ),
    witness: held('mirrored', (found) => (found[0]?.endpoints ?? []).every((one) => one.hostname === undefined)),
    kills: { 'mirror.hostname-notready': 'EndpointSlice', 'mirror.headless-dns': 'EndpointSlice' },
  },
  {
    id: 'M-S17',
    breaks: 'Endpoints are mirrored that are not to be',
    mechanism: unattended(create('a mirror', (bench) => [slice(bench, 'skipped', mirrorManager)])),
    witness: held('skipped', (found) => found.length === 1),
    kills: { 'mirror.skip': 'EndpointSlice' },
  },
  {
    id: 'M-S14',
    breaks: 'the Endpoints of a Service lack one of its Pods',
    mechanism: unattended(
      patch(
        'an address is taken out of the Endpoints',
        (bench) => pathOf('endpoints', bench.namespaces.headless, 'web'),
        (object: KubernetesObject) => {
          const { subsets = [] } = object as unknown as Endpoints
          return {
            subsets: subsets.map((one) => ({ ...one, addresses: one.addresses?.slice(1) })),
          } as unknown as Patch
        },
      ),
    ),
    witness: stands(
      'the Endpoints of web',
      (bench) => pathOf('endpoints', bench.namespaces.headless, 'web'),
      (one) => ((one as Endpoints | undefined)?.subsets ?? []).flatMap((subset) => subset.addresses ?? []).length === 1,
    ),
    kills: { 'endpoints.selector': 'EndpointSlice' },
  },
  {
    id: 'M-S39',
    breaks: 'the Endpoints of a headless Service are not labelled as such',
    mechanism: unattended(
      patch('the label is gone from the Endpoints', (bench) => pathOf('endpoints', bench.namespaces.headless, 'web'), {
        metadata: { labels: { 'service.kubernetes.io/headless': null } },
      }),
    ),
    witness: stands(
      'the Endpoints of web',
      (bench) => pathOf('endpoints', bench.namespaces.headless, 'web'),
      (one) => (one as Endpoints | undefined)?.metadata?.labels?.['service.kubernetes.io/headless'] === undefined,
    ),
    kills: { 'endpoints.label.headless': 'EndpointSlice' },
  },
  {
    id: 'M-S40',
    breaks: 'the mirror of Endpoints is written once, and never again',
    mechanism: frozen(
      'endpointslices',
      'discovery.k8s.io',
      ['UPDATE', 'DELETE'],
      (bench) => bench.namespaces.fresh,
      'endpointslicemirroring-controller',
    ),
    witness: stands(
      'the admission policy',
      () => '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies/mutant-endpointslices',
      (policy) => policy !== undefined,
    ),
    kills: { 'mirror.follows': 'EndpointSlice' },
  },
  {
    id: 'M-S15',
    breaks: 'a name does not resolve whose Endpoints somebody has written',
    mechanism: corefile(
      'a template answers A of the mirrored Service',
      template(
        'A',
        (bench) => exactly(`mirrored.${bench.namespaces.slices}.svc.${bench.clusterDomain}`),
        () => ['rcode NXDOMAIN'],
      ),
    ),
    witness: dug({
      type: 'A',
      name: (bench) => `mirrored.${bench.namespaces.slices}.svc.${bench.clusterDomain}`,
      prints: /NXDOMAIN/,
    }),
    kills: { 'mirror.headless-dns': 'DNS backend' },
  },
]
