import { rightsForSet, type SetName, setsWithVolumes } from '../helpers/stage/sets.ts'
import { describeRight, mayI } from '../helpers/target/access.ts'
import type { KubernetesApi } from '../helpers/target/api.ts'
import type { StorageFacts } from '../helpers/target/storage.ts'

export interface Grounds {
  readonly storage: StorageFacts | undefined
  /** The one namespace in which rights are needed; everywhere without one. */
  readonly namespace?: string | undefined
  readonly signal: AbortSignal
}

/** Why a set is not to be staged on this cluster, which is nobody's fault; undefined where it is. */
export async function refusalOfSet(
  api: KubernetesApi,
  set: SetName,
  { storage, namespace, signal }: Grounds,
): Promise<string | undefined> {
  const scope = namespace === undefined ? {} : { namespace }
  for (const right of rightsForSet[set] ?? []) {
    const { allowed } = await mayI(api, { ...right, ...scope }, signal)
    if (!allowed) return `you may not ${describeRight({ ...right, ...scope })}, which the fixture ${set} needs`
  }
  if (!setsWithVolumes.includes(set) || storage === undefined || storage.defaultClass.seen) return undefined
  return `there is nothing to keep data in: ${storage.defaultClass.reason}`
}
