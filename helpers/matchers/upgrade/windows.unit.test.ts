import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { service, slice } from '../../upgrade/fixture-sample.ts'
import type { JournalEntry, SampleEntry, TruthEntry } from '../../upgrade/journal.ts'
import type { Shown } from '../../upgrade/truth.ts'
import { UnseenChanges } from '../../upgrade/unseen-changes.ts'
import { lengthOf } from '../../upgrade/window.ts'
import {
  between,
  journalOf,
  named,
  nodes,
  noon,
  type Story,
  saying,
  showing,
  soundSample,
  targets,
  truth,
  watchOf,
} from './journal-sample.ts'

const [control, worker, other] = nodes
const resolver = 'dns resolver 10.96.0.10'
const gone = { rcode: 'NXDOMAIN' } as const

function windowsIn(story: Story) {
  return watchOf(journalOf(story)).looked.windows
}

/** A truth of some second, with what is different then. */
function later(second: number, change: Partial<Omit<TruthEntry, 'kind' | 'at'>>): TruthEntry {
  return { ...truth, at: noon + second * 1000, ...change }
}

function podsWith(name: string, change: Partial<TruthEntry['pods'][number]>): TruthEntry['pods'] {
  return truth.pods.map((pod) => (pod.name === name ? { ...pod, ...change } : pod))
}

describe('a window', { timeout: 60_000 }, () => {
  test('is not in the journal of a sound cluster, whatever looks are missing', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.array(fc.nat(59)), (seconds, missing) => {
        const story: Story = { seconds, look: (sound, second) => (missing.includes(second) ? undefined : sound) }
        expect(windowsIn(story)).toEqual([])
      }),
      { numRuns: 30 },
    )
  })

  test('begins with the first look that is wrong, and ends with the first that is not', () => {
    const look = (sound: SampleEntry, second: number): SampleEntry =>
      sound.node === worker && between(second, 30, 64) ? saying(sound, 'dns coredns-a', 'up-kv', gone) : sound
    const during: JournalEntry = { kind: 'event', at: noon + 29_000, of: 'DNS', subject: 'coredns-a', text: 'replaced' }
    expect(windowsIn({ look, besides: [during] })).toEqual([
      {
        kind: 'NXDOMAIN',
        node: worker,
        target: 'dns coredns-a',
        role: 'backend',
        from: noon + 30_000,
        to: noon + 64_000,
        looks: 34,
        names: [`${named('up-kv')} A`],
        expected: `${named('up-kv')} A: NOERROR {10.244.1.9}`,
        observed: `${named('up-kv')} A: NXDOMAIN {}`,
        span: 1,
        during: ['DNS coredns-a: replaced'],
      },
    ])
  })

  test('is not stretched over looks that are missing, and not over a gap that was told', () => {
    const wrong = (sound: SampleEntry, second: number): SampleEntry =>
      between(second, 20, 80) ? saying(sound, resolver, 'up-kv', gone) : sound
    const holes = windowsIn({
      look: (sound, second) =>
        between(second, 40, 60) ? undefined : sound.node === worker ? wrong(sound, second) : sound,
    })
    expect(holes.map((one) => [one.from - noon, one.to - noon])).toEqual([
      [20_000, 39_000],
      [60_000, 80_000],
    ])
    const gap: JournalEntry = { kind: 'gap', at: noon + 50_000, since: noon + 49_500, of: worker, reason: 'no sample' }
    const told = windowsIn({
      look: (sound, second) => (sound.node === worker ? wrong(sound, second) : sound),
      besides: [gap],
    })
    expect(told.map((one) => [one.from - noon, one.to - noon])).toEqual([
      [20_000, 49_000],
      [50_000, 80_000],
    ])
  })

  test('never lasts longer than was watched, and does not depend on the order in which nodes tell', () => {
    const spoilt = fc.record({
      node: fc.constantFrom(...nodes),
      from: fc.nat(50),
      length: fc.integer({ min: 1, max: 60 }),
      what: fc.constantFrom(
        (one: SampleEntry) => saying(one, resolver, 'up-web', gone),
        (one: SampleEntry) => saying(one, 'dns coredns-b', 'up-kv', { rcode: 'NOERROR', records: ['10.9.9.9'] }),
        (one: SampleEntry) => showing(one, 'http up-web-a', { outcome: 'silent' }),
        (one: SampleEntry) =>
          showing(one, 'write up-kv-0', { outcome: 'refused', detail: 'READONLY', sequence: one.sequence }),
      ),
    })
    fc.assert(
      fc.property(fc.array(spoilt, { maxLength: 5 }), fc.infiniteStream(fc.nat()), (all, order) => {
        const look = (sound: SampleEntry, second: number): SampleEntry =>
          all
            .filter((one) => one.node === sound.node && between(second, one.from, one.from + one.length))
            .reduce((sample, one) => one.what(sample), sound)
        const entries = journalOf({ seconds: 60, look })
        const { looked } = watchOf(entries)
        for (const one of looked.windows) expect(lengthOf(one)).toBeLessThanOrEqual(59_000)
        const samples = entries.filter((one) => one.kind === 'sample')
        const shuffled = samples
          .map((one) => ({ one, key: order.next().value as number }))
          .sort((a, b) => a.key - b.key)
          .map(({ one }) => one)
        const others = entries.filter((one) => one.kind !== 'sample')
        expect(watchOf([...others, ...shuffled]).looked).toEqual(looked)
      }),
      { numRuns: 25 },
    )
  })

  test('is told once, however often a log was read', () => {
    const look = (sound: SampleEntry, second: number): SampleEntry =>
      between(second, 30, 40) ? showing(sound, 'http up-web-a', { outcome: 'refused' }) : sound
    const entries = journalOf({ look })
    const twice = [...entries, ...entries.filter((one) => one.kind === 'sample')]
    expect(watchOf(twice).looked).toEqual(watchOf(entries).looked)
  })
})

