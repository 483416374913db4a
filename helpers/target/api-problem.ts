import { messageOf, Problem } from '../errors.ts'
import { ApiUnreachable, KubernetesError } from './kubernetes-error.ts'

/** What a user can do about an API server that was not reached, or that has refused; undefined for any other error. */
export function apiProblem(error: unknown): Problem | undefined {
  if (error instanceof ApiUnreachable)
    return new Problem(
      `The API server cannot be reached (${messageOf(error)}); start the cluster, or name another context.`,
    )
  if (!(error instanceof KubernetesError)) return undefined
  return new Problem(
    `The API server refuses with HTTP ${error.status} (${messageOf(error)}); ${remedyOf(error.status)}.`,
  )
}

function remedyOf(status: number): string {
  if (status === 401) return 'renew the credentials'
  if (status === 403) return 'ask for that right, or name a namespace of which you are admin with --namespace'
  if (status === 404) return 'name a cluster, and a namespace, that has it'
  if (status === 429 || status >= 500) return 'try again when it is well'
  return 'mend what it says, and try again'
}
