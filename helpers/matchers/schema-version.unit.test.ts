import { expect, test } from 'vitest'
import type { DnsOutcome } from '../probes/dns/outcome.ts'
import { judge } from '../report/verdict.ts'
import { versionTold } from './schema-version.ts'
import { answer, lost, sightings, silence } from './sightings-sample.ts'
import { soundSnapshot } from './snapshot-sample.ts'

const name = 'dns-version.cluster.local'
const txt = (...texts: readonly string[]): DnsOutcome =>
  answer(texts.map((text) => ({ name, type: 'TXT', ttl: 28_800, text })))
const verdict = (outcome: DnsOutcome) =>
  judge(versionTold(sightings(soundSnapshot, [{ name, type: 'TXT' }], { instead: () => outcome }))).verdict

test('acquits every semantic version from the first on', () => {
  for (const text of ['1.0.0', '1.1.0', '2.0.0-rc.1', '10.2.3+build'])
    expect(verdict(txt(text)), text).toBe('conformant')
})

test('convicts what is older, what is no version, and what is missing', () => {
  for (const outcome of [txt('0.9.0'), txt('1.1'), txt('v1.1.0'), txt(''), txt('1.1.0', 'no version'), txt()])
    expect(verdict(outcome)).toBe('non-conformant')
  for (const rcode of ['NXDOMAIN', 'SERVFAIL']) expect(verdict(answer([], { rcode }))).toBe('non-conformant')
  expect(verdict(silence)).toBe('non-conformant')
})

test('is inconclusive over a broken exec', () => {
  expect(verdict(lost)).toBe('inconclusive')
})
