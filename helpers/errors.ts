/**
 * Something its user can mend: one sentence that says what was wrong, what was expected and what to do.
 * The command line prints the message alone, without a stack, and ends with `exitCode` (2 unless told otherwise).
 */
export class Problem extends Error {
  override readonly name = 'Problem'
  readonly exitCode: number

  constructor(message: string, options: { cause?: unknown; exitCode?: number } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.exitCode = options.exitCode ?? 2
  }
}

/** The message of whatever was thrown, with the messages of its causes unless it has told them already. */
export function messageOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown)
  const own = thrown.message || thrown.name
  if (thrown.cause === undefined) return own
  const cause = messageOf(thrown.cause)
  return own.includes(cause) ? own : `${own} (${cause})`
}
