import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Seen, seen, unseen } from '../target/seen.ts'
import { hidingLines, servesSome } from './served.ts'
import { addressRecord, answer, sightings, zone } from './sightings-sample.ts'
import { soundSnapshot } from './snapshot-sample.ts'

const corefile = `.:53 {
    errors
    kubernetes cluster.local in-addr.arpa ip6.arpa {
       pods insecure
       noendpoints
       namespaces default  kube-system # only these
       fallthrough in-addr.arpa ip6.arpa
    }
    cache 30
}
`
const wanted = ['10.244.1.2', '10.244.2.2']
const name = `web.${zone}`

/** What is said of every server that answers with these addresses. */
function said(addresses: readonly string[], settings: Seen<string> = seen(corefile)) {
  const outcome = answer(addresses.map((address) => addressRecord(name, address)))
  const seen = sightings(soundSnapshot, [{ name, type: 'A' }], { instead: () => outcome })
  return servesSome(seen, wanted, settings)[0]
}

describe('the judge of what a server keeps quiet about', () => {
  test('finds the lines that hide something', () => {
    expect(hidingLines(corefile)).toEqual(['noendpoints', 'namespaces default  kube-system'])
    expect(hidingLines(corefile.replace(/ +(noendpoints|namespaces .*)\n/g, ''))).toEqual([])
  })

  test('never finds one in a comment, nor throws', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        for (const line of hidingLines(text))
          expect(line).toMatch(/^(noendpoints|namespaces|namespace_labels|labels)\b/)
      }),
    )
    expect(hidingLines('# noendpoints\n  #labels a=b\n')).toEqual([])
  })

  test('acquits a server that tells all, or some', () => {
    expect(said(wanted)?.verdict).toBe('conformant')
    expect(said(['10.244.2.2'])?.verdict).toBe('conformant')
  })

  test('leaves one that tells something else to others', () => {
    expect(said(['10.0.0.1'])?.verdict).toBe('conformant')
  })

  test('convicts one that tells none, and names the line that may be why', () => {
    expect(said([])).toMatchObject({
      verdict: 'non-conformant',
      observed: expect.stringContaining('the Corefile says "noendpoints", "namespaces default  kube-system"'),
    })
    expect(said([], unseen('no right'))).toMatchObject({
      verdict: 'non-conformant',
      observed: expect.not.stringContaining('Corefile'),
    })
  })
})
