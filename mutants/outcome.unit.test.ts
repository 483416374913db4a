import { describe, expect, test } from 'vitest'
import type { Hop, RequirementRecord, Verdict } from '../helpers/report/record.ts'
import type { Mutant, OddCluster } from './mutant.ts'
import { judgeMutant, judgeOdd } from './outcome.ts'

function record(id: string, verdict: Verdict, hop?: Hop, reason = ''): RequirementRecord {
  const rest = {
    level: 'MUST',
    spec: 's',
    title: 't',
    area: 'dns',
    seconds: 0,
    evidence: [],
    observations: [],
  } as const
  return { id, verdict, reason, ...rest, ...(hop === undefined ? {} : { hop }) }
}

const idle = {
  does: 'nothing',
  read: async () => null,
  apply: async () => {},
  undo: async () => {},
  remains: async () => undefined,
}
const witness = { looksAt: 'nothing', see: async () => ({ shows: true, saw: '' }) }
const mutant: Mutant = {
  id: 'M-1',
  breaks: 'something',
  mechanism: idle,
  witness,
  kills: { 'a.b': 'DNS backend' },
  alongside: { 'c.d': ['inconclusive'] },
}
const convicted = record('a.b', 'non-conformant', 'DNS backend', 'only backend x disagrees')

describe('judgeMutant', () => {
  test('calls a mutant killed where the requirement and the hop that it names convict it, and all else stays', () => {
    const records = [
      convicted,
      record('c.d', 'inconclusive'),
      record('e.f', 'conformant'),
      record('g.h', 'not-applicable'),
    ]
    expect(judgeMutant(mutant, records)).toEqual({
      outcome: 'killed',
      hop: 'DNS backend',
      note: '',
      requirements: {
        'a.b': { verdict: 'non-conformant', hop: 'DNS backend' },
        'c.d': { verdict: 'inconclusive' },
        'g.h': { verdict: 'not-applicable' },
      },
    })
  })

  test('calls it a survivor where the named requirement does not convict, or did not run', () => {
    expect(judgeMutant(mutant, [record('a.b', 'conformant')]).outcome).toBe('survived')
    expect(judgeMutant(mutant, [record('a.b', 'inconclusive')]).outcome).toBe('survived')
    expect(judgeMutant(mutant, [])).toMatchObject({ outcome: 'survived', note: 'a.b is missing, not convicted' })
  })

  test('tells a kill by another requirement from a false blame beside the right one', () => {
    const other = record('e.f', 'non-conformant', 'Redis')
    expect(judgeMutant(mutant, [record('a.b', 'conformant'), other]).outcome).toBe('killed-by-other')
    expect(judgeMutant(mutant, [convicted, other]).outcome).toBe('false-blame')
    expect(judgeMutant(mutant, [convicted, record('e.f', 'inconclusive')]).outcome).toBe('false-blame')
    expect(judgeMutant(mutant, [convicted, record('c.d', 'non-conformant', 'Redis')]).outcome).toBe('false-blame')
  })

  test('takes the wrong hop, or the wrong culprit, for a false blame', () => {
    expect(judgeMutant(mutant, [record('a.b', 'non-conformant', 'EndpointSlice')])).toMatchObject({
      outcome: 'false-blame',
      note: 'a.b names EndpointSlice, not DNS backend',
    })
    expect(judgeMutant(mutant, [convicted], 'backend x').outcome).toBe('killed')
    expect(judgeMutant(mutant, [convicted], 'backend y').outcome).toBe('false-blame')
  })

  test('wants nobody to see an equivalent mutant', () => {
    const equivalent: Mutant = { ...mutant, kills: {}, equivalent: 'it mends itself' }
    expect(judgeMutant(equivalent, [record('a.b', 'conformant')])).toMatchObject({
      outcome: 'equivalent',
      note: 'it mends itself',
    })
    expect(judgeMutant(equivalent, [convicted]).outcome).toBe('false-blame')
  })
})

describe('judgeOdd', () => {
  const odd: OddCluster = { id: 'N-1', allows: 'it', mechanism: idle, witness, notApplicable: ['g.h'] }

  test('acquits where all is conformant, or not applicable as declared', () => {
    expect(judgeOdd(odd, [record('a.b', 'conformant'), record('g.h', 'not-applicable')]).outcome).toBe('acquitted')
  })

  test('blames everything else, and an empty run', () => {
    expect(judgeOdd(odd, [record('a.b', 'not-applicable')]).outcome).toBe('blamed')
    expect(judgeOdd(odd, [record('a.b', 'inconclusive')]).outcome).toBe('blamed')
    expect(judgeOdd(odd, [convicted])).toMatchObject({ outcome: 'blamed', hop: 'DNS backend' })
    expect(judgeOdd(odd, []).outcome).toBe('blamed')
  })
})
