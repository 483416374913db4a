/** The first of many in a list for people, and how many more there are: `a, b and 7 more`; all of them where they are no more than `most`. */
export function someOf(names: readonly string[], most: number): string {
  const rest = names.length - most
  return `${names.slice(0, most).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`
}
