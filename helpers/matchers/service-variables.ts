import type { InsideSighting } from '../probes/inside.ts'
import type { Observation } from '../report/record.ts'
import type { Snapshot } from '../stage/snapshot.ts'
import type { Pod, Service } from '../target/objects.ts'

/** What the variables of a Service begin with (pkg/kubelet/envvars makeEnvVariableName). */
function prefixOf(service: Service): string {
  return (service.metadata?.name ?? '').replaceAll('-', '_').toUpperCase()
}

function createdBefore(service: Service, pod: Pod): boolean {
  return Date.parse(service.metadata?.creationTimestamp ?? '') <= Date.parse(pod.metadata?.creationTimestamp ?? '')
}

/**
 * No variable of a Pod tells of a headless Service. That counts only where the same Pod has those of a ClusterIP Service
 * that was there before it: `enableServiceLinks` takes them all away (getServiceEnvVarMap).
 */
export function noHeadlessVariables(snapshot: Snapshot, pod: Pod, sighting: InsideSighting): Observation[] {
  const headless = snapshot.services.filter((one) => one.spec?.clusterIP === 'None')
  const control = snapshot.services.filter((one) => one.spec?.clusterIPs?.[0] !== 'None' && createdBefore(one, pod))
  const about = { vantage: sighting.pod, hop: 'pod' as const }
  if (pod.spec?.enableServiceLinks === false) {
    const observed = 'the Pod has asked for no variables of Services (enableServiceLinks)'
    return [{ ...about, backend: '', verdict: 'not-applicable', expected: 'variables of Services', observed }]
  }
  return headless.map((service): Observation => {
    const [host, port] = ['HOST', 'PORT'].map((end) => `${prefixOf(service)}_SERVICE_${end}`)
    const told = { ...about, backend: `Service ${service.metadata?.name}`, expected: `no ${host}, no ${port}` }
    const { outcome } = sighting
    if (outcome.kind === 'lost') return { ...told, verdict: 'inconclusive', observed: outcome.reason }
    const { variables } = outcome.view
    const found = variables.filter((one) => one === host || one === port)
    if (found.length > 0)
      return { ...told, verdict: 'non-conformant', observed: `${found.join(', ')} in ${sighting.pod}` }
    if (control.some((one) => variables.includes(`${prefixOf(one)}_SERVICE_HOST`)))
      return { ...told, verdict: 'conformant', observed: told.expected }
    return { ...told, verdict: 'inconclusive', observed: 'not there, but neither are those of any ClusterIP Service' }
  })
}
