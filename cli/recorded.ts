import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from '../helpers/config.ts'
import type { KubernetesApi } from '../helpers/target/api.ts'
import type { Before } from '../helpers/upgrade/before.ts'
import { readBeforeFile, readBeforeInCluster } from '../helpers/upgrade/keep-before.ts'

/** The file in the folder of the reports. */
export const beforeFile = 'before.json'

/** What `rollcall before` has written: in the file that is named, in the folder of the reports, or else in the cluster. */
export async function recordedBefore(
  connect: () => KubernetesApi,
  { reports, namespace }: Pick<Config, 'reports' | 'namespace'>,
  state: string | undefined,
  signal: AbortSignal,
): Promise<Before> {
  const usual = join(reports, beforeFile)
  if (state !== undefined) return readBeforeFile(state)
  if (existsSync(usual)) return readBeforeFile(usual)
  const api = connect()
  try {
    return await readBeforeInCluster(api, namespace, signal)
  } finally {
    api.close()
  }
}
