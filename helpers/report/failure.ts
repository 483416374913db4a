import { stripVTControlCharacters } from 'node:util'
import type { TestError } from 'vitest'

/** What vitest says of a test that a cancelled run did not let finish. */
const abortMessage = 'The test run was aborted by the user.'

const longest = 500

/** One sentence for an error and its causes: no colours, no line ends, not endless. */
export function failureReason(error: ThrownError): string {
  const text = chain(error).map(messageOf).join(', because: ')
  return text.length > longest ? `${text.slice(0, longest - 1)}…` : text
}

/** Whether a test failed only because the run was cancelled, however its helpers wrapped that. */
export function isAbort(error: ThrownError): boolean {
  return chain(error).some((one) => one.message.includes(abortMessage))
}

export function isAbortNote(note: string): boolean {
  return note.includes(abortMessage)
}

/** The stack, where it tells more than the message: a Problem has said all in its message. */
export function stackOf(error: ThrownError): readonly string[] {
  return error.name === 'Problem' || error.stack === undefined ? [] : [stripVTControlCharacters(error.stack)]
}

/** What the runner hands over of something thrown; it lost its class on the way from the worker. */
export type ThrownError = Pick<TestError, 'message' | 'name' | 'stack'> & { readonly cause?: unknown }

function messageOf({ message, name }: ThrownError): string {
  const timeout = /^(Test|Hook) timed out in (\d+)ms/.exec(message)
  if (timeout !== null)
    return `${timeout[1] === 'Test' ? 'the test' : 'a hook'} timed out after ${Number(timeout[2]) / 1000} s`
  const text = stripVTControlCharacters(message).replaceAll(/\s+/g, ' ').trim()
  return text === '' ? (name ?? 'an error without a message') : text
}

function chain(error: ThrownError): readonly ThrownError[] {
  const errors = [error]
  let cause = error.cause
  while (isThrown(cause) && errors.length < 5) {
    errors.push(cause)
    cause = cause.cause
  }
  return errors
}

function isThrown(value: unknown): value is ThrownError {
  return typeof value === 'object' && value !== null && 'message' in value && typeof value.message === 'string'
}
