import { describe, expect, test } from 'vitest'
import { mutants, oddClusters } from './catalogue.ts'
import { killMatrix, type MatrixRow } from './kill-matrix.ts'
import type { MutantResult } from './outcome.ts'
import { quick, select } from './selection.ts'

describe('the catalogue', () => {
  test('gives every mutant and odd cluster an id of its own', () => {
    const ids = [...mutants, ...oddClusters].map((one) => one.id)
    expect(ids).toEqual([...new Set(ids)])
    for (const { id } of mutants) expect(id).toMatch(/^M-[A-Z]\d\d(\.[a-z]+)?$/)
    for (const { id } of oddClusters) expect(id).toMatch(/^N-\d\d(\.[a-z]+)?$/)
  })

  test('breaks every area, in more ways than one', () => {
    for (const area of ['dns', 'eps', 'sts', 'proxy', 'redis']) {
      const killers = mutants.filter((one) => Object.keys(one.kills).some((id) => id.startsWith(`${area}.`)))
      expect(killers.length, area).toBeGreaterThan(2)
    }
  })

  test('names in the quick set what there is, in every area and of both kinds', () => {
    const { cases, kinds } = select(quick)
    expect(cases.length + kinds.length).toBe(quick.length)
    const killed = cases.flatMap((one) => (one.kind === 'mutant' ? Object.keys(one.change.kills) : []))
    for (const area of ['dns', 'eps', 'svc', 'pod', 'sts', 'proxy', 'redis'])
      expect(
        killed.some((id) => id.startsWith(`${area}.`)),
        area,
      ).toBe(true)
    expect(cases.some((one) => one.kind === 'odd')).toBe(true)
  })

  test('says which ids there are where one is wrong', () => {
    expect(() => select(['M-X99'])).toThrow(/^No mutant or odd cluster is called M-X99; there are M-D01, /)
  })
})

describe('killMatrix', () => {
  const of = (
    id: string,
    requirements: MutantResult['requirements'],
    outcome: MutantResult['outcome'],
    asked = Object.keys(requirements),
  ): MatrixRow => ({ id, outcome, requirements, asked })

  test('tells kills, survivors and false blame apart', () => {
    const killed = of('M-R01', { 'redis.readonly.error': { verdict: 'non-conformant', hop: 'Redis' } }, 'killed')
    const blamed = of(
      'M-R03',
      { 'dns.ttl.bound': { verdict: 'non-conformant', hop: 'DNS backend' } },
      'killed-by-other',
      ['dns.ttl.bound', 'dns.clusterip.ptr', ...Object.keys(mutants.find((one) => one.id === 'M-R03')?.kills ?? {})],
    )
    const lines = killMatrix([killed, blamed]).split('\n')
    const cells = (id: string): string[] =>
      lines
        .find((one) => one.startsWith(`| ${id} |`))
        ?.split(' | ')
        .slice(1) ?? []
    expect(cells('M-R01').filter((one) => one.trim() !== '')).toEqual(['K', 'killed |'])
    expect(cells('M-R03').filter((one) => one.trim() !== '')).toEqual(['.', '!', 'S', 'killed-by-other |'])
  })

  test('holds every mutant and odd cluster, tried or not', () => {
    const text = killMatrix([])
    for (const { id } of [...mutants, ...oddClusters]) expect(text).toContain(`| ${id} |`)
  })
})