describe('an answer', () => {
  const moved = later(40, { addresses: { ...truth.addresses, [named('up-kv')]: ['10.244.2.30'] } })
  const before = { rcode: 'NOERROR', records: ['10.244.1.9'] } as const
  const after = { rcode: 'NOERROR', records: ['10.244.2.30'] } as const

  /** Seconds in which each window of the resolver at one node was open, with its kind and whether it is excused. */
  function toldBy(
    answers: (second: number) => { readonly rcode: string; readonly records?: readonly string[] },
    besides: JournalEntry[] = [moved],
    seconds = 120,
  ) {
    const look = (sound: SampleEntry, second: number): SampleEntry | undefined =>
      sound.node !== worker ? undefined : saying(sound, resolver, 'up-kv', answers(second))
    const own = windowsIn({ seconds, look, besides }).filter((one) => one.target === resolver)
    return own.map((one) => [one.kind, (one.from - noon) / 1000, (one.to - noon) / 1000, one.excuse === undefined])
  }

  // The other servers of these tests never change their mind, and are not looked at.
  test('may be what was true within the propagation, and for a cache a while longer', () => {
    expect(toldBy((second) => (second < 45 ? before : after))).toEqual([])
    expect(toldBy((second) => (second < 70 ? before : after))).toEqual([['slow propagation', 50, 70, false]])
  })

  test('may be the new one before the API has told of it, by the difference of clocks', () => {
    expect(toldBy((second) => (second < 39 ? before : after))).toEqual([])
    expect(toldBy((second) => (second < 30 ? before : after))).toEqual([['wrong answer', 30, 38, true]])
  })

  test('may be the old one for longer where the API was away, since DNS servers ask it again only then', () => {
    const away: JournalEntry = { kind: 'gap', at: noon + 39_000, since: noon + 4_000, of: 'API', reason: 'refused' }
    expect(toldBy((second) => (second < 98 ? before : after), [moved, away])).toEqual([
      ['slow propagation', 50, 98, false],
    ])
    expect(toldBy((second) => (second < 98 ? before : after))).toEqual([
      ['slow propagation', 50, 80, false],
      ['wrong answer', 80, 98, true],
    ])
  })

  test('may be the old one until every server has asked the API again, has been told, and no cache keeps it', () => {
    const away: JournalEntry = { kind: 'gap', at: noon + 42_000, since: noon + 4_000, of: 'API', reason: 'refused' }
    // The API is back at 42: 60 s for the pause, 10 s for the word, 30 s for a cache.
    expect(toldBy((second) => (second < 106 ? before : after), [moved, away], 180)).toEqual([
      ['slow propagation', 50, 106, false],
    ])
    expect(toldBy((second) => (second < 160 ? before : after), [moved, away], 180)).toEqual([
      ['slow propagation', 50, 143, false],
      ['wrong answer', 143, 160, true],
    ])
  })

  test('may be the old one for twice the time that the API was away, where that is less', () => {
    const away: JournalEntry = { kind: 'gap', at: noon + 42_000, since: noon + 36_000, of: 'API', reason: 'refused' }
    expect(toldBy((second) => (second < 120 ? before : after), [moved, away], 180)).toEqual([
      ['slow propagation', 50, 95, false],
      ['wrong answer', 95, 120, true],
    ])
  })

  test('may be the new one since the API has last told of the old one, however late it was asked again', () => {
    const late: JournalEntry = { ...moved, since: noon + 35_000 } as JournalEntry
    expect(toldBy((second) => (second < 34 ? before : after), [late])).toEqual([])
    expect(toldBy((second) => (second < 30 ? before : after), [late])).toEqual([['wrong answer', 30, 33, true]])
  })

  test('that was true once is wrong when no cache may hold it any more', () => {
    const [slow, wrong] = toldBy(() => before)
    expect([slow?.[0], wrong]).toEqual(['slow propagation', ['wrong answer', 80, 119, true]])
  })

  test('may be nothing between two that follow each other, but not between two that are the same', () => {
    const nothing = (second: number) => (second < 40 ? before : second < 46 ? gone : after)
    expect(toldBy(nothing)).toEqual([])
    const same = later(40, {})
    expect(toldBy((second) => (between(second, 40, 46) ? gone : before), [same])).toEqual([['NXDOMAIN', 40, 46, true]])
  })

  test('may be any of what two looks showed where endpoints changed more often than they show, and nothing else', () => {
    const [stood, stands] = [
      ['10.244.1.2', '10.244.1.4'],
      ['10.244.1.12', '10.244.2.8'],
    ].map((some) => later(0, { addresses: { ...truth.addresses, [named('up-kv')]: some } }))
    if (stood === undefined || stands === undefined) throw new Error('two looks')
    const unseen = new UnseenChanges()
    const services = [service('up-kv', 'rollcall-up-kv')]
    const shownAt = (generation: number): Shown[] => [
      {
        ...{ namespace: 'up', pods: [], services },
        slices: [
          {
            ...slice('up-kv', []),
            metadata: { ...slice('up-kv', []).metadata, namespace: 'up', uid: 'one', generation },
          },
        ],
      },
    ]
    const lookAt = (second: number, known: TruthEntry | undefined, now: TruthEntry, generation: number) =>
      [...unseen.between(shownAt(generation), known, now, 'cluster.local'), now].map((one) => ({
        ...one,
        at: noon + second * 1000,
        since: noon + (second - 1) * 1000,
      }))
    const first = lookAt(39, undefined, stood, 7)
    const rolled = [...first, ...lookAt(40, stood, stands, 10)]
    const told = (...records: readonly string[]) =>
      toldBy((second) => {
        const some = second < 40 ? stood : stands
        return { rcode: 'NOERROR', records: second === 40 ? records : (some.addresses[named('up-kv')] ?? []) }
      }, rolled).filter(([, from]) => Number(from) >= 40)
    expect(told('10.244.1.2', '10.244.1.4', '10.244.2.8')).toEqual([])
    expect(told('10.244.1.2', '10.244.1.4', '10.244.2.9')).toEqual([['wrong answer', 40, 41, true]])
  })

  test('of a name that has no address is right without one, by NXDOMAIN or NODATA', () => {
    const look = (sound: SampleEntry, second: number): SampleEntry =>
      second % 2 === 0 ? saying(sound, resolver, 'up-nobody', { rcode: 'NOERROR' }) : sound
    expect(windowsIn({ look })).toEqual([])
  })

  test('is not judged where it may have been true while the API told nothing', () => {
    const away: JournalEntry = { kind: 'gap', at: noon + 90_000, since: noon + 30_000, of: 'API', reason: 'away' }
    const back = { ...moved, at: noon + 92_000 }
    const answers = (second: number) => (second < 50 ? before : second < 60 ? gone : after)
    expect(toldBy(answers, [away, back])).toEqual([])
    // What is the same before and after was so all the time.
    expect(toldBy((second) => (between(second, 50, 60) ? gone : before), [away, later(92, {})])).toEqual([
      ['NXDOMAIN', 50, 60, true],
    ])
  })
})

