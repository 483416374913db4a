import { mutants, oddClusters } from './catalogue.ts'
import type { Mutant } from './mutant.ts'
import type { MutantResult } from './outcome.ts'
import { rehearsals } from './rehearsals/catalogue.ts'

/** One case of the matrix, as the suite has judged it. */
export interface MatrixRow extends Pick<MutantResult, 'id' | 'outcome' | 'requirements'> {
  /** Requirements that were asked, whatever they came to. */
  readonly asked: readonly string[]
}

/**
 * The generated `docs/kill-matrix.md`: what each mutant came to at each requirement. No times in it: it changes only when a
 * verdict does.
 */
export function killMatrix(results: readonly MatrixRow[]): string {
  const found = new Map(results.map((one) => [one.id, one]))
  const ids = [
    ...new Set(mutants.flatMap((one) => [...Object.keys(one.kills), ...Object.keys(one.alongside ?? {})])),
  ].sort()
  const tried = mutants.flatMap((one) =>
    found.has(one.id) ? [{ mutant: one, result: found.get(one.id) as MatrixRow }] : [],
  )
  return [
    '# Kill matrix',
    '',
    'Written by `npm run docs` from the recorded clusters; do not edit. One row per broken cluster, one column per requirement.',
    '',
    '`K` killed by a requirement that it names · `k` convicted alongside, for the same cause · `i` inconclusive alongside · `S` survived ·',
    '`!` false blame · `.` stayed as it was · blank: not asked, as are suites that change their stage where they have nobody to convict',
    '',
    ...legend(ids),
    '',
    table(
      ['mutant', ...ids.map((_, index) => String(index + 1)), 'outcome'],
      tried.map(({ mutant, result }) => [mutant.id, ...ids.map((id) => cell(mutant, result, id)), result.outcome]),
    ),
    '',
    '## Broken clusters',
    '',
    table(
      ['mutant', 'what is wrong', 'how', 'must be convicted by'],
      mutants.map((one) => [
        one.id,
        one.breaks,
        one.mechanism.does,
        one.equivalent === undefined ? convictors(one) : `nobody: ${one.equivalent}`,
      ]),
    ),
    '',
    '## Odd clusters',
    '',
    'Sound, but unusual: every requirement has to be conformant, or not applicable with its reason.',
    '',
    table(
      ['cluster', 'what is unusual, and why it is allowed', 'how', 'outcome'],
      oddClusters.map((one) => [
        one.id,
        one.allows,
        'kind' in one
          ? `a cluster with ${Object.entries(one.kind)
              .map(([key, value]) => `${key} ${value}`)
              .join(', ')}`
          : one.mechanism.does,
        found.get(one.id)?.outcome ?? 'not tried',
      ]),
    ),
    '',
    '## Rehearsals',
    '',
    'What `npm run rehearse` does to a sound cluster while `rollcall watch` looks on, and what `rollcall after` has to make of it.',
    '',
    table(
      ['rehearsal', 'what happens', 'must be convicted by'],
      rehearsals.map((one) => [one.id, one.does, convictors(one)]),
    ),
    '',
  ].join('\n')
}

function convictors({ kills }: Pick<Mutant, 'kills'>): string {
  const hops = Object.entries(kills).map(([id, hop]) => `${id} (${hop})`)
  return hops.length === 0 ? 'nobody' : hops.join(', ')
}

/** What a requirement made of a mutant, in one character. */
export function cell(mutant: Mutant, result: MatrixRow, id: string): string {
  if (!result.asked.includes(id)) return ' '
  const verdict = result.requirements[id]?.verdict ?? 'conformant'
  if (id in mutant.kills) return verdict === 'non-conformant' ? 'K' : 'S'
  if (verdict === 'conformant' || verdict === 'not-applicable') return '.'
  if (!mutant.alongside?.[id]?.includes(verdict)) return '!'
  return verdict === 'inconclusive' ? 'i' : 'k'
}

function legend(ids: readonly string[]): string[] {
  return ids.map((id, index) => `${index + 1}. ${id}`)
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map((one) => one.replaceAll('|', '\\|')).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}
