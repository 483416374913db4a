import { expect, test } from 'vitest'
import type { Snapshot } from '../../stage/snapshot.ts'
import type { AnswerBefore } from '../../upgrade/before.ts'
import { beforeOf } from '../../upgrade/fixture-sample.ts'
import { deniedBefore } from './denied.ts'
import { journalOf, named, nodes, saying, truth, watchOf } from './journal-sample.ts'

const name = 'up-hand.ns.svc.cluster.local'

function snapshotBy(manager: string): Snapshot {
  const labels = { 'kubernetes.io/service-name': 'up-hand', 'endpointslice.kubernetes.io/managed-by': manager }
  return {
    namespace: 'ns',
    pods: [],
    services: [{ metadata: { name: 'up-hand', namespace: 'ns' }, spec: { clusterIP: 'None' } }],
    slices: [
      { metadata: { name: 'up-hand-1', labels }, addressType: 'IPv4', endpoints: [{ addresses: ['192.0.2.1'] }] },
    ],
  } as unknown as Snapshot
}

function told(rcode: string, records: readonly string[] = [], type: 'A' | 'AAAA' = 'A'): AnswerBefore {
  return { vantage: 'worker', server: 'dns-a', name, type, rcode, records }
}

function deniedOf(answers: readonly AnswerBefore[], manager = 'rollcall.dev'): string[] {
  return [...deniedBefore(beforeOf({ snapshots: { upgrade: snapshotBy(manager) }, answers }))]
}

test('what every server denied before is known, where slices tell of it that somebody has written', () => {
  expect(deniedOf([told('NXDOMAIN'), told('NOERROR'), told('NXDOMAIN', [], 'AAAA')])).toEqual([`${name} A`])
})

test.for<[string, readonly AnswerBefore[], string?]>([
  ['one server knew', [told('NXDOMAIN'), told('NOERROR', ['192.0.2.1'])]],
  ['one server was silent about', [told('NXDOMAIN'), told('timeout')]],
  ['nobody was asked for', []],
  ['a controller has written slices for', [told('NXDOMAIN')], 'endpointslice-controller.k8s.io'],
])('nothing is denied that %s', ([, answers, manager]) => {
  expect(deniedOf(answers, manager)).toEqual([])
})

test('what was denied before is held against nobody, and all else is', () => {
  const [, worker] = nodes
  const resolver = 'dns resolver 10.96.0.10'
  const entries = journalOf({
    look: (sound) => (sound.node === worker ? saying(sound, resolver, 'up-kv', { rcode: 'NXDOMAIN' }) : sound),
  })
  const windows = (denied?: ReadonlySet<string>) =>
    watchOf(entries, {}, denied).looked.windows.filter((one) => one.target === resolver)
  expect(Object.keys(truth.addresses)).toContain(named('up-kv'))
  expect(windows().map((one) => one.kind)).toEqual(['NXDOMAIN'])
  expect(windows(new Set([`${named('up-kv')} A`]))).toEqual([])
  expect(windows(new Set([`${named('up-web')} A`])).map((one) => one.kind)).toEqual(['NXDOMAIN'])
})
