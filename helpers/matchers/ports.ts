import type { Observation } from '../report/record.ts'
import type { Snapshot } from '../stage/snapshot.ts'
import type { KubernetesObject, Pod, Service } from '../target/objects.ts'
import { ofOwnSlices } from './own-slices.ts'
import { nameOf, observation, placed } from './placed.ts'
import { serviceNamed, setText } from './truth.ts'

type ServicePort = NonNullable<NonNullable<Service['spec']>['ports']>[number]

interface Port {
  readonly name?: string
  readonly port?: number
  readonly protocol?: string
  readonly appProtocol?: string
}

function portText({ name, port, protocol, appProtocol }: Port): string {
  const application = appProtocol === undefined ? '' : ` ${appProtocol}`
  return `${name || 'unnamed'} ${port ?? 'every port'}/${protocol ?? 'TCP'}${application}`
}

/** The number behind a port of a Service at one pod: a name is looked up among its containers, sidecars included. */
function resolved({ port, protocol = 'TCP', targetPort }: ServicePort, pod: Pod): number | undefined {
  if (targetPort === undefined) return port
  if (typeof targetPort === 'number') return targetPort
  const sidecars = (pod.spec?.initContainers ?? []).filter((one) => one.restartPolicy === 'Always')
  return [...(pod.spec?.containers ?? []), ...sidecars]
    .flatMap((container) => container.ports ?? [])
    .find((one) => one.name === targetPort && (one.protocol ?? 'TCP') === protocol)?.containerPort
}

/** A port that a pod does not name is left out (k8s.io/endpointslice getEndpointPorts). */
function portsAt(service: Service, pod: Pod): string {
  const ports = (service.spec?.ports ?? []).flatMap((one) => {
    const port = resolved(one, pod)
    return port === undefined ? [] : [portText({ ...one, port })]
  })
  return setText(ports)
}

/** The API has kept each port of a Service that was written: which of them are one is decided by number and protocol together. */
export function portsAreWritten(
  snapshot: Snapshot,
  written: readonly KubernetesObject[],
  serviceName: string,
): Observation {
  const wanted = written.find(({ kind, metadata }) => kind === 'Service' && metadata.name === serviceName)
  const [expected, observed] = [wanted as Service | undefined, serviceNamed(snapshot, serviceName)].map((service) =>
    setText((service?.spec?.ports ?? []).map(portText)),
  )
  return {
    ...{ vantage: 'API', backend: serviceName, hop: 'Service' },
    verdict: expected === observed ? 'conformant' : 'non-conformant',
    expected: expected ?? '',
    observed: observed ?? '',
  }
}

/** Every port that was written is in the Service, and then in its slices. */
export function portsAreKept(
  snapshot: Snapshot,
  written: readonly KubernetesObject[],
  serviceName: string,
): Observation[] {
  return [portsAreWritten(snapshot, written, serviceName), ...portsAreTargets(snapshot, serviceName)]
}

/**
 * A slice has the ports of its Service, each by its name, with the number that it has at the pods in that slice: pods that
 * give one name to different numbers are in different slices.
 */
export function portsAreTargets(snapshot: Snapshot, serviceName: string): Observation[] {
  const judged = ofOwnSlices(snapshot, serviceName, (slice, service) => {
    const seen = setText((slice.ports ?? []).map(portText))
    const pods = placed(snapshot, service, [slice]).flatMap(({ pod }) => pod ?? [])
    return pods.map((pod) => {
      const wanted = portsAt(service, pod)
      return observation(nameOf(slice), wanted === seen, `${wanted} at ${nameOf(pod)}`, seen)
    })
  })
  if (judged.length > 0) return judged
  const observed = `no endpoint of a pod of ${serviceName} is in sight`
  return [{ ...observation('', false, 'ports', observed), verdict: 'inconclusive' }]
}
