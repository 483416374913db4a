import { describe, expect, test } from 'vitest'
import type { Pod } from '../target/objects.ts'
import { askingPod, insideOf, lostInside } from './inside-sample.ts'
import {
  hostnameLeadsToFullName,
  hostnameOf,
  hostsHoldPod,
  kernelTellsFullName,
  kernelTellsHostname,
  kernelTellsOverride,
  nameKeepsFromStarting,
} from './pod-names.ts'

const domain = 'cluster.local'
const named = askingPod({ hostname: 'pod-0', subdomain: 'asked' })
const full = 'pod-0.asked.ns.svc.cluster.local'

describe('hostnameOf', () => {
  test.for([
    ['asks', undefined, 'asks'],
    ['asks', 'other', 'other'],
    ['a'.repeat(70), undefined, 'a'.repeat(63)],
    [`${'a'.repeat(62)}-b`, undefined, 'a'.repeat(62)],
  ] as const)('of a Pod named %s with hostname %s is %s', ([name, hostname, wanted]) => {
    expect(hostnameOf(askingPod(hostname === undefined ? {} : { hostname }, { name, namespace: 'ns' }))).toBe(wanted)
  })
})

describe('kernelTellsHostname', () => {
  test('convicts another name, and decides nothing of a Pod that could not be looked into', () => {
    const judge = (sighting = insideOf()) => kernelTellsHostname(askingPod(), sighting).map((one) => one.verdict)
    expect(judge()).toEqual(['conformant'])
    expect(judge(insideOf({ hostname: 'mutant' }))).toEqual(['non-conformant'])
    expect(judge(lostInside)).toEqual(['inconclusive'])
  })
})

describe('kernelTellsOverride', () => {
  test('wants what the Pod asks for, not its hostname', () => {
    const pod = askingPod({ hostname: 'known', subdomain: 'asked', hostnameOverride: 'unheard-of' })
    const judge = (hostname: string, kubelet = 'v1.35.0') =>
      kernelTellsOverride(pod, insideOf({ hostname }), kubelet).map((one) => one.verdict)
    expect([judge('unheard-of'), judge('known')]).toEqual([['conformant'], ['non-conformant']])
    expect(judge('known', '')).toEqual(['non-conformant'])
  })

  test('wants nothing of a kubelet that is older than that, as in the middle of an upgrade', () => {
    const pod = askingPod({ hostname: 'known', subdomain: 'asked', hostnameOverride: 'unheard-of' })
    const judge = (hostname: string) =>
      kernelTellsOverride(pod, insideOf({ hostname }), 'v1.34.4').map((one) => one.verdict)
    expect([judge('unheard-of'), judge('known')]).toEqual([['conformant'], ['not-applicable']])
  })
})

describe('nameKeepsFromStarting', () => {
  type Status = NonNullable<Pod['status']>
  const withStatus = (name: string, status: Status): Pod => ({
    ...askingPod({ hostname: 'a'.repeat(63), subdomain: 'asked' }, { name, namespace: 'ns' }),
    status,
  })
  const of = (state: object, lastState: object = {}): Status => ({
    startTime: '2026-01-01T00:00:10Z',
    containerStatuses: [{ name: 'idle', image: '', imageID: '', restartCount: 0, ready: false, state, lastState }],
  })
  const waiting = of({ waiting: { reason: 'ContainerCreating' } })
  const running = of({ running: { startedAt: '2026-01-01T00:00:11Z' } })
  const judge = (status: Status, twin = running) =>
    nameKeepsFromStarting(withStatus('long', status), withStatus('twin', twin), domain)

  test('is conformant where it waits, and its twin runs', () => {
    const length = 63 + '.asked.ns.svc.cluster.local'.length
    const expected = `no container of long starts, whose full name has ${length} characters`
    expect(judge(waiting)).toMatchObject({ verdict: 'conformant', hop: 'pod', expected })
  })

  test('convicts one that runs, has run, or has failed after its start', () => {
    for (const status of [
      running,
      of({ terminated: { exitCode: 0 } }),
      of({ waiting: {} }, { terminated: { exitCode: 1 } }),
    ])
      expect(judge(status).verdict).toBe('non-conformant')
    expect(judge(running, waiting).verdict).toBe('non-conformant')
  })

  test('decides nothing before a kubelet has taken it up, nor where its twin does not run', () => {
    expect(judge({}).verdict).toBe('inconclusive')
    expect(judge(waiting, waiting).verdict).toBe('inconclusive')
  })
})

