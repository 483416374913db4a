import type { KubernetesApi } from './api.ts'
import { KubernetesError } from './kubernetes-error.ts'
import { pathOf } from './objects.ts'
import { type Seen, seen, unseen } from './seen.ts'

export interface Right {
  readonly verb: string
  readonly group?: string
  readonly resource: string
  readonly subresource?: string
  /** Absent for the whole cluster. */
  readonly namespace?: string
}

/** Asks the API server whether we may do something (SelfSubjectAccessReview); `reason` is the server's, when it gives one. */
export async function mayI(
  api: KubernetesApi,
  right: Right,
  signal?: AbortSignal,
): Promise<{ allowed: boolean; reason: string }> {
  const answer = await api.send<{ status?: { allowed?: boolean; reason?: string } }>(
    '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
    {
      method: 'POST',
      body: {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SelfSubjectAccessReview',
        spec: { resourceAttributes: { group: '', ...right } },
      },
      signal,
    },
  )
  return { allowed: answer.status?.allowed === true, reason: answer.status?.reason ?? '' }
}

/** `create pods/exec in namespace x`, for messages. */
export function describeRight(right: Right): string {
  const what = right.subresource === undefined ? right.resource : `${right.resource}/${right.subresource}`
  return `${right.verb} ${what}${right.namespace === undefined ? '' : ` in namespace ${right.namespace}`}`
}

/**
 * Whether a privileged pod on the host's network would be admitted into a namespace, asked as a dry run of that very
 * pod: Pod Security, policies and webhooks all have their say, and nothing is created.
 */
export async function privilegedAdmitted(
  api: KubernetesApi,
  namespace: string,
  pod: unknown,
  signal?: AbortSignal,
): Promise<Seen<true>> {
  try {
    await api.send(pathOf('pods', namespace), { method: 'POST', query: { dryRun: 'All' }, body: pod, signal })
    return seen(true)
  } catch (error) {
    if (error instanceof KubernetesError && error.status < 500)
      return unseen(`privileged pods on the host's network are refused here (${error.message})`)
    throw error
  }
}
