import { describe, expect, test } from 'vitest'
import type { DnsRecord } from '../probes/dns/message.ts'
import type { DnsOutcome } from '../probes/dns/outcome.ts'
import { judge } from '../report/verdict.ts'
import { aliasOf } from './alias.ts'
import { chainTo } from './cname.ts'
import { addressRecord, answer, lost, sightings, silence, zone } from './sightings-sample.ts'
import { soundSnapshot } from './snapshot-sample.ts'

const name = `alias.${zone}`
const target = `web.${zone}`
const cname = (text: string, owner = name): DnsRecord => ({ name: owner, type: 'CNAME', ttl: 5, text })
const [one, two] = [addressRecord(target, '10.244.1.5'), addressRecord(target, '10.244.2.6')]
const addresses = ['10.244.1.5', '10.244.2.6']

function seen(type: 'A' | 'CNAME', outcome: DnsOutcome) {
  return sightings(soundSnapshot, [{ name, type }], { instead: () => outcome })
}

describe('aliasOf', () => {
  test.for([
    ['the target', answer([cname(target)]), 'conformant'],
    ['the target in capitals, with a dot', answer([cname(`${target.toUpperCase()}.`)]), 'conformant'],
    ['the target and what follows it', answer([cname(target), cname('x.example', target)]), 'conformant'],
    ['another target', answer([cname(`x.${target}`)]), 'non-conformant'],
    ['two targets', answer([cname(target), cname('x.example')]), 'non-conformant'],
    ['the alias of another name', answer([cname(target, `x.${name}`)]), 'non-conformant'],
    ['nothing', answer([]), 'non-conformant'],
    ['NXDOMAIN', answer([cname(target)], { rcode: 'NXDOMAIN' }), 'non-conformant'],
    ['silence', silence, 'non-conformant'],
    ['what is lost from sight', lost, 'inconclusive'],
  ] as const)('judges %s', ([, outcome, verdict]) => {
    expect(judge(aliasOf(seen('CNAME', outcome), `${target}.`)).verdict).toBe(verdict)
  })
})

describe('chainTo', () => {
  test.for([
    ['the alias and then the addresses', answer([cname(target), two, one]), 'conformant'],
    ['the alias last', answer([one, two, cname(target)]), 'non-conformant'],
    ['no alias', answer([one, two]), 'non-conformant'],
    ['addresses under the name of the alias', answer(addresses.map((a) => addressRecord(name, a))), 'non-conformant'],
    ['the alias alone', answer([cname(target)]), 'non-conformant'],
    ['one address too few', answer([cname(target), one]), 'non-conformant'],
    ['one too many', answer([cname(target), one, two, addressRecord(target, '10.9.9.9')]), 'non-conformant'],
    ['another alias', answer([cname('x.example'), one, two]), 'non-conformant'],
    ['silence', silence, 'non-conformant'],
    ['what is lost from sight', lost, 'inconclusive'],
  ] as const)('judges %s', ([, outcome, verdict]) => {
    expect(judge(chainTo(seen('A', outcome), target, addresses)).verdict).toBe(verdict)
  })
})
