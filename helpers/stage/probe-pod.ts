import type { VantagePod } from '../probes/vantage/vantage.ts'
import type { KubernetesApi } from '../target/api.ts'
import { isStatus, KubernetesError } from '../target/kubernetes-error.ts'
import { type KubernetesObject, list, pathOf, read } from '../target/objects.ts'
import { eventually } from '../wait.ts'
import { daemonPodSpec } from './fixture.ts'
import { isLeftover, leftoverOf, marksOf, runLabel } from './labels.ts'
import { awaitReady, type ReadinessOptions } from './readiness.ts'
import { vantagePod } from './vantages.ts'

/** Tells probes from all else that we mark. */
const app = 'rollcall-doctor'

/** The name of the probe of a run. */
export function probeName(run: string): string {
  return `${app}-${run}`
}

/** Starts one Pod as the vantage's DaemonSet would make it, and waits until it is ready. */
export async function startProbe(
  api: KubernetesApi,
  namespace: string,
  run: string,
  { imagesFrom, ...options }: ReadinessOptions & { readonly imagesFrom: string | undefined },
): Promise<VantagePod> {
  const { tolerations: _unneeded, ...spec } = daemonPodSpec('vantage', imagesFrom)
  const name = probeName(run)
  const labels = { ...marksOf({ run, kept: false }), app }
  const pod: KubernetesObject = { apiVersion: 'v1', kind: 'Pod', metadata: { name, labels }, spec }
  options.signal?.throwIfAborted()
  // Not cut short by the signal: the server might still create it after the clean-up.
  await api.send(pathOf('pods', namespace), { method: 'POST', body: pod })
  await awaitReady(api, 'probe', namespace, [pod], options)
  return vantagePod(await read(api, 'pods', namespace, name, options.signal))
}

/** Deletes the probe and waits until it is gone. */
export async function deleteProbe(api: KubernetesApi, namespace: string, name: string): Promise<void> {
  const gone = async (method: 'DELETE' | 'GET'): Promise<boolean> => {
    try {
      await api.send(pathOf('pods', namespace, name), { method })
      return false
    } catch (error) {
      if (isStatus(error, 404)) return true
      throw error
    }
  }
  if (await gone('DELETE')) return
  await eventually(
    async () => ((await gone('GET')) ? { done: true, value: undefined } : { done: false, saw: 'still there' }),
    { reason: `Pod ${name} to be gone`, deadline: 60_000 },
  )
}

/** Deletes the probes that nobody has deleted and nobody uses any more, or all; returns what it was: `Pod rollcall-doctor-a1b2c3`. */
export async function sweepProbes(api: KubernetesApi, namespace: string, { all = false } = {}): Promise<string[]> {
  const probes = await list(api, 'pods', { namespace, labels: `${runLabel},app=${app}` }).catch((error: unknown) => {
    // Where we may not look, we have made none.
    if (error instanceof KubernetesError && error.status === 403) return []
    throw error
  })
  const leftovers = probes.filter(({ metadata }) => all || isLeftover(leftoverOf(metadata?.labels), Date.now() / 1000))
  const names = leftovers.map(({ metadata }) => metadata?.name ?? '')
  await Promise.all(names.map((name) => deleteProbe(api, namespace, name)))
  return names.map((name) => `Pod ${name}`)
}
