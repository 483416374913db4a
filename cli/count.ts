import { Problem } from '../helpers/errors.ts'

/** How many of something a user asks for. @throws Problem unless it is a whole number from 1 to `most`. */
export function countOf(what: string, text: string, most: number): number {
  const count = Number(text)
  if (!Number.isInteger(count) || count < 1 || count > most)
    throw new Problem(`The number of ${what} is "${text}" but must be a whole number from 1 to ${most}; give another.`)
  return count
}
