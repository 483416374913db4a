import { KubernetesError } from '../target/kubernetes-error.ts'
import type { KubernetesObject } from '../target/objects.ts'

interface Placed {
  readonly template?: { readonly spec?: { readonly affinity?: unknown } }
}

/**
 * A DaemonSet without the affinity that keeps it from virtual nodes, for a server that has refused it: GKE Autopilot takes none to labels
 * that it does not know, and has no such nodes. Undefined where that is not what was refused.
 */
export function withoutRefusedAffinity(object: KubernetesObject, error: unknown): KubernetesObject | undefined {
  if (object.kind !== 'DaemonSet' || !(error instanceof KubernetesError) || !/affinity/i.test(error.message))
    return undefined
  const spec = structuredClone(object.spec ?? {}) as Placed
  if (spec.template?.spec?.affinity === undefined) return undefined
  const { affinity: _, ...placed } = spec.template.spec
  return { ...object, spec: { ...spec, template: { ...spec.template, spec: placed } } }
}
