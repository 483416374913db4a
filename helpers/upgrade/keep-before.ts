import { readFileSync } from 'node:fs'
import { gunzipSync, gzipSync } from 'node:zlib'
import { messageOf, Problem } from '../errors.ts'
import { marksOf, ownNamespaceOf, runLabel } from '../stage/labels.ts'
import type { KubernetesApi } from '../target/api.ts'
import { isStatus, KubernetesError } from '../target/kubernetes-error.ts'
import { type ConfigMap, list, type Namespace, pathOf, read } from '../target/objects.ts'
import { type Before, beforeSchema } from './before.ts'

/** The ConfigMap in the namespace of set `upgrade` that holds what was before. */
export const beforeConfigMap = 'rollcall-before'
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
      metadata: { name: beforeConfigMap, namespace, labels: marks },
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
 * What was before, from the cluster: from that namespace, or from the youngest that a run has made for it. Whoever may write there
 * can have written it.
 * @throws Problem where there is none; ApiUnreachable where the API is away.
 */
export async function readBeforeInCluster(
  api: KubernetesApi,
  namespace: string | undefined,
  signal: AbortSignal,
): Promise<Before> {
  const found = await find(api, namespace, signal).catch((error: unknown) => {
    if (error instanceof KubernetesError && [401, 403].includes(error.status))
      throw new Problem(
        `What was before cannot be looked for in the cluster (${messageOf(error)}); name its file with --state, or its namespace with --namespace.`,
      )
    throw error
  })
  const packed = found?.binaryData?.[key]
  if (packed === undefined) throw new Problem(nothingIn(namespace))
  const home = found?.metadata?.namespace ?? ''
  const where = `ConfigMap ${home}/${beforeConfigMap}`
  try {
    return atHome(parsed(gunzipSync(Buffer.from(packed, 'base64')).toString('utf8'), where), home)
  } catch (error) {
    throw error instanceof Problem
      ? error
      : new Problem(`${where} cannot be read: ${messageOf(error)}; name a file with --state.`)
  }
}

function nothingIn(namespace: string | undefined): string {
  return namespace === undefined
    ? 'No namespace that rollcall before has made holds its record; run that ahead of the upgrade, or name its file with --state, or the namespace that it was given with --namespace.'
    : `Namespace ${namespace} holds no record of rollcall before; run that ahead of the upgrade, or name its file with --state.`
}

/** Only the namespaces of runs are looked into: a ConfigMap anywhere else may be of anybody who may write one there. */
async function find(
  api: KubernetesApi,
  namespace: string | undefined,
  signal: AbortSignal,
): Promise<ConfigMap | undefined> {
  const homes = namespace === undefined ? await ownHomes(api, signal) : [namespace]
  for (const home of homes) {
    try {
      return await read(api, 'configmaps', home, beforeConfigMap, signal)
    } catch (error) {
      if (!isStatus(error, 404)) throw error
    }
  }
  return undefined
}

/** The namespaces that runs have made for set `upgrade`, youngest first. Their labels are the word of whoever may make namespaces. */
async function ownHomes(api: KubernetesApi, signal: AbortSignal): Promise<string[]> {
  const marked = await list(api, 'namespaces', { labels: runLabel, signal })
  const own = marked.filter(
    ({ metadata }) => metadata?.name === ownNamespaceOf('upgrade', metadata?.labels?.[runLabel] ?? ''),
  )
  const madeAt = ({ metadata }: Namespace): string => metadata?.creationTimestamp ?? ''
  return own.sort((a, b) => madeAt(b).localeCompare(madeAt(a))).map(({ metadata }) => metadata?.name ?? '')
}

/** @throws Problem where the record would lead us into namespaces that its run has neither made nor been given. */
function atHome(before: Before, home: string): Before {
  const isOurs = ({ set, namespace }: Before['sets'][number]): boolean =>
    namespace === home || namespace === ownNamespaceOf(set, before.id)
  if (homeOf(before) === home && before.sets.every(isOurs)) return before
  throw new Problem(
    `ConfigMap ${home}/${beforeConfigMap} tells of a fixture in other namespaces, which rollcall before writes nowhere; name a file with --state.`,
  )
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
