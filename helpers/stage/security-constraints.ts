import { Problem } from '../errors.ts'
import type { KubernetesApi } from '../target/api.ts'
import { isStatus, KubernetesError } from '../target/kubernetes-error.ts'

/** Pod Security level of a namespace of ours. */
export type PodSecurity = 'restricted' | 'privileged'

/** The constraints of OpenShift that admit what a level of Pod Security does; those of everybody tell each Pod what user it has to be. */
const constraints: Readonly<Record<PodSecurity, string>> = { restricted: 'nonroot-v2', privileged: 'privileged' }

/**
 * Lets the Pods of namespaces of our own be the users that their manifests name, where the cluster admits Pods by
 * SecurityContextConstraints (OpenShift, which has a ClusterRole `system:openshift:scc:<name>` for each). Elsewhere there is nothing to do.
 */
export class SecurityConstraints {
  readonly #api: KubernetesApi
  /** Whether the cluster has any; asked for once. */
  #present: Promise<boolean> | undefined

  constructor(api: KubernetesApi) {
    this.#api = api
  }

  /** @throws Problem where that is not ours to allow. */
  async letPodsIn(namespace: string, podSecurity: PodSecurity): Promise<void> {
    this.#present ??= hasConstraints(this.#api).catch((error: unknown) => {
      // What went wrong once may be right the next time.
      this.#present = undefined
      throw error
    })
    if (await this.#present) await bind(this.#api, namespace, podSecurity)
  }
}

async function bind(api: KubernetesApi, namespace: string, podSecurity: PodSecurity): Promise<void> {
  const name = constraints[podSecurity]
  const group = 'rbac.authorization.k8s.io'
  try {
    // Not cut short by any signal: the server might still create it after the clean-up.
    await api.send(`/apis/${group}/v1/namespaces/${encodeURIComponent(namespace)}/rolebindings`, {
      method: 'POST',
      body: {
        apiVersion: `${group}/v1`,
        kind: 'RoleBinding',
        metadata: { name: 'rollcall-constraints' },
        roleRef: { apiGroup: group, kind: 'ClusterRole', name: `system:openshift:scc:${name}` },
        subjects: [{ apiGroup: group, kind: 'Group', name: `system:serviceaccounts:${namespace}` }],
      },
    })
  } catch (error) {
    if (!(error instanceof KubernetesError)) throw error
    throw new Problem(
      `The cluster admits Pods by SecurityContextConstraints, and you may not let those of ${namespace} have ${name} (${error.message}); have an administrator run this, or prepare a namespace for --namespace.`,
    )
  }
}

async function hasConstraints(api: KubernetesApi): Promise<boolean> {
  try {
    await api.send('/apis/security.openshift.io/v1')
    return true
  } catch (error) {
    // An aggregated API that is away for a moment is there all the same (503).
    if (isStatus(error, 404) || isStatus(error, 403)) return false
    if (error instanceof KubernetesError) return true
    throw error
  }
}
