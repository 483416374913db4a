/**
 * What became of one command. Only `reply` and `refused` are words of the server: `refused` carries the code of its error,
 * the first word (`READONLY`, `NOPERM`, `NOREPLICAS`, `MASTERDOWN`, `LOADING`, `OOM`, `MISCONF`, `NOAUTH`, `ERR`, …), or
 * `OTHER` where it has none. Sentences differ between releases and forks; codes do not.
 */
export type RedisOutcome<T> =
  | { readonly kind: 'reply'; readonly value: T }
  | { readonly kind: 'refused'; readonly code: string; readonly text: string }
  /** The connection broke, or never was; whether the command was done is unknown. */
  | { readonly kind: 'lost'; readonly text: string }
  /** No answer in time; whether the command was done is unknown. */
  | { readonly kind: 'timeout'; readonly ms: number }

/** The outcome of a command that the server answered with an error. */
export function refusal(text: string): RedisOutcome<never> {
  return { kind: 'refused', code: /^[A-Z][A-Z0-9_]*(?= |$)/.exec(text)?.[0] ?? 'OTHER', text }
}

/** The outcome with its value changed; whatever is no reply stays as it is. */
export function mapReply<T, U>(outcome: RedisOutcome<T>, change: (value: T) => U): RedisOutcome<U> {
  return outcome.kind === 'reply' ? { kind: 'reply', value: change(outcome.value) } : outcome
}

/** An outcome in the words of a report. */
export function outcomeText(outcome: RedisOutcome<unknown>): string {
  if (outcome.kind === 'reply') return typeof outcome.value === 'string' ? outcome.value : JSON.stringify(outcome.value)
  if (outcome.kind === 'refused') return `refused: ${outcome.text}`
  return outcome.kind === 'lost' ? `connection lost: ${outcome.text}` : `no answer within ${outcome.ms} ms`
}
