import { type Killer, killersOf } from '../mutants/ledger.ts'
import type { CatalogEntry } from './catalog.ts'

/** What beside the suites the page of requirements tells. */
export interface Proof {
  readonly mutants: readonly Killer[]
  readonly rehearsals: readonly Killer[]
  readonly unkillable: Readonly<Record<string, string>>
}

/** The generated `docs/requirements.md`: per area each requirement, and what proves that it can fail. */
export function requirementsPage(entries: readonly CatalogEntry[], proof: Proof): string {
  const areas = [...new Set(entries.map((one) => one.area))]
  const musts = entries.filter((one) => one.level === 'MUST').length
  return [
    '# Requirements',
    '',
    `${entries.length} requirements, ${musts} of them MUST. Written by \`npm run docs\`; do not edit. The killers are the broken clusters on which the`,
    'requirement has to turn non-conformant, or the upgrades that are rehearsed: [kill matrix](kill-matrix.md).',
    ...areas.flatMap((area) => [
      '',
      `## ${area}`,
      '',
      '| id | level | the cluster keeps its word when … | specification | killers |',
      '| --- | --- | --- | --- | --- |',
      ...entries.filter((one) => one.area === area).map((one) => row(one, proof)),
    ]),
    '',
  ].join('\n')
}

function row({ id, level, title, spec, file }: CatalogEntry, { mutants, rehearsals, unkillable }: Proof): string {
  const killers = killersOf(id, [...mutants, ...rehearsals]).map((one) => `[${one}](kill-matrix.md)`)
  const reason = unkillable[id]
  const proof = killers.length > 0 ? killers.join(', ') : reason === undefined ? 'none yet' : `none: ${reason}`
  const cells = [`[\`${id}\`](../${file})`, level, title, spec, proof]
  return `| ${cells.map((one) => one.replaceAll('|', '\\|')).join(' | ')} |`
}
