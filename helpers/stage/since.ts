import type { KubernetesApi } from '../target/api.ts'
import type { KubernetesObject } from '../target/objects.ts'
import { minorOf } from '../target/version.ts'

/**
 * On an object of a fixture: the minor version of Kubernetes that is the first to know all its fields. An older API server
 * refuses what it does not know (server-side apply), and one object is no reason to lose a whole set.
 */
const sinceAnnotation = 'rollcall.dev/since'

/** The objects that an API server of this version (`v1.35.4`) takes. */
export function takenBy(gitVersion: string, objects: readonly KubernetesObject[]): KubernetesObject[] {
  const served = minorOf(gitVersion)
  return objects.filter(({ metadata }) => {
    const since = (metadata.annotations as Record<string, string> | undefined)?.[sinceAnnotation]
    return since === undefined || minorOf(since) <= served
  })
}

/** Reads the version only where an object asks for one. */
export async function takenByServer(
  api: KubernetesApi,
  objects: readonly KubernetesObject[],
): Promise<readonly KubernetesObject[]> {
  if (takenBy('1.0', objects).length === objects.length) return objects
  const { gitVersion } = await api.send<{ gitVersion: string }>('/version')
  return takenBy(gitVersion, objects)
}
