import { Problem } from '../errors.ts'
import type { KubernetesApi } from '../target/api.ts'
import { isStatus } from '../target/kubernetes-error.ts'
import type { KubernetesObject } from '../target/objects.ts'
import { eventually, whenExpired } from '../wait.ts'
import type { Applier } from './apply.ts'
import { deleteClaimsOf } from './claims.ts'

/** Where objects are, by their paths. */
export interface Place {
  readonly api: KubernetesApi
  readonly applier: Applier
  readonly namespace: string
}

/** An object as the API has it; undefined where there is none. */
export async function find(place: Place, object: KubernetesObject): Promise<KubernetesObject | undefined> {
  try {
    return await place.api.send<KubernetesObject>(await place.applier.path(object, place.namespace))
  } catch (error) {
    if (isStatus(error, 404)) return undefined
    throw error
  }
}

/**
 * Deletes an object of ours, with the claims that were made for it, and waits until it is gone. Takes no signal of the run:
 * clean-up happens after an interrupt too.
 * @throws Problem where it does not go within a minute.
 */
export async function remove(place: Place, object: KubernetesObject): Promise<void> {
  const subject = `${object.kind} ${object.metadata.name}`
  try {
    // Foreground: the object is gone only after its pods are.
    await place.api.send(await place.applier.path(object, place.namespace), {
      method: 'DELETE',
      query: { propagationPolicy: 'Foreground' },
    })
  } catch (error) {
    if (!isStatus(error, 404)) throw error
  }
  await eventually(
    async () =>
      (await find(place, object)) === undefined
        ? { done: true, value: undefined }
        : { done: false, saw: 'still there' },
    { reason: `${subject} to be gone`, deadline: 60_000 },
  ).catch(
    whenExpired(({ message }) => {
      throw new Problem(`${subject} is stuck in deletion: ${message}; see what holds it and delete it.`)
    }),
  )
  await deleteClaimsOf(place.api, place.namespace, object)
}