describe('a server that is silent', () => {
  const silent = (sound: SampleEntry, server: string): SampleEntry =>
    saying(sound, server, 'up-kv', { rcode: 'timeout' })

  test('is excused once it is taken out of service', () => {
    const without: JournalEntry = {
      kind: 'targets',
      at: noon + 60_000,
      targets: targets.filter((one) => one.id !== 'dns coredns-a'),
    }
    const windows = windowsIn({
      look: (sound, second) => (between(second, 50, 65) ? silent(sound, 'dns coredns-a') : sound),
      besides: [without],
    })
    expect(windows.map((one) => one.excuse)).toEqual(nodes.map(() => 'dns coredns-a came into service or left it'))
  })

  test('is excused while a node is lost that may have had it, and for no other reason', () => {
    const lost = (second: number): boolean => between(second, 40, 70)
    const windows = windowsIn({
      look: (sound, second) => {
        if (sound.node === other && lost(second)) return undefined
        return sound.node === worker && between(second, 42, 60) ? silent(sound, resolver) : sound
      },
    })
    expect(windows.map((one) => [one.kind, one.excuse])).toEqual([['time-out', `nothing was heard of node ${other}`]])
    const alone = windowsIn({
      look: (sound, second) => (sound.node === worker && between(second, 42, 60) ? silent(sound, resolver) : sound),
    })
    expect(alone.map((one) => [one.kind, one.excuse])).toEqual([['time-out', undefined]])
  })

  test('is excused by no node of which it is known that it had no server', () => {
    const excuseWith = (nodeOf: (id: string) => string | undefined): (string | undefined)[] => {
      const placed = targets.map((one) => {
        const on = one.kind === 'dns' && one.role === 'backend' ? nodeOf(one.id) : undefined
        return on === undefined ? one : { ...one, node: on }
      })
      return windowsIn({
        besides: [{ kind: 'targets', at: noon + 1000, targets: placed }],
        seconds: 160,
        look: (sound, second) => {
          if (sound.node === other && between(second, 98, 130)) return undefined
          return sound.node === worker && between(second, 102, 120) ? silent(sound, resolver) : sound
        },
      }).map((one) => one.excuse)
    }
    expect(excuseWith(() => control)).toEqual([undefined])
    expect(excuseWith((id) => (id === 'dns coredns-a' ? control : other))).toEqual([
      `nothing was heard of node ${other}`,
    ])
    expect(excuseWith((id) => (id === 'dns coredns-a' ? control : undefined))).toEqual([
      `nothing was heard of node ${other}`,
    ])
  })

  test('is excused where servers changed about a time at which the API was away, as long as proxies may not know', () => {
    const away: JournalEntry = { kind: 'gap', at: noon + 60_000, since: noon + 20_000, of: 'API', reason: 'refused' }
    const renamed = targets.map((one) =>
      one.id === 'dns coredns-a' ? { ...one, id: 'dns coredns-c', address: '10.244.0.9' } : one,
    )
    const replaced: JournalEntry = { kind: 'targets', at: noon + 90_000, targets: renamed }
    const excuses = (besides: JournalEntry[], from: number): (string | undefined)[] => {
      const look = (sound: SampleEntry, second: number): SampleEntry =>
        sound.node === worker && between(second, from, from + 14) ? silent(sound, resolver) : sound
      const own = windowsIn({ seconds: 160, look, besides }).filter((one) => one.target === resolver)
      return own.map((one) => one.excuse)
    }
    expect(excuses([away, replaced], 95)).toEqual(['DNS servers had changed about a time at which the API was away'])
    // Back at 60: 60 s for the pause, and 10 s for the word.
    expect(excuses([away, replaced], 115)).toEqual(['DNS servers had changed about a time at which the API was away'])
    expect(excuses([away, replaced], 132)).toEqual([undefined])
    expect(excuses([away], 95)).toEqual([undefined])
    expect(excuses([replaced], 95)).toEqual([undefined])
  })

  test('is not excused for ever by a node that is gone for good', () => {
    const gone: JournalEntry = { kind: 'event', at: noon + 45_000, of: 'node', subject: other, text: 'gone' }
    const left: JournalEntry = { ...truth, at: noon + 45_000, pods: truth.pods.filter((pod) => pod.node !== other) }
    const windows = windowsIn({
      seconds: 240,
      besides: [gone, left],
      look: (sound, second) => {
        if (sound.node === other && second >= 40) return undefined
        const isMute = between(second, 60, 90) || between(second, 150, 180)
        return sound.node === worker && isMute ? silent(sound, resolver) : sound
      },
    })
    expect(windows.map((one) => [one.kind, one.excuse])).toEqual([
      ['time-out', `node ${other} was not Ready`],
      ['time-out', undefined],
    ])
  })
})

