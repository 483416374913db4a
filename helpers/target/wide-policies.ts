import type { KubernetesApi } from './api.ts'
import { ApiUnreachable, KubernetesError } from './kubernetes-error.ts'

/** Where one vendor's policies for the whole cluster are read: the first of these API groups that tells them is believed. */
interface Source {
  readonly groups: readonly string[]
  readonly resources: readonly string[]
  /** Which of them shut anything; all of them unless told. */
  readonly shuts?: (policy: Policy) => boolean
}

interface Policy {
  readonly metadata?: { readonly name?: string }
  readonly spec?: { readonly networkPolicy?: string }
}

const sources: readonly Source[] = [
  // The aggregated API of Calico, and the custom resources behind it.
  { groups: ['projectcalico.org', 'crd.projectcalico.org'], resources: ['globalnetworkpolicies'] },
  { groups: ['cilium.io'], resources: ['ciliumclusterwidenetworkpolicies'] },
  // sigs.k8s.io/network-policy-api: the last one takes the place of the others.
  {
    groups: ['policy.networking.k8s.io'],
    resources: ['adminnetworkpolicies', 'baselineadminnetworkpolicies', 'clusternetworkpolicies'],
  },
  { groups: ['crd.antrea.io'], resources: ['clusternetworkpolicies'] },
  { groups: ['networking.k8s.aws'], resources: ['clusternetworkpolicies'] },
  // EKS Auto Mode: which Pods of these nodes are shut that no policy speaks of (eks.amazonaws.com/v1 NodeClass).
  {
    groups: ['eks.amazonaws.com'],
    resources: ['nodeclasses'],
    shuts: ({ spec }) => spec?.networkPolicy === 'DefaultDeny',
  },
]

/** The network plugin of EKS, which in this mode shuts whatever no policy speaks of (aws/amazon-vpc-cni-k8s). */
const vpcCni = '/apis/apps/v1/namespaces/kube-system/daemonsets/aws-node'
const strict = { name: 'NETWORK_POLICY_ENFORCING_MODE', value: 'strict' }

/** What we read of an `APIGroupList`. */
interface Groups {
  readonly groups: readonly { readonly name: string; readonly versions: readonly { readonly version: string }[] }[]
}

interface Policies {
  readonly kind?: string
  readonly items: readonly Policy[]
}

interface NetworkPlugin {
  readonly spec?: {
    readonly template?: {
      readonly spec?: { readonly containers?: readonly { readonly env?: readonly Partial<typeof strict>[] }[] }
    }
  }
}

/**
 * The policies that may keep Pods of every namespace apart, as `kind name`; for those that we may not list, a word that says so. None
 * where the cluster has no such API, or does not tell.
 */
export async function readWidePolicies(api: KubernetesApi, signal?: AbortSignal): Promise<readonly string[]> {
  const groups = await ask<Groups>(api, '/apis', signal)
  if (groups === undefined || groups === 'refused') return []
  const pathsOf = (group: string, resource: string): string[] =>
    (groups.groups.find((one) => one.name === group)?.versions ?? []).map(
      ({ version }) => `/apis/${group}/${version}/${resource}`,
    )
  const told = await Promise.all([
    readStrictMode(api, signal),
    ...sources.flatMap((source) =>
      source.resources.map(async (resource) => {
        let refused = false
        for (const group of source.groups) {
          const lists = await Promise.all(pathsOf(group, resource).map((path) => ask<Policies>(api, path, signal)))
          const policies = lists.filter((one) => one !== undefined && one !== 'refused')
          if (policies.length > 0) return [...new Set(policies.flatMap((one) => namesOf(one, source.shuts)))]
          refused ||= lists.includes('refused')
        }
        return refused ? [`${resource}, which you may not list`] : []
      }),
    ),
  ])
  return told.flat().sort()
}

async function readStrictMode(api: KubernetesApi, signal?: AbortSignal): Promise<string[]> {
  const plugin = await ask<NetworkPlugin>(api, vpcCni, signal)
  if (plugin === undefined || plugin === 'refused') return []
  const settings = (plugin.spec?.template?.spec?.containers ?? []).flatMap((one) => one.env ?? [])
  const isStrict = settings.some(({ name, value }) => name === strict.name && value === strict.value)
  return isStrict ? [`DaemonSet aws-node, whose ${strict.name} is ${strict.value}`] : []
}

function namesOf({ kind = '', items }: Policies, shuts: Source['shuts'] = () => true): string[] {
  return items.filter(shuts).map(({ metadata }) => `${kind.replace(/List$/, '')} ${metadata?.name ?? ''}`)
}

async function ask<T>(api: KubernetesApi, path: string, signal?: AbortSignal): Promise<T | 'refused' | undefined> {
  try {
    return await api.send<T>(path, { signal })
  } catch (error) {
    signal?.throwIfAborted()
    if (!(error instanceof KubernetesError || error instanceof ApiUnreachable)) throw error
    return error instanceof KubernetesError && error.status === 403 ? 'refused' : undefined
  }
}
