import { isReady } from '../target/objects.ts'
import type { Shown } from './truth.ts'

/** What EndpointSlices do not tell yet of Pods that are Ready, in a few words; undefined once they tell of all. */
export function untoldOf({ pods, services, slices }: Pick<Shown, 'pods' | 'services' | 'slices'>): string | undefined {
  for (const { metadata, spec } of services) {
    const selector = Object.entries(spec?.selector ?? {})
    if (selector.length === 0) continue
    const endpoints = slices
      .filter((one) => one.metadata?.labels?.['kubernetes.io/service-name'] === metadata?.name)
      .flatMap((one) => one.endpoints ?? [])
      .filter((one) => one.conditions?.ready !== false)
    const told = new Set(endpoints.flatMap((one) => one.addresses))
    const missing = pods.find(
      (pod) =>
        isReady(pod) &&
        selector.every(([key, value]) => pod.metadata?.labels?.[key] === value) &&
        !told.has(pod.status?.podIP ?? ''),
    )
    if (missing !== undefined)
      return `the EndpointSlices of ${metadata?.name} do not tell that Pod ${missing.metadata?.name} is Ready`
  }
  return undefined
}
