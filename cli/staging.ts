import { randomBytes } from 'node:crypto'
import type { Config } from '../helpers/config.ts'
import { Staging } from '../helpers/stage/staging.ts'
import type { KubernetesApi } from '../helpers/target/api.ts'

/** The id of a run: that of the one whose stage it observes, else a new one. */
export function runId(config: Config): string {
  return config.stage ?? randomBytes(3).toString('hex')
}

/** The stage of a run as its settings want it. */
export function openStaging(
  api: KubernetesApi,
  config: Config,
  run: string,
  { signal, progress }: { signal: AbortSignal; progress: (line: string) => void },
): Staging {
  return new Staging(api, {
    run,
    namespace: config.namespace,
    kept: config.keep,
    imagesFrom: config.imagesFrom,
    readyTimeout: config.readyTimeout * 1000,
    signal,
    progress,
  })
}
