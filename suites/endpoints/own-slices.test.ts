import {
  controllerManages,
  describe,
  headlessIsLabelled,
  portsAreKept,
  portsAreTargets,
  slicesNameService,
  specs,
  staged,
} from '../../helpers/harness.ts'

// Consumers find slices by their labels alone, and know by them whose they are and whether a proxy has to look.
const test = staged('headless')
const services = ['web', 'db', 'peers', 'web-clusterip']

describe('an EndpointSlice that the cluster writes for a Service', () => {
  test(
    'carries the name of the Service, and belongs to it',
    {
      meta: {
        id: 'eps.label.service-name',
        level: 'MUST',
        spec: `${specs.endpointSlice} label kubernetes.io/service-name`,
      },
    },
    async ({ stage, decide }) =>
      decide(async () => {
        const snapshot = await stage.snapshot()
        return services.flatMap((service) => slicesNameService(snapshot, service))
      }),
  )

  test(
    'says that the controller of the cluster manages it',
    {
      meta: {
        id: 'eps.label.managed-by',
        level: 'MUST',
        spec: `${specs.endpointSlice} label endpointslice.kubernetes.io/managed-by`,
      },
    },
    async ({ stage, decide }) =>
      decide(async () => {
        const snapshot = await stage.snapshot()
        return services.flatMap((service) => controllerManages(snapshot, service))
      }),
  )

  test(
    'is labelled as headless exactly if the Service has no address',
    {
      meta: {
        id: 'eps.label.headless',
        level: 'MUST',
        spec: `${specs.endpointSlice} label service.kubernetes.io/headless`,
      },
    },
    async ({ stage, decide }) =>
      decide(async () => {
        const snapshot = await stage.snapshot()
        // Two that bear the label themselves, which is not copied.
        return [...services, 'unmanned', 'none-ready'].flatMap((service) => headlessIsLabelled(snapshot, service))
      }),
  )

  test(
    'has the ports of the Service, each with the number that the Pods have for it',
    { meta: { id: 'eps.ports.target', level: 'MUST', spec: `${specs.endpointSlice} ports` } },
    async ({ stage, decide }) =>
      decide(async () => {
        const snapshot = await stage.snapshot()
        return services.flatMap((service) => portsAreTargets(snapshot, service))
      }),
  )

  test(
    'has both ports where one of TCP and one of UDP share a number',
    { meta: { id: 'eps.ports.two-protocols', level: 'MUST', spec: `${specs.endpointSlice} ports` } },
    async ({ stage, decide }) =>
      decide(async () => portsAreKept(await stage.snapshot(), stage.written(), 'two-protocols')),
  )

  test(
    'has the application protocol of a port, and no name for one that has none',
    { meta: { id: 'eps.ports.app-protocol', level: 'MUST', spec: `${specs.endpointSlice} ports[].appProtocol` } },
    async ({ stage, decide }) =>
      decide(async () => portsAreKept(await stage.snapshot(), stage.written(), 'nameless-port')),
  )

  test(
    'is not the one of another Pod that gives the name of a port another number',
    { meta: { id: 'eps.ports.group', level: 'MUST', spec: `${specs.endpointSlice} ports` } },
    async ({ stage, decide }) => decide(async () => portsAreTargets(await stage.snapshot(), 'sided')),
  )
})
