import { isIP } from 'node:net'
import type { Target } from '../../upgrade/journal.ts'

/** Words that the sampler takes: nothing that a program would read as an option, and no space. */
const word = /^[A-Za-z0-9_:][A-Za-z0-9._:-]*$/

/**
 * The list of targets as sampler.sh reads it, below the line that says until when it is to ask: the version, which it repeats in
 * each sample, and one target a line. A sample names a target by its place in this list.
 * @throws Error for what the sampler would not take: nothing of ours holds it.
 */
export function targetsText(version: number, targets: readonly Target[]): string {
  return [`targets ${version}`, ...targets.map(lineOf)].join('\n')
}

function lineOf(target: Target): string {
  const words = wordsOf(target)
  const odd = words.find((one) => !word.test(one))
  if (odd !== undefined) throw new Error(`the sampler cannot be asked for ${target.id}: ${JSON.stringify(odd)}`)
  return [target.kind, ...words].join(' ')
}

function wordsOf(target: Target): string[] {
  if (target.kind === 'write') return [absolute(target.host), String(target.port)]
  const at = [target.address, String(target.port)]
  if (target.kind !== 'dns') return at
  return [...at, ...target.questions.flatMap(({ name, type }) => [absolute(name), type])]
}

/** With the dot at the end, so that nobody tries the name below other domains; an address has none. */
function absolute(name: string): string {
  return name.endsWith('.') || isIP(name) !== 0 ? name : `${name}.`
}
