import type { VantagePod } from '../probes/vantage/vantage.ts'
import type { KubernetesApi } from '../target/api.ts'
import { isStatus } from '../target/kubernetes-error.ts'
import { type KubernetesObject, pathOf, read } from '../target/objects.ts'
import { eventually } from '../wait.ts'
import { daemonPodSpec } from './fixture.ts'
import { awaitReady, type ReadinessOptions } from './readiness.ts'
import { vantagePod } from './vantages.ts'

/** Starts one Pod as the vantage's DaemonSet would make it, and waits until it is ready. */
export async function startProbe(
  api: KubernetesApi,
  namespace: string,
  name: string,
  { imagesFrom, ...options }: ReadinessOptions & { readonly imagesFrom: string | undefined },
): Promise<VantagePod> {
  const { tolerations: _unneeded, ...spec } = daemonPodSpec('vantage', imagesFrom)
  const pod: KubernetesObject = { apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec }
  await api.send(pathOf('pods', namespace), { method: 'POST', body: pod, signal: options.signal })
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
