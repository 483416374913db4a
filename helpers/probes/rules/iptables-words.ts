/** The words of one line, and whether its last quote was closed. */
export interface RuleWords {
  readonly words: readonly string[]
  readonly complete: boolean
}

const word = /"((?:[^"\\]|\\.)*)("|$)|[^\s"]+/g

/** Splits a rule as iptables-save prints it: words between spaces, quoted text whole, a backslash before quotes undone. */
export function splitRule(line: string): RuleWords {
  let complete = true
  const words = Array.from(line.matchAll(word), ([whole, quoted, end]) => {
    if (quoted === undefined) return whole
    if (end !== '"') complete = false
    return quoted.replace(/\\(.)/g, '$1')
  })
  return { words, complete }
}
