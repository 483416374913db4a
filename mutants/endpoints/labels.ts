import type { EndpointSlice } from '../../helpers/target/objects.ts'
import { list } from '../../helpers/target/objects.ts'
import type { Mutant, Witness } from '../mutant.ts'
import { patch } from '../verbs/objects.ts'
import { slicesHold } from '../witnesses.ts'
import { sliceOf, tamperedSlice } from './slices.ts'

const serviceLabel = 'kubernetes.io/service-name'
const managerLabel = 'endpointslice.kubernetes.io/managed-by'
const headlessLabel = 'service.kubernetes.io/headless'

function relabelled(does: string, service: string, labels: Record<string, string | null>) {
  return tamperedSlice(does, service, () => ({ metadata: { labels } }))
}

/** What a slice says of itself, found by a label. */
function anySlice(labels: string, is: (slice: EndpointSlice) => boolean): Witness {
  return {
    looksAt: `the slices with ${labels}`,
    async see(bench) {
      const found = await list(bench.api, 'endpointslices', { namespace: bench.namespaces.headless, labels })
      return { shows: found.some(is), saw: `${found.length} slices` }
    },
  }
}

/** Slices do not say whose they are, or of what kind. */
export const labels: readonly Mutant[] = [
  {
    id: 'M-E04',
    breaks: 'a slice of the controller says that somebody else manages it, so that nobody keeps it up to date',
    mechanism: patch('the manager of the slice is another', (bench) => sliceOf(bench, 'web'), {
      metadata: { labels: { [managerLabel]: 'mutant.example' } },
    }),
    witness: slicesHold('the slices of web', 'web', (found) =>
      found.some((one) => one.metadata?.labels?.[managerLabel] === 'mutant.example'),
    ),
    kills: { 'eps.label.managed-by': 'EndpointSlice' },
    // The controller misses the slice that it remembers, and as of 1.36 writes no other in its place.
    alongside: {
      'eps.label.service-name': ['inconclusive'],
      'eps.label.headless': ['inconclusive'],
      'eps.ports.target': ['inconclusive'],
      'eps.no-duplicates': ['inconclusive'],
      'eps.trigger-time': ['inconclusive'],
    },
  },
  {
    id: 'M-E30',
    breaks: 'the slice of a headless Service is not labelled as such, so that every proxy keeps it',
    mechanism: relabelled('the label headless is gone from the slice', 'web', { [headlessLabel]: null }),
    witness: slicesHold('the slices of web', 'web', (found) =>
      found.every((one) => one.metadata?.labels?.[headlessLabel] === undefined),
    ),
    kills: { 'eps.label.headless': 'EndpointSlice' },
  },
  {
    id: 'M-E31',
    breaks: 'the slice of a Service with an address is labelled as headless, so that the proxies overlook it',
    mechanism: relabelled('the label headless on the slice of the ClusterIP twin', 'web-clusterip', {
      [headlessLabel]: '',
    }),
    witness: slicesHold('the slices of web-clusterip', 'web-clusterip', (found) =>
      found.every((one) => one.metadata?.labels?.[headlessLabel] === ''),
    ),
    kills: {
      'eps.label.headless': 'EndpointSlice',
      'proxy.clusterip.rules': 'node rules',
      'proxy.mixed': 'node rules',
    },
  },
  {
    id: 'M-E32',
    breaks: 'a slice belongs to no Service, and outlives its own',
    mechanism: tamperedSlice('the slice has no owner', 'db', () => ({ metadata: { ownerReferences: null } })),
    witness: slicesHold('the slices of db', 'db', (found) =>
      found.every((one) => (one.metadata?.ownerReferences ?? []).length === 0),
    ),
    kills: { 'eps.label.service-name': 'EndpointSlice' },
  },
  {
    id: 'M-E33',
    breaks: 'the slice of a Service names another, so that nobody finds it',
    mechanism: relabelled('the label service-name is that of nobody', 'peers', { [serviceLabel]: 'nobody' }),
    witness: anySlice(`${serviceLabel}=nobody`, ({ metadata }) => metadata?.ownerReferences?.[0]?.name === 'peers'),
    kills: {
      'eps.label.service-name': 'EndpointSlice',
      'eps.label.managed-by': 'EndpointSlice',
      'eps.endpoint.targetref': 'EndpointSlice',
    },
    // Without a slice there is nothing to say of its endpoints.
    alongside: {
      'eps.endpoint.hostname': ['inconclusive'],
      'eps.endpoint.node-zone': ['inconclusive'],
      'eps.cond.ready': ['inconclusive'],
      'eps.cond.serving': ['inconclusive'],
      'eps.cond.terminating': ['inconclusive'],
      'dns.headless.host.ready-only': ['inconclusive'],
    },
  },
]
