/** Words as a shell has to be given them: quoted where it would make something else of them. */
export function shellWords(words: readonly string[]): string {
  return words.map((word) => (/^[\w@%+:,./=-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)).join(' ')
}
