import { isDeepStrictEqual } from 'node:util'
import type { KubernetesApi } from '../../helpers/target/api.ts'
import { isStatus } from '../../helpers/target/kubernetes-error.ts'
import type { KubernetesObject } from '../../helpers/target/objects.ts'
import { eventually } from '../../helpers/wait.ts'
import type { Bench } from '../bench.ts'
import { mechanism } from '../mechanism.ts'
import type { Mechanism } from '../mutant.ts'

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined }
export type Patch = { readonly [key: string]: Json | undefined }

/** The API path of the object that is meant, which may have to be looked up. */
export type Place = (bench: Bench) => string | Promise<string>

/** The object at a path, or undefined where there is none. */
export async function objectAt(api: KubernetesApi, path: string): Promise<KubernetesObject | undefined> {
  try {
    return await api.send<KubernetesObject>(path)
  } catch (error) {
    if (isStatus(error, 404)) return undefined
    throw error
  }
}

/** Merges fields into the object at a path (JSON merge patch, RFC 7396). */
export async function merge(api: KubernetesApi, path: string, body: Patch): Promise<void> {
  await api.send(path, { method: 'PATCH', contentType: 'application/merge-patch+json', body })
}

/** JSON merge patch (RFC 7396) of one object; undone by a patch with the values that it had. */
export function patch(
  does: string,
  place: Place,
  change: Patch | ((object: KubernetesObject, bench: Bench) => Patch | Promise<Patch>),
): Mechanism {
  return mechanism<{ path: string; change: Patch; inverse: Patch }>({
    does,
    async read(bench) {
      const path = await place(bench)
      const object = await bench.api.send<KubernetesObject>(path)
      const wanted = typeof change === 'function' ? await change(object, bench) : change
      return { path, change: wanted, inverse: inverseOf(wanted, object) }
    },
    async apply(bench, state) {
      await merge(bench.api, state.path, state.change)
    },
    async undo(bench, { path, inverse }) {
      if ((await objectAt(bench.api, path)) !== undefined) await merge(bench.api, path, inverse)
    },
    async remains(bench, { path, inverse }) {
      const object = await objectAt(bench.api, path)
      // A controller that has replaced the object has undone the patch with it.
      return object === undefined || holds(object, inverse) ? undefined : `${path} is still patched`
    },
  })
}

/** Creates objects that are not there, cluster-wide or in a namespace that they name; undone by deleting them. */
export function create(
  does: string,
  objects: (bench: Bench) => readonly CreatedObject[] | Promise<readonly CreatedObject[]>,
): Mechanism {
  return mechanism<CreatedObject[]>({
    does,
    read: async (bench) => [...(await objects(bench))],
    async apply(bench, created) {
      for (const { collection, object } of created) await bench.api.send(collection, { method: 'POST', body: object })
    },
    async undo(bench, created) {
      for (const { collection, object } of [...created].reverse())
        await removeAt(bench.api, `${collection}/${object.metadata.name}`)
    },
    async remains(bench, created) {
      for (const { collection, object } of created) {
        const path = `${collection}/${object.metadata.name}`
        if ((await objectAt(bench.api, path)) !== undefined) return `${path} is still there`
      }
      return undefined
    },
  })
}

export interface CreatedObject {
  /** API path of the list that it is posted to. */
  readonly collection: string
  readonly object: KubernetesObject
}

/** Deletes an object and creates another in its place, or none; undone the same way round. For fields that cannot be changed. */
export function exchange(
  does: string,
  place: Place,
  other: (object: KubernetesObject, bench: Bench) => KubernetesObject | undefined,
  { orphan = false } = {},
): Mechanism {
  const put = async (bench: Bench, path: string, object: KubernetesObject | undefined): Promise<void> => {
    await removeAt(bench.api, path, orphan ? 'Orphan' : 'Background')
    await eventually(
      async () =>
        (await objectAt(bench.api, path)) === undefined
          ? { done: true, value: undefined }
          : { done: false, saw: 'still there' },
      { reason: `${path} to be gone`, deadline: 20_000, interval: 100, signal: bench.signal },
    )
    if (object !== undefined)
      await bench.api.send(path.slice(0, path.lastIndexOf('/')), { method: 'POST', body: object })
  }
  return mechanism<{ path: string; before: KubernetesObject; after: KubernetesObject | null }>({
    does,
    async read(bench) {
      const path = await place(bench)
      const before = asWritten(await bench.api.send<KubernetesObject>(path))
      return { path, before, after: other(structuredClone(before), bench) ?? null }
    },
    apply: (bench, { path, after }) => put(bench, path, after ?? undefined),
    async undo(bench, { path, before }) {
      const now = await objectAt(bench.api, path)
      if (now === undefined || !isDeepStrictEqual(asWritten(now).spec, before.spec)) await put(bench, path, before)
    },
    async remains(bench, { path, before }) {
      const now = await objectAt(bench.api, path)
      if (now === undefined) return `${path} is not back`
      return isDeepStrictEqual(asWritten(now).spec, before.spec) ? undefined : `${path} is not as it was`
    },
  })
}

/** Deletes an object; nothing happens where there is none. */
export async function removeAt(api: KubernetesApi, path: string, propagationPolicy = 'Background'): Promise<void> {
  try {
    await api.send(path, { method: 'DELETE', query: { propagationPolicy } })
  } catch (error) {
    if (!isStatus(error, 404)) throw error
  }
}

/** An object without what the API server has added, so that it can be created again. */
export function asWritten(object: KubernetesObject): KubernetesObject {
  const { status: _, ...rest } = object
  const { name, namespace, labels, annotations } = object.metadata
  const kept = { name, namespace, labels, annotations }
  return {
    ...rest,
    metadata: Object.fromEntries(Object.entries(kept).filter(([, value]) => value !== undefined)),
  } as KubernetesObject
}

/** The merge patch that takes a merge patch back. */
export function inverseOf(change: Patch, object: unknown): Patch {
  const before = isRecord(object) ? object : {}
  return Object.fromEntries(
    Object.entries(change).map(([key, value]) => {
      const had = before[key]
      const inverse = isRecord(value) && isRecord(had) ? inverseOf(value as Patch, had) : ((had ?? null) as Json)
      return [key, inverse]
    }),
  )
}

/**
 * Whether an object has every value of a merge patch, and none that the patch removes. The API server shows a list that has to
 * be there, and is empty, as null.
 */
export function holds(object: unknown, wanted: Patch): boolean {
  const own = isRecord(object) ? object : {}
  return Object.entries(wanted).every(([key, value]) => {
    if (value === null || value === undefined) return own[key] === undefined || own[key] === null
    return isRecord(value) && isRecord(own[key]) ? holds(own[key], value as Patch) : isDeepStrictEqual(own[key], value)
  })
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
