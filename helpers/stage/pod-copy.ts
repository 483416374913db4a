import type { KubernetesApi } from '../target/api.ts'
import { isStatus } from '../target/kubernetes-error.ts'
import { type ConfigMap, type KubernetesObject, type Pod, read } from '../target/objects.ts'

/** A Pod somewhere in the cluster. */
export interface PodPlace {
  readonly namespace: string
  readonly pod: string
}

type Spec = NonNullable<Pod['spec']>
type Container = Spec['containers'][number]
type Volume = NonNullable<Spec['volumes']>[number]

/** Any user but root: the Pod Security level of our namespaces asks for one, and images do not always name theirs. */
const nobody = 65532

/** The objects in the order in which they are to be applied, or the sentence that says why there can be no copy. */
export type PodCopy = { readonly objects: readonly KubernetesObject[] } | { readonly refusal: string }

/**
 * What makes a Pod like another one in the namespace that it is applied to: the ConfigMaps that it mounts, then the Pod, on the
 * same node, without probes. It runs as the default ServiceAccount there, so that it may do nothing of what the other may.
 * @throws KubernetesError where we may not read it.
 */
export async function copyOf(
  api: KubernetesApi,
  { namespace, pod }: PodPlace,
  name: string,
  signal?: AbortSignal,
): Promise<PodCopy> {
  const { spec } = await read(api, 'pods', namespace, pod, signal)
  if (spec === undefined || spec.hostNetwork === true)
    return { refusal: `${pod} is in the network of its node, where there is no room for another` }
  const volumes = (spec.volumes ?? []).filter((one) => !isToken(one))
  const strange = volumes.find((one) => one.configMap === undefined && one.emptyDir === undefined)
  if (strange !== undefined)
    return { refusal: `${pod} mounts "${strange.name}", which is neither a ConfigMap nor empty` }
  const names = [...new Set(volumes.flatMap((one) => one.configMap?.name ?? []))]
  const isOptional = (name: string): boolean =>
    volumes.every(({ configMap }) => configMap?.name !== name || configMap.optional === true)
  const mapOf = async (name: string): Promise<ConfigMap[]> => {
    try {
      return [await read(api, 'configmaps', namespace, name, signal)]
    } catch (error) {
      if (isStatus(error, 404) && isOptional(name)) return []
      throw error
    }
  }
  const maps = (await Promise.all(names.map(mapOf))).flat()
  const objects = [
    ...maps.map(({ metadata, data, binaryData }) => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: metadata?.name ?? '' },
      ...(data === undefined ? {} : { data }),
      ...(binaryData === undefined ? {} : { binaryData }),
    })),
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        name,
        labels: { app: `rollcall-${name}`, 'sidecar.istio.io/inject': 'false', 'istio.io/dataplane-mode': 'none' },
        annotations: { 'linkerd.io/inject': 'disabled' },
      },
      spec: {
        nodeName: spec.nodeName,
        tolerations: [{ operator: 'Exists' }],
        terminationGracePeriodSeconds: 1,
        dnsPolicy: spec.dnsPolicy,
        securityContext: {
          runAsNonRoot: true,
          runAsUser: nobody,
          seccompProfile: { type: 'RuntimeDefault' },
          sysctls: [{ name: 'net.ipv4.ip_unprivileged_port_start', value: '0' }],
        },
        containers: spec.containers.map((one) => bare(one, volumes)),
        volumes,
      },
    },
  ]
  return { objects }
}

/** The token of the other Pod's ServiceAccount, in whose place the copy is given its own. */
function isToken({ projected, secret }: Volume): boolean {
  return projected?.sources?.some((one) => one.serviceAccountToken !== undefined) === true || secret !== undefined
}

function bare(container: Container, volumes: readonly Volume[]): object {
  const {
    livenessProbe: _,
    readinessProbe: __,
    startupProbe: ___,
    securityContext,
    volumeMounts = [],
    ...rest
  } = container
  return {
    ...rest,
    volumeMounts: volumeMounts.filter((mount) => volumes.some((one) => one.name === mount.name)),
    securityContext: {
      capabilities: { drop: ['ALL'] },
      ...securityContext,
      allowPrivilegeEscalation: false,
    },
  }
}
