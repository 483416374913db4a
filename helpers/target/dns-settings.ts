import type { KubernetesApi } from './api.ts'
import type { DnsService } from './dns-service.ts'
import { read } from './objects.ts'
import { look, type Seen, unseen } from './seen.ts'

/** The file that CoreDNS is set up by, as a key of the ConfigMap that its Pods mount. */
const key = 'Corefile'

/**
 * Reads the Corefile of the first server behind the DNS Service, from the ConfigMap that its Pod mounts. Unseen where we have
 * no right to, and where the server is none of CoreDNS.
 */
export async function readCorefile(api: KubernetesApi, service: Seen<DnsService>): Promise<Seen<string>> {
  if (!service.seen) return service
  const { namespace, backends } = service.value
  const [backend] = backends
  if (backend === undefined) return unseen('no server is behind the DNS Service')
  const pod = await look(`Pod ${backend.name}`, () => read(api, 'pods', namespace, backend.name))
  if (!pod.seen) return pod
  const mounted = (pod.value.spec?.volumes ?? []).flatMap((one) => one.configMap?.name ?? [])
  for (const name of mounted) {
    const map = await look(`ConfigMap ${name}`, () => read(api, 'configmaps', namespace, name))
    if (!map.seen) return map
    const text = map.value.data?.[key]
    if (text !== undefined) return { seen: true, value: text }
  }
  return unseen(`${backend.name} mounts no ${key}`)
}
