import type { Hop } from '../../helpers/report/record.ts'
import type { Snapshot } from '../../helpers/stage/snapshot.ts'
import type { EndpointSlice, Service } from '../../helpers/target/objects.ts'
import type { World } from '../../helpers/worlds/world.ts'
import { at, type Spoiling, strangeAddress, valuesOf } from './spoiling.ts'

const managerLabel = 'endpointslice.kubernetes.io/managed-by'
const headlessLabel = 'service.kubernetes.io/headless'
const headless = ['web', 'db', 'peers']

interface Change {
  readonly kind: string
  /** Whether it is done to this Service, or to the slices of this Service. */
  readonly when?: (service: string) => boolean
  readonly service?: (service: Service, spice: number) => Service
  readonly slice?: (slice: EndpointSlice, spice: number) => EndpointSlice
  readonly convicts: Readonly<Record<string, Hop>>
  readonly unclear?: readonly string[]
  readonly open?: readonly string[]
}

const changes: readonly Change[] = [
  {
    kind: 'a headless Service has an address',
    when: (name) => headless.includes(name),
    service: (one, spice) => withSpec(one, strangeAddress(spice)),
    convicts: {
      ...at('Service', 'svc.headless.none-normalized'),
      ...at('EndpointSlice', 'eps.label.headless', 'endpoints.label.headless'),
    },
    // It compares with what the API server makes of one of them.
    open: ['svc.headless.immutable'],
  },
  {
    kind: 'a Service is another than that of its slices',
    service: (one, spice) => ({ ...one, metadata: { ...one.metadata, uid: `uid-${spice}` } }),
    convicts: at('EndpointSlice', 'eps.label.service-name'),
  },
  {
    kind: 'a slice has no owner',
    slice: ({ metadata: { ownerReferences: _, ...metadata } = {}, ...one }) => ({ ...one, metadata }),
    convicts: at('EndpointSlice', 'eps.label.service-name'),
  },
  {
    kind: 'a slice is managed by somebody else',
    slice: (one, spice) => withLabels(one, { [managerLabel]: `manager-${spice}` }),
    convicts: at('EndpointSlice', 'eps.label.managed-by'),
    unclear: [
      'eps.label.service-name',
      'eps.label.headless',
      'eps.ports.target',
      'eps.no-duplicates',
      'eps.trigger-time',
    ],
  },
  {
    kind: 'the label headless of a slice has a value',
    slice: (one, spice) => withLabels(one, { [headlessLabel]: `${spice}` }),
    convicts: at('EndpointSlice', 'eps.label.headless'),
  },
]

function withSpec(service: Service, address: string): Service {
  return { ...service, spec: { ...service.spec, clusterIP: address, clusterIPs: [address] } }
}

function withLabels(slice: EndpointSlice, labels: Record<string, string>): EndpointSlice {
  return { ...slice, metadata: { ...slice.metadata, labels: { ...slice.metadata?.labels, ...labels } } }
}

/** Every way to spoil what the API said of a Service of the headless set, and of what its slices say of themselves. */
export function serviceSpoilings(world: World): Spoiling[] {
  return [...valuesOf(world)].flatMap(([key, value]) => {
    if (!key.startsWith('snapshot ')) return []
    const snapshot = value as Snapshot
    return [...headless, 'web-clusterip'].flatMap((name) =>
      snapshot.services.some((one) => one.metadata?.name === name)
        ? changes
            .filter(({ when = () => true }) => when(name))
            .map(({ kind, service, slice, convicts, unclear = [], open = [] }): Spoiling => {
              const spoil = (spice: number): Snapshot => ({
                ...snapshot,
                services: snapshot.services.map((one) =>
                  one.metadata?.name === name && service !== undefined ? service(one, spice) : one,
                ),
                slices: snapshot.slices.map((one) =>
                  one.metadata?.labels?.['kubernetes.io/service-name'] === name && slice !== undefined
                    ? slice(one, spice)
                    : one,
                ),
              })
              return { kind, key, spoil, convicts, unclear, open }
            })
        : [],
    )
  })
}
