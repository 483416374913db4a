import { readFile } from 'node:fs/promises'
import { gunzipSync } from 'node:zlib'
import { z } from 'zod'
import { messageOf, Problem } from '../errors.ts'
import type { KubernetesApi } from '../target/api.ts'
import { type ConfigMap, list, type Resource } from '../target/objects.ts'
import { look } from '../target/seen.ts'
import { type Before, beforeSchema } from './before.ts'

/** The ConfigMap in which `rollcall before` leaves what it has recorded, for whoever comes from another machine. */
export const stateConfigMap = 'rollcall-before'

const shape = z.looseObject({
  id: z.string(),
  taken: z.string(),
  facts: z.looseObject({ dns: z.looseObject({ clusterDomain: z.string() }) }),
  sets: z.array(z.looseObject({ set: z.string(), namespace: z.string() })).min(1),
  snapshots: z.record(z.string(), z.looseObject({ namespace: z.string() })),
  revisions: z.array(z.looseObject({})),
  answers: z.array(z.looseObject({})),
  marks: z.array(z.looseObject({})),
  redis: z.array(z.looseObject({})),
})

/** Reads what was recorded before an upgrade. @throws Problem where it is nothing of that kind, or of another format. */
export function parseBefore(text: string, where: string): Before {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new Problem(`${where} is no record of rollcall before (${messageOf(error)}); name another with --state.`)
  }
  const { schema } = (value ?? {}) as { schema?: unknown }
  if (schema !== beforeSchema)
    throw new Problem(
      `${where} has the format ${JSON.stringify(schema) ?? 'of nothing'}, and this Rollcall reads ${beforeSchema}; use the one that has written it.`,
    )
  const read = shape.safeParse(value)
  if (read.success) return value as Before
  const issue = read.error.issues[0]
  throw new Problem(
    `${where} is not whole: ${issue?.path.join('.')} is wrong (${issue?.message}); name another with --state.`,
  )
}

/** Reads a file that `rollcall before` has written; undefined where there is none. @throws Problem where it is none of its. */
export async function readBeforeFile(path: string): Promise<Before | undefined> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new Problem(`${path} cannot be read (${messageOf(error)}); make it readable, or name another with --state.`)
  }
  return parseBefore(text, path)
}

/** Looks for what `rollcall before` has left in the cluster, in one namespace or in all; the newest where there are several. */
export async function findBefore(
  api: KubernetesApi,
  namespace: string | undefined,
  signal?: AbortSignal,
): Promise<Before | undefined> {
  const where = { fields: `metadata.name=${stateConfigMap}`, signal, ...(namespace === undefined ? {} : { namespace }) }
  const found = await look('ConfigMaps', () => list(api, 'configmaps', where))
  const states = (found.seen ? found.value : [])
    .filter((one) => one.metadata?.name === stateConfigMap)
    .map((one) => parseBefore(textIn(one), `ConfigMap ${one.metadata?.namespace}/${stateConfigMap}`))
  return states.sort((a, b) => (a.taken < b.taken ? 1 : -1))[0]
}

/** What the one entry of a ConfigMap holds, which is packed where it would be too large. */
function textIn({ data = {}, binaryData = {} }: ConfigMap): string {
  const [text = ''] = Object.values(data)
  const [binary] = Object.values(binaryData)
  if (binary === undefined && /^\s*\{/.test(text)) return text
  const bytes = Buffer.from(binary ?? text, 'base64')
  return bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes).toString('utf8') : bytes.toString('utf8')
}

const recorded: readonly (readonly [Resource, 'services' | 'pods' | 'slices' | 'statefulSets'])[] = [
  ['services', 'services'],
  ['statefulsets', 'statefulSets'],
  ['pods', 'pods'],
]

/**
 * Makes sure that a cluster is the one that was looked at before: something of the fixture has to be there by its uid.
 * @throws Problem where nothing is.
 */
export async function sameCluster(
  api: KubernetesApi,
  { sets, snapshots, taken }: Before,
  signal?: AbortSignal,
): Promise<void> {
  for (const { set, namespace } of sets) {
    const snapshot = snapshots[set]
    for (const [resource, field] of recorded) {
      const uids = new Set((snapshot?.[field] ?? []).map((one) => one.metadata?.uid))
      const now = await look(resource, () => list(api, resource, { namespace, signal }))
      if (now.seen && (now.value as { metadata?: { uid?: string } }[]).some((one) => uids.has(one.metadata?.uid ?? '')))
        return
    }
  }
  const where = sets.map((one) => one.namespace).join(' and ')
  throw new Problem(
    `Nothing of what was recorded on ${taken} is in ${where}: it is another cluster, or the fixture was deleted; name the cluster with --context, or begin with rollcall before.`,
  )
}
