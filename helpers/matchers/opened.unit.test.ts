import { describe, expect, test } from 'vitest'
import type { HttpOutcome } from '../probes/http.ts'
import { answeredBy, gone, refused, sampleFetch, silent, strange } from './http-sample.ts'
import { type Doors, externalIgnored, nodePortsLead, wordToKubeProxy, wordToProxies } from './opened.ts'
import { answeredThrough, type Passage } from './virtual.ts'

const endpoints = [{ address: '10.244.1.5', port: 8080 }]
const answered = (at: string, port = 8080): HttpOutcome => answeredBy('web-a', '10.244.1.5', port, at)

/** Connections to one address, by the node that they came from. */
function passage(address: string, outcomes: Readonly<Record<string, HttpOutcome>>, port = 80): Passage {
  const through = Object.entries(outcomes).map(([node, outcome]) => sampleFetch(node, address, port, outcome))
  return { front: { service: 'svc', address, port, endpoints }, through, direct: [] }
}

describe('externalIgnored', () => {
  const judged = (headless: HttpOutcome, twin: HttpOutcome = answered('192.0.2.201')) =>
    externalIgnored([passage('192.0.2.202', { worker: headless })], [passage('192.0.2.201', { worker: twin })])[0]

  test('no Pod answers for the headless Service, and the Service with an address of its own is reached', () => {
    expect(judged(silent)).toMatchObject({
      verdict: 'conformant',
      hop: 'node rules',
      expected: 'no Pod at svc 192.0.2.202 port 80',
    })
    // Whoever sits on the way out of the cluster may answer as well.
    for (const outcome of [refused, strange]) expect(judged(outcome)?.verdict).toBe('conformant')
  })

  test('a Pod that answers convicts, also where nothing shows for the other Service', () => {
    expect(judged(answered('192.0.2.202'))?.verdict).toBe('non-conformant')
    expect(judged(answered('192.0.2.202'), refused)?.verdict).toBe('non-conformant')
  })

  test('a proxy that heeds no external address shows nothing, and neither does a lost view', () => {
    expect(judged(silent, silent)?.verdict).toBe('not-applicable')
    expect(judged(silent, gone)).toMatchObject({ verdict: 'inconclusive', observed: 'the exec broke' })
    expect(judged(gone)?.verdict).toBe('inconclusive')
    expect(externalIgnored([passage('192.0.2.202', { worker: silent })], [])[0]?.verdict).toBe('not-applicable')
  })
})

describe('nodePortsLead', () => {
  const [one, other] = ['172.18.0.2', '172.18.0.3']
  const open = { node: 'worker2', passages: [passage(other, { worker: answered(other) }, 30080)], open: undefined }
  const judged = (
    outcomes: Readonly<Record<string, HttpOutcome>>,
    opened: NonNullable<Doors['open']> | 'unknown' = 'everywhere',
    beside = [open],
  ) =>
    nodePortsLead('doors', [
      { node: 'worker', passages: [passage(one, outcomes, 30080)], open: opened === 'unknown' ? undefined : opened },
      ...beside,
    ]).map(({ verdict }) => verdict)

  test('whoever dials a node is sent to a Pod, on the port of the Pod', () => {
    expect(judged({ worker: answered(one), worker2: answered(one) })).toEqual([
      'conformant',
      'conformant',
      'conformant',
    ])
  })

  test('another port and another server convict, whatever is known of the proxy', () => {
    for (const wrong of [answered(one, 8081), strange])
      for (const opened of ['everywhere', 'somewhere', 'unknown'] as const)
        expect(judged({ worker: wrong }, opened)[0]).toBe('non-conformant')
  })

  test('a client that is kept from a node where another is answered is behind a firewall', () => {
    expect(judged({ worker: answered(one), worker2: silent })).toEqual(['conformant', 'not-applicable', 'conformant'])
    expect(judged({ worker: answered(one), worker2: refused })[1]).toBe('not-applicable')
  })

  test('a node that answers nobody is blamed only if its proxy opens all of its addresses, and others are open', () => {
    expect(judged({ worker: refused, worker2: silent })).toEqual(['non-conformant', 'non-conformant', 'conformant'])
    expect(judged({ worker: refused }, 'somewhere')[0]).toBe('not-applicable')
    expect(judged({ worker: refused }, 'unknown')[0]).toBe('not-applicable')
    expect(judged({ worker: refused }, 'everywhere', [])).toEqual(['not-applicable'])
  })

  test('where only primary addresses are open, a node is blamed for the first of each family alone', () => {
    const second = '172.18.0.12'
    const six = 'fd00::2'
    const passages = [one, second, six].map((address) => passage(address, { worker: refused }, 30080))
    const verdicts = nodePortsLead('doors', [{ node: 'worker', passages, open: 'primary' }, open])
    expect(verdicts.map(({ verdict }) => verdict)).toEqual([
      'non-conformant',
      'not-applicable',
      'non-conformant',
      'conformant',
    ])
  })

  test('a lost view is no verdict', () => {
    expect(judged({ worker: gone })[0]).toBe('inconclusive')
  })
})

test('a label that another proxy does not mind is no offence of it, and one of kube-proxy', () => {
  const unlabelled = passage('10.96.0.7', { a: answered('10.96.0.7'), b: refused, c: refused, d: gone })
  const judged = wordToKubeProxy(answeredThrough(unlabelled), [
    { node: 'a', implementation: 'Cilium' },
    { node: 'b', implementation: 'Cilium' },
    { node: 'c', implementation: 'kube-proxy' },
  ])
  expect(judged.map((one) => one.verdict)).toEqual(['conformant', 'not-applicable', 'non-conformant', 'inconclusive'])
})

test('a label is no word to who stands beside kube-proxy, and that which names another proxy is one to all but Kube-OVN', () => {
  const followed = passage('10.96.0.7', { a: refused, b: refused, c: refused, d: refused, e: refused })
  const verdictsOf = (judge: typeof wordToKubeProxy): string[] =>
    judge(answeredThrough(followed), [
      { node: 'a', implementation: 'kube-proxy', beside: 'Cilium' },
      { node: 'b', implementation: 'kube-proxy', beside: 'Kube-OVN' },
      { node: 'c', implementation: 'Antrea' },
      { node: 'd', implementation: 'kube-proxy' },
      { node: 'e', implementation: 'unknown' },
    ]).map((one) => one.verdict)
  const [blamed, excused] = ['non-conformant', 'not-applicable']
  expect(verdictsOf(wordToKubeProxy)).toEqual([excused, excused, excused, blamed, excused])
  expect(verdictsOf(wordToProxies)).toEqual([blamed, excused, blamed, blamed, blamed])
})
