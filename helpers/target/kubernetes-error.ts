/** What we read of a `Status` (apimachinery meta/v1). */
interface StatusBody {
  readonly kind?: string
  readonly reason?: string
  readonly message?: string
  readonly details?: { readonly causes?: readonly { readonly field?: string }[] }
}

/** An answer of the API server that is not a success: its HTTP status, `Status.reason` and `Status.message`. */
export class KubernetesError extends Error {
  override readonly name = 'KubernetesError'
  readonly status: number
  readonly reason: string
  /** Paths of the fields to blame (`Status.details.causes`), where the server names any. */
  readonly fields: readonly string[]
  /** Milliseconds after which the server wants to be asked again (RFC 9110 10.2.3); undefined where it says no such thing. */
  readonly retryAfter: number | undefined

  constructor(status: number, reason: string, message: string, fields: readonly string[] = [], retryAfter?: number) {
    super(message)
    this.status = status
    this.reason = reason
    this.fields = fields
    this.retryAfter = retryAfter
  }

  /** Builds the error from the body of an answer, which is a `Status` object or, from a proxy in between, any text. */
  static from(status: number, body: string, subject: string, retryAfter?: number): KubernetesError {
    try {
      const parsed = JSON.parse(body) as StatusBody
      if (parsed.kind === 'Status') {
        const fields = (parsed.details?.causes ?? []).flatMap(({ field }) => field ?? [])
        return new KubernetesError(
          status,
          parsed.reason ?? '',
          parsed.message ?? `${subject}: HTTP ${status}`,
          fields,
          retryAfter,
        )
      }
    } catch {
      // Not JSON: the text itself is all there is.
    }
    return new KubernetesError(status, '', `${subject}: HTTP ${status} ${body.slice(0, 200).trim()}`, [], retryAfter)
  }
}

/** The API server could not be asked at all: no connection, broken TLS, or no answer before the deadline. */
export class ApiUnreachable extends Error {
  override readonly name = 'ApiUnreachable'
}

/** How the API server begins what an admission webhook or policy has to say. */
const deniedRequest = /denied (the )?request/

/** Whether it is the word of an admission webhook, or of a policy, and not of the server's own validation. */
export function isOfAdmission({ message }: { readonly message: string }): boolean {
  return deniedRequest.test(message)
}

/**
 * Whether somebody may not do what was tried, for want of a right or by the word of admission: a webhook that tells no code is
 * answered with 400 (apiserver webhook/errors ToStatusErr), a policy that tells no reason with 422 (validating/policy_decision.go).
 */
export function isForbidden(thrown: unknown): thrown is KubernetesError {
  if (!(thrown instanceof KubernetesError)) return false
  return thrown.status === 403 || ([400, 422].includes(thrown.status) && isOfAdmission(thrown))
}

/** Whether the API server was not to be reached, was busy, or broke: it may do what was asked the next time. */
export function isPassing(thrown: unknown): boolean {
  if (thrown instanceof ApiUnreachable) return true
  return thrown instanceof KubernetesError && (thrown.status === 429 || thrown.status >= 500)
}

export function isStatus(thrown: unknown, status: number): boolean {
  return thrown instanceof KubernetesError && thrown.status === status
}
