import { describe, expect, test } from 'vitest'
import { targetsText } from '../probes/sampler/targets-text.ts'
import { facts, pod, shown, zone } from './fixture-sample.ts'
import { sameTargets, targetsOf } from './targets.ts'
import { type Shown, truthOf } from './truth.ts'

const backends = [{ name: 'coredns-1', address: '10.244.0.2', port: 1053 }]
const targets = (one: Shown = shown(), own = facts) =>
  targetsOf({ facts: own, shown: [one], truth: truthOf([one], 'cluster.local', 1), backends })
const idsOf = (one?: Shown): string[] => targets(one).map(({ id }) => id)

describe('the targets', () => {
  test('are every DNS server by its name, each web Pod and the Service, the member kept and the one written to', () => {
    expect(idsOf()).toEqual([
      'dns resolver 10.96.0.10',
      'dns coredns-1',
      'http up-web-1',
      'http up-web-2',
      'http up-web',
      'kept up-kv-0',
      'kept up-kv-any',
      'write up-kv-0',
    ])
    expect(targets()[1]).toMatchObject({ role: 'backend', address: '10.244.0.2', port: 1053 })
    expect(targets()[4]).toMatchObject({ way: 'virtual', address: '10.96.0.5', port: 8080, of: 'up-web' })
    expect(targets().at(-1)).toMatchObject({ host: `up-kv-0.up-kv.${zone}`, port: 6379 })
  })

  test('ask every server for every name, in the families that Pods have', () => {
    const names = Object.keys(truthOf([shown()], 'cluster.local', 1).addresses)
    expect(targets()[0]).toMatchObject({ questions: names.map((name) => ({ name, type: 'A' })) })
    expect(targets(shown(), { ...facts, families: ['IPv4', 'IPv6'] })[0]).toMatchObject({
      questions: names.flatMap((name) => [
        { name, type: 'A' },
        { name, type: 'AAAA' },
      ]),
    })
  })

  test('keep their ids when addresses change, and leave out Pods that nobody can reach', () => {
    const one = shown()
    const moved = {
      ...one,
      pods: one.pods.map((each) => pod(each.metadata?.name ?? '', each.metadata?.labels?.app ?? '', '10.244.9.9')),
    }
    expect(idsOf(moved)).toEqual(idsOf())
    expect(sameTargets(targets(), targets(moved))).toBe(false)
    expect(sameTargets(targets(), targets())).toBe(true)
    const away = {
      ...one,
      pods: [pod('up-web-1', 'rollcall-up-web', '10.244.1.1', { leaving: true }), pod('up-kv-0', 'rollcall-up-kv', '')],
    }
    const ids = ['dns resolver 10.96.0.10', 'dns coredns-1', 'http up-web', 'kept up-kv-any', 'write up-kv-0']
    expect(idsOf(away)).toEqual(ids)
  })

  test('can all be told to a sampler', () => {
    expect(targetsText(1, targets()).split('\n')).toHaveLength(9)
  })
})
