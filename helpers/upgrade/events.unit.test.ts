import { describe, expect, test } from 'vitest'
import type { ClusterLook, ComponentLook, NodeLook } from './cluster-look.ts'
import { eventsBetween, isCordoned, knownAfter, turnOf } from './events.ts'
import type { EventEntry } from './journal.ts'

const node = (more: Partial<NodeLook> = {}): NodeLook => ({
  ...{ name: 'node-a', ready: true, schedulable: true, kubelet: 'v1.35.4', runtime: 'containerd://2.1.0', boot: 'b1' },
  ...more,
})
const component = (more: Partial<ComponentLook> = {}): ComponentLook => ({
  ...{ name: 'one', uid: 'u1', node: 'node-a', ready: true, restarts: 0, images: 'kube-apiserver:v1.35.4' },
  ...more,
})
const texts = (before: ClusterLook, after: ClusterLook): string[] =>
  eventsBetween(before, after, 5).map(({ of, subject, text }) => `${of} ${subject}: ${text}`)

describe('events between two looks at a cluster', () => {
  test.each<[string, NodeLook[], NodeLook[], string[]]>([
    ['as it was', [node()], [node()], []],
    ['not Ready', [node()], [node({ ready: false })], ['node node-a: not Ready']],
    ['Ready', [node({ ready: false })], [node()], ['node node-a: Ready']],
    ['cordoned', [node()], [node({ schedulable: false })], ['node node-a: cordoned']],
    ['back', [node({ schedulable: false })], [node()], ['node node-a: takes Pods again']],
    ['gone', [node()], [], ['node node-a: gone']],
    ['joined', [], [node({ ready: false })], ['node node-a: joined, kubelet v1.35.4, not Ready']],
    [
      'upgraded',
      [node()],
      [node({ kubelet: 'v1.36.3', boot: 'b2' })],
      ['node node-a: kubelet v1.35.4 → v1.36.3', 'node node-a: rebooted'],
    ],
  ])('tell of a node: %s', (_, before, after, expected) => {
    expect(texts({ nodes: before }, { nodes: after })).toEqual(expected)
  })

  test.each<[string, ComponentLook[], ComponentLook[], string[]]>([
    [
      'upgraded',
      [component()],
      [component({ uid: 'u2', images: 'kube-apiserver:v1.36.3' })],
      ['kube-apiserver:v1.35.4 → kube-apiserver:v1.36.3'],
    ],
    ['replaced', [component()], [component({ uid: 'u2', restarts: 4 })], ['replaced']],
    ['restarted', [component()], [component({ restarts: 1, ready: false })], ['restarted, 0 → 1 times', 'not Ready']],
    ['gone', [component()], [], ['gone from node-a']],
    ['come', [], [component({ ready: false })], ['came on node-a, not Ready yet']],
  ])('tell of a component: %s', (_, before, after, expected) => {
    for (const [part, lane] of [
      ['controlPlane', 'control plane'],
      ['proxies', 'proxy'],
      ['dns', 'DNS'],
    ] as const)
      expect(texts({ [part]: before }, { [part]: after })).toEqual(expected.map((text) => `${lane} one: ${text}`))
  })

  test('tell the version of the API server', () => {
    expect(texts({ version: 'v1.35.4' }, { version: 'v1.36.3' })).toEqual(['API API server: v1.35.4 → v1.36.3'])
  })

  test('are none where one of two has not seen it: what was seen last stays known', () => {
    const whole: ClusterLook = {
      version: 'v1',
      nodes: [node()],
      controlPlane: [component()],
      proxies: [],
      dns: [component()],
    }
    expect([texts({}, whole), texts(whole, {})]).toEqual([[], []])
    expect(texts(knownAfter(whole, {}), { ...whole, nodes: [] })).toEqual(['node node-a: gone'])
  })
})

test('a node is cordoned from when that is told until it takes Pods again', () => {
  const told = (at: number, text: string, subject = 'a'): EventEntry => ({
    kind: 'event',
    at,
    of: 'node',
    subject,
    text,
  })
  const events = [told(10, 'cordoned'), told(12, 'rebooted'), told(15, 'cordoned', 'b'), told(20, 'takes Pods again')]
  expect([5, 10, 19, 20].map((at) => isCordoned(events, 'a', at))).toEqual([false, true, true, false])
  expect([isCordoned(events, 'b', 30), isCordoned(events, 'c', 30)]).toEqual([true, false])
})

test('a node is lost, or back, by what is told of it', () => {
  const told = [
    'not Ready',
    'gone',
    'Ready',
    'joined, kubelet v1.36.3',
    'joined, kubelet v1.36.3, not Ready',
    'cordoned',
  ]
  expect(told.map(turnOf)).toEqual(['lost', 'lost', 'back', 'back', 'lost', undefined])
})