describe('a connection that fails', () => {
  const fails = (id: string, from: number, to: number) => (sound: SampleEntry, second: number) =>
    sound.node === control && between(second, from, to) ? showing(sound, id, { outcome: 'silent' }) : sound

  test('is held against the way while its Pod is ready, on a node that is there', () => {
    expect(windowsIn({ look: fails('http up-web-a', 40, 50) })).toMatchObject([
      { kind: 'time-out', role: 'direct', node: control, from: noon + 40_000, to: noon + 50_000 },
    ])
    expect(windowsIn({ look: fails('http up-web-a', 40, 50) })[0]?.excuse).toBeUndefined()
  })

  test.each([
    ['was not ready', { ready: false }],
    ['was terminating', { terminating: true }],
    ['was replaced', { uid: 'another' }],
    ['was restarted', { restarts: 1 }],
  ])('is excused while its Pod %s', (reason, change) => {
    const besides = [later(38, { pods: podsWith('up-web-a', change) })]
    const [window] = windowsIn({ look: fails('http up-web-a', 38, 42), besides })
    expect(window?.excuse).toBe(`up-web-a ${reason}`)
    const [both] = windowsIn({ look: fails('http up-web', 38, 42), besides })
    expect(both?.excuse).toBe(`up-web-a ${reason}`)
  })

  test('is excused while the node of its Pod is not Ready, and until it has settled', () => {
    const event = (second: number, text: string): JournalEntry => {
      return { kind: 'event', at: noon + second * 1000, of: 'node', subject: worker, text }
    }
    const besides = [event(30, 'not Ready'), event(45, 'Ready')]
    expect(windowsIn({ look: fails('http up-web-a', 35, 40), besides })[0]?.excuse).toBe(`node ${worker} was not Ready`)
    const look = (sound: SampleEntry, second: number): SampleEntry | undefined =>
      sound.node === worker && between(second, 20, 45) ? undefined : fails('http up-web-a', 60, 70)(sound, second)
    expect(windowsIn({ look })[0]?.excuse).toBe(`node ${worker} had just come back`)
  })

  test('through a Service is excused while its endpoints have just changed', () => {
    const addresses = { ...truth.addresses, [named('up-web-headless')]: ['10.244.2.7'] }
    const besides = [later(40, { addresses, pods: truth.pods.filter((one) => one.name !== 'up-web-a') })]
    const windows = windowsIn({ look: fails('http up-web', 40, 60), besides }).filter((one) => one.role === 'virtual')
    expect(windows.map((one) => [(one.from - noon) / 1000, (one.to - noon) / 1000, one.excuse])).toEqual([
      [40, 50, 'the endpoints of up-web had just changed'],
      [50, 60, undefined],
    ])
  })
})

test('a sample that tells of what nobody was asked is left out', () => {
  const odd = { ...soundSample(worker, 3), results: { 'http nobody': { outcome: 'silent' as const } } }
  expect(windowsIn({ look: (sound, second) => (second === 3 && sound.node === worker ? odd : sound) })).toEqual([])
})
