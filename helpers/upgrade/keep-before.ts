import { readFileSync } from 'node:fs'
import { gunzipSync, gzipSync } from 'node:zlib'
import { messageOf, Problem } from '../errors.ts'
import { marksOf } from '../stage/labels.ts'
import type { KubernetesApi } from '../target/api.ts'
import { isStatus, KubernetesError } from '../target/kubernetes-error.ts'
import { type ConfigMap, list, pathOf, read } from '../target/objects.ts'
import { type Before, beforeSchema } from './before.ts'

/** The ConfigMap in the namespace of set `upgrade` that holds what was before, and the label that tells it from others. */
export const beforeConfigMap = 'rollcall-before'
export const beforeLabel = 'rollcall.dev/before'
/** Its key: JSON, compressed, since a ConfigMap holds a mebibyte at most. */
const key = 'before.json.gz'

/** What `reports/before.json` holds. */
export function beforeJson(before: Before): string {
  return `${JSON.stringify(before, null, 2)}\n`
}

/** The namespace of set `upgrade`. */
export function homeOf({ sets }: Before): string {
  return sets.find((one) => one.set === 'upgrade')?.namespace ?? ''
}

/**
 * Keeps what was before in the cluster itself, for whoever has not got the file: for so many seconds, as the fixture.
 * @throws KubernetesError where that is refused.
 */
export async function keepInCluster(api: KubernetesApi, before: Before, keptFor: number): Promise<void> {
  const marks = marksOf({ run: before.id, kept: true, keptFor })
  const namespace = homeOf(before)
  await api.send(pathOf('configmaps', namespace, beforeConfigMap), {
    method: 'PATCH',
    query: { fieldManager: 'rollcall', force: 'true' },
    contentType: 'application/apply-patch+yaml',
    body: {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: beforeConfigMap, namespace, labels: { ...marks, [beforeLabel]: 'true' } },
      binaryData: { [key]: gzipSync(JSON.stringify(before)).toString('base64') },
    },
  })
}

/** What was before, from a file. @throws Problem where it is not there, or no file of `rollcall before`. */
export function readBeforeFile(path: string): Before {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT'
    throw new Problem(
      missing
        ? `There is no ${path}; run rollcall before ahead of the upgrade, or name its file with --state.`
        : `${path} cannot be read: ${messageOf(error)}; make it readable, or name another with --state.`,
    )
  }
  return parsed(text, path)
}

/**
 * What was before, from the cluster: from that namespace, or from wherever the youngest is.
 * @throws Problem where there is none; ApiUnreachable where the API is away.
 */
export async function readBeforeInCluster(
  api: KubernetesApi,
  namespace: string | undefined,
  signal: AbortSignal,
): Promise<Before> {
  const found = await find(api, namespace, signal).catch((error: unknown) => {
    if (isStatus(error, 404)) return undefined
    if (error instanceof KubernetesError && [401, 403].includes(error.status))
      throw new Problem(
        `What was before cannot be looked for in the cluster (${messageOf(error)}); name its file with --state, or its namespace with --namespace.`,
      )
    throw error
  })
  const packed = found?.binaryData?.[key]
  if (packed === undefined)
    throw new Problem(
      `${namespace === undefined ? 'The cluster' : `Namespace ${namespace}`} holds no record of rollcall before; run that ahead of the upgrade, or name its file with --state.`,
    )
  const where = `ConfigMap ${found?.metadata?.namespace}/${beforeConfigMap}`
  try {
    return parsed(gunzipSync(Buffer.from(packed, 'base64')).toString('utf8'), where)
  } catch (error) {
    throw error instanceof Problem
      ? error
      : new Problem(`${where} cannot be read: ${messageOf(error)}; name a file with --state.`)
  }
}

async function find(
  api: KubernetesApi,
  namespace: string | undefined,
  signal: AbortSignal,
): Promise<ConfigMap | undefined> {
  if (namespace !== undefined) return read(api, 'configmaps', namespace, beforeConfigMap, signal)
  const all = await list(api, 'configmaps', { labels: `${beforeLabel}=true`, signal })
  const createdAt = ({ metadata }: ConfigMap): string => metadata?.creationTimestamp ?? ''
  return all.sort((a, b) => createdAt(b).localeCompare(createdAt(a)))[0]
}

function parsed(text: string, where: string): Before {
  let value: Partial<Before> | null
  try {
    value = JSON.parse(text) as Partial<Before> | null
  } catch {
    throw new Problem(`${where} is not JSON; run rollcall before again, or name another file with --state.`)
  }
  if (value?.schema !== beforeSchema)
    throw new Problem(
      `${where} is no record of this version of rollcall before (${beforeSchema}); name another with --state.`,
    )
  return value as Before
}