describe('kernelTellsFullName', () => {
  test.for([
    [full, 'conformant'],
    ['pod-0', 'non-conformant'],
  ] as const)('a kernel that gives %s is %s', ([hostname, verdict]) => {
    expect(kernelTellsFullName(named, insideOf({ hostname }), domain)).toMatchObject([{ verdict, hop: 'pod' }])
  })

  test('does not apply where no kernel takes the name, since no Pod can start', () => {
    const long = 'x'.repeat(60)
    expect(kernelTellsFullName(named, lostInside, long)).toMatchObject([{ verdict: 'not-applicable' }])
  })
})

describe('hostsHoldPod', () => {
  const both = { ...named, status: { podIPs: [{ ip: '10.244.1.5' }, { ip: 'fd00::5' }] } }
  const line = (address: string, ...names: string[]) => ({ address, names })

  test('wants each address under both names', () => {
    const hosts = [line('10.244.1.5', full, 'pod-0'), line('fd00::5', full, 'pod-0'), line('10.0.0.1', 'alias')]
    expect(hostsHoldPod(both, insideOf({ hosts }), domain).map((one) => one.verdict)).toEqual([
      'conformant',
      'conformant',
    ])
  })

  test.for([
    ['the full name is not there', [line('10.244.1.5', 'pod-0')], ['non-conformant', 'conformant']],
    ['another address has the names', [line('10.9.9.9', full, 'pod-0')], ['non-conformant', 'non-conformant']],
    [
      'another address has them, too',
      [line('10.244.1.5', full, 'pod-0'), line('10.9.9.9', full)],
      ['non-conformant', 'conformant'],
    ],
    ['nothing is there', [], ['non-conformant', 'non-conformant']],
  ] as const)('convicts where %s', ([, hosts, verdicts]) => {
    expect(hostsHoldPod(named, insideOf({ hosts }), domain).map((one) => one.verdict)).toEqual(verdicts)
  })

  test('wants one address of each family that the Pod has', () => {
    const hosts = [line('10.244.1.5', full, 'pod-0')]
    expect(hostsHoldPod(both, insideOf({ hosts }), domain)[0]?.verdict).toBe('non-conformant')
  })

  test('decides nothing of a Pod that could not be looked into', () => {
    expect(hostsHoldPod(named, lostInside, domain).map((one) => one.verdict)).toEqual(['inconclusive', 'inconclusive'])
  })
})

describe('hostnameLeadsToFullName', () => {
  const said = (...names: readonly string[]) => {
    const hosts = names.length === 0 ? [] : [{ address: '10.244.1.7', names }]
    const [one] = hostnameLeadsToFullName(named, insideOf({ hostname: 'pod-0', hosts }), domain)
    return [one?.verdict, one?.observed.replace(/ in .*/, '')]
  }

  test('wants the full name first on the line with the hostname', () => {
    expect(said(full, 'pod-0')).toEqual(['conformant', `hostname -f prints ${full}`])
    expect(said('pod-0', full)).toEqual(['non-conformant', 'hostname -f prints pod-0'])
    expect(said('pod-0.asked.ns.svc.wrong.local', 'pod-0')[0]).toBe('non-conformant')
    expect(said()).toEqual(['non-conformant', 'hostname -f prints nothing'])
  })

  test('decides nothing of a Pod that could not be looked into', () => {
    expect(hostnameLeadsToFullName(named, lostInside, domain).map((one) => one.verdict)).toEqual(['inconclusive'])
  })
})
