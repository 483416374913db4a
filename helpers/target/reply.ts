import { messageOf } from '../errors.ts'
import type { ApiRequest, KubernetesApi } from './api.ts'
import { ApiUnreachable, KubernetesError } from './kubernetes-error.ts'
import type { KubernetesObject } from './objects.ts'

/** What the API server made of one request. Plain JSON. */
export type ApiReply =
  | { readonly kind: 'accepted'; readonly object: KubernetesObject; readonly warnings: readonly string[] }
  | {
      readonly kind: 'refused'
      readonly status: number
      /** `Status.reason`: Invalid, Forbidden, Conflict. */
      readonly reason: string
      readonly message: string
      /** Paths of the fields that are to blame, where the server names them. */
      readonly fields: readonly string[]
    }
  | { readonly kind: 'lost'; readonly reason: string }

/** A question to the API server: what it would make of, or makes of, one object. */
export interface ApiQuestion {
  readonly method: 'POST' | 'PUT' | 'PATCH'
  readonly path: string
  readonly body: unknown
  readonly contentType?: string
}

/**
 * Sends a request as a dry run and tells what the server made of it: admission and validation have their say, and nothing
 * changes. An overloaded or broken server has made nothing of it.
 */
export async function dryRun(api: KubernetesApi, question: ApiQuestion, signal?: AbortSignal): Promise<ApiReply> {
  const { path, ...request } = question
  const warnings: string[] = []
  const options: ApiRequest = {
    ...request,
    query: { dryRun: 'All', fieldManager: 'rollcall' },
    signal,
    onWarning: (text) => warnings.push(text),
  }
  try {
    return { kind: 'accepted', object: await api.send<KubernetesObject>(path, options), warnings }
  } catch (error) {
    if (error instanceof ApiUnreachable) return { kind: 'lost', reason: error.message }
    if (!(error instanceof KubernetesError)) throw error
    const { status, reason, fields } = error
    if (status === 429 || status >= 500) return { kind: 'lost', reason: `HTTP ${status}: ${messageOf(error)}` }
    return { kind: 'refused', status, reason, message: error.message, fields }
  }
}
