import type { SetName } from '../../helpers/stage/sets.ts'
import { isReady, list, type Pod, pathOf, type Service } from '../../helpers/target/objects.ts'
import { eventually } from '../../helpers/wait.ts'
import type { Bench } from '../bench.ts'

/** Waits until a Pod of this name is ready that is another one. */
export async function replaced(bench: Bench, namespace: string, name: string, uid: string | undefined): Promise<void> {
  await eventually(
    async () => {
      const pods = await list(bench.api, 'pods', { namespace })
      const next = pods.find(({ metadata }) => metadata?.name === name && metadata.uid !== uid)
      return isReady(next)
        ? { done: true, value: undefined }
        : { done: false, saw: next?.status?.phase ?? 'it is not there' }
    },
    { reason: `${name} to be back`, deadline: 90_000, signal: bench.signal },
  )
}

/** The set of Redis that was staged, which depends on whether the cluster has storage. */
export function redisSet(bench: Bench): SetName {
  return bench.namespaces['upgrade-redis-kept'] === '' ? 'upgrade-redis' : 'upgrade-redis-kept'
}

export function redisNamespace(bench: Bench): string {
  return bench.namespaces[redisSet(bench)]
}

async function labelled(bench: Bench, app: string): Promise<Pod[]> {
  const pods = await list(bench.api, 'pods', { namespace: bench.namespaces.upgrade, labels: `app=${app}` })
  return pods.sort((a, b) => (a.metadata?.name ?? '').localeCompare(b.metadata?.name ?? ''))
}

export const databases = (bench: Bench): Promise<Pod[]> => labelled(bench, 'rollcall-up-db')

export async function web(bench: Bench): Promise<Pod> {
  const [first] = await labelled(bench, 'rollcall-up-web')
  if (first === undefined) throw new Error('the fixture has no Pod up-web')
  return first
}

/** The address of a Service. */
export async function addressOf(bench: Bench, namespace: string, service: string): Promise<string> {
  const { spec } = await bench.api.send<Service>(pathOf('services', namespace, service))
  if (spec?.clusterIP === undefined) throw new Error(`the Service ${service} has no address`)
  return spec.clusterIP
}

/** A Pod of the replicated set. */
export async function member(bench: Bench, name: string): Promise<Pod> {
  return bench.api.send<Pod>(pathOf('pods', redisNamespace(bench), name))
}
