import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from '../helpers/config.ts'
import { Problem } from '../helpers/errors.ts'
import type { KubernetesApi } from '../helpers/target/api.ts'
import type { Before } from '../helpers/upgrade/before.ts'
import { homeOf, readBeforeFile, readBeforeInCluster } from '../helpers/upgrade/keep-before.ts'

/** The file in the folder of the reports. */
export const beforeFile = 'before.json'

/**
 * What `rollcall before` has written: in the file that is named, in the folder of the reports, or else in the cluster. Its registry
 * is the one of our settings, where these have one.
 */
export async function recordedBefore(
  connect: () => KubernetesApi,
  config: Pick<Config, 'reports' | 'namespace' | 'imagesFrom'>,
  state: string | undefined,
  signal: AbortSignal,
): Promise<Before> {
  const { reports, imagesFrom } = config
  const usual = join(reports, beforeFile)
  const path = state ?? (existsSync(usual) ? usual : undefined)
  const before = path === undefined ? await fromCluster(connect, config, signal) : readBeforeFile(path)
  return imagesFrom === undefined ? before : { ...before, imagesFrom }
}

/** @throws Problem where a registry is named that we have not been given: whoever may write the record could run images of theirs as us. */
async function fromCluster(
  connect: () => KubernetesApi,
  { namespace, imagesFrom }: Pick<Config, 'namespace' | 'imagesFrom'>,
  signal: AbortSignal,
): Promise<Before> {
  const api = connect()
  try {
    const before = await readBeforeInCluster(api, namespace, signal)
    if (before.imagesFrom === undefined || imagesFrom !== undefined) return before
    throw new Problem(
      `The record in ${homeOf(before)} says that images came from ${JSON.stringify(before.imagesFrom)}, which is taken from no cluster; give --images-from again, or name the file of rollcall before with --state.`,
    )
  } finally {
    api.close()
  }
}
