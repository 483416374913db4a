import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { validateXML } from 'xmllint-wasm'
import { between, journalOf, nodes, noon, saying, showing, watchOf } from '../matchers/upgrade/journal-sample.ts'
import type { JournalEntry, SampleEntry } from '../upgrade/journal.ts'
import { sampleRecord, sampleRecords } from './report-sample.ts'
import { soakedWatch } from './soaked-watch.ts'
import { type Timeline, timelineHtml } from './timeline.ts'
import { marksOf, piecesOf } from './timeline-scale.ts'

const before = {
  id: 'abc123',
  taken: '2026-11-22T11:00:00Z',
  facts: { context: 'kind-rollcall', version: { gitVersion: 'v1.35.4' } },
} as unknown as Timeline['before']

/** Any well-formed document. */
const anything = `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="html"><xs:complexType mixed="true">
<xs:sequence><xs:any processContents="skip" minOccurs="0" maxOccurs="unbounded"/></xs:sequence>
<xs:anyAttribute processContents="skip"/></xs:complexType></xs:element></xs:schema>`

function page(entries: readonly JournalEntry[], records: Timeline['records'] = sampleRecords): string {
  return timelineHtml({ ...watchOf(entries), before, records, now: undefined })
}

async function faults(html: string): Promise<readonly string[]> {
  const xml = html.replace('<!DOCTYPE html>\n', '')
  return (await validateXML({ xml, schema: anything })).errors.map((one) => one.message)
}

const broken = (sound: SampleEntry, second: number): SampleEntry =>
  sound.node === nodes[1] && between(second, 30, 64)
    ? saying(sound, 'dns coredns-a', 'up-kv', { rcode: 'NXDOMAIN' })
    : sound

describe('the timeline', () => {
  test('answers in its first sentence what broke and for how long, and in a table where and what happened', async () => {
    const event: JournalEntry = { kind: 'event', at: noon + 29_000, of: 'DNS', subject: 'coredns-a', text: 'replaced' }
    const gap: JournalEntry = { kind: 'gap', at: noon + 80_000, since: noon + 70_000, of: 'API', reason: 'refused' }
    const html = page(journalOf({ look: broken, besides: [event, gap] }))
    expect(html).toContain(
      'One window in which something was wrong; the longest: NXDOMAIN for 34 s, at dns coredns-a as kind-worker saw it.',
    )
    expect(html).toContain('12:00:30 – 12:01:04')
    expect(html).toContain('DNS coredns-a: replaced')
    expect(html).toContain('not seen for 10 s from 12:01:10: refused')
    expect(await faults(html)).toEqual([])
  })

  test('tells beside each kind how long it lasts where a sound cluster was watched', async () => {
    const watch = watchOf(journalOf({ look: broken }))
    const html = (sound: Timeline['sound']): string =>
      timelineHtml({ ...watch, before, records: sampleRecords, now: undefined, sound })
    const quiet = watchOf(journalOf({}))
    expect(html(undefined)).not.toContain('P99 when sound')
    const compared = html(soakedWatch(quiet.watched, quiet.looked))
    expect(compared).toContain('P99 when sound')
    expect(compared).toMatch(/<td class="figure">none in \d/)
    expect(html(soakedWatch(watch.watched, watch.looked))).toContain('<td class="figure">34 s of 1</td>')
    expect(await faults(compared)).toEqual([])
  })

  test('tells the date of each moment where the watch is not of one day', () => {
    const event = (hours: number): JournalEntry => {
      return { kind: 'event', at: noon + hours * 3_600_000, of: 'DNS', subject: 'coredns-a', text: 'replaced' }
    }
    const long = page(journalOf({ seconds: 1, besides: [event(13), event(30)] }))
    expect(long).toContain('<td class="figure">11-23 01:00:00</td>')
    expect(long).toContain('11-23 18:00:00 coredns-a: replaced')
    expect(long).toMatch(/<text[^>]*>11-23<\/text>/)
    expect(page(journalOf({ besides: [event(0)] }))).toContain('<td class="figure">12:00:00</td>')
  })

  test('says that nothing broke, and is a page without a watch, too', async () => {
    expect(page(journalOf({}))).toContain('Nothing was seen to break that has to hold.')
    expect(await faults(page([]))).toEqual([])
  })

  test('names at once what was not kept, also where no window shows it', () => {
    const lost = sampleRecord({ id: 'up.volumes', verdict: 'non-conformant' })
    const html = page(journalOf({}), [lost, sampleRecord({ id: 'up.slices', verdict: 'inconclusive' })])
    expect(html).toContain('<p>Not kept: up.volumes.</p><p>Could not be told: up.slices.</p>')
    expect(page(journalOf({}), [])).not.toContain('Not kept')
  })

  test('needs nothing besides itself', () => {
    const html = page(journalOf({ look: broken }))
    expect(html).not.toMatch(/<script|<link|<img|@import|(?:src|href)=/)
    expect(html.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:\/\//)
  })

  test('holds no markup that a cluster has written', { timeout: 60_000 }, async () => {
    const evil = fc.oneof(
      fc.constantFrom(
        '</title><script>alert(1)</script>',
        '" onload="alert(1)',
        "' x='",
        '<svg/onload=x>',
        ']]>',
        '&amp;',
        '--><!--',
      ),
      fc.string({ unit: 'binary', minLength: 1 }),
    )
    await fc.assert(
      fc.asyncProperty(evil, evil, evil, async (one, two, three) => {
        const besides: JournalEntry[] = [
          { kind: 'event', at: noon + 1000, of: 'node', subject: one, text: two },
          { kind: 'gap', at: noon + 3000, since: noon + 2000, of: 'API', reason: three },
          {
            ...{
              kind: 'canary',
              at: noon + 1000,
              name: one,
              answered: { [two]: 3 },
              direct: {},
              virtual: {},
              gone: {},
            },
            stuck: { step: 'answered', saw: three },
          },
        ]
        const look = (sound: SampleEntry): SampleEntry =>
          showing(sound, 'http up-web-a', { outcome: 'strange', detail: two })
        const entries = journalOf({ seconds: 8, look, besides }).map((entry) =>
          entry.kind === 'sample' ? { ...entry, node: one } : entry,
        )
        const records = [sampleRecord({ reason: three, title: two, evidence: [`regressed: ${one}`] })]
        const html = page(entries, records)
        expect(await faults(html)).toEqual([])
        expect(html).not.toMatch(/<script|<svg\/|<[a-z]+[^>]*\sonload=/i)
      }),
      { numRuns: 12 },
    )
  })

  test('of three nodes and twenty minutes that flicker stays small', { timeout: 60_000 }, () => {
    const look = (sound: SampleEntry, second: number): SampleEntry =>
      second % 2 === 0 ? showing(sound, 'http up-web-a', { outcome: 'refused' }) : sound
    const html = page(journalOf({ seconds: 1200, look }))
    expect(html.length).toBeLessThan(1_000_000)
    expect(page(journalOf({ seconds: 1200 })).length).toBeLessThan(60_000)
  })
})

describe('the pieces of a lane', () => {
  const scale = { from: 0, to: 1_000_000, left: 100, width: 1000 }

  test('are as few as what they show, and never more than there are columns', () => {
    const good = { state: 'good', from: 0, to: 1_000_000 } as const
    expect(piecesOf(scale, [good])).toEqual([{ state: 'good', x: 100, width: 1000 }])
    const stretch = fc.record({
      state: fc.constantFrom('good' as const, 'bad' as const, 'excused' as const, 'unjudged' as const),
      from: fc.nat(1_000_000),
      length: fc.nat(100_000),
    })
    fc.assert(
      fc.property(fc.array(stretch), (all) => {
        const pieces = piecesOf(
          scale,
          all.map((one) => ({ ...one, to: one.from + one.length })),
        )
        expect(pieces.length).toBeLessThanOrEqual(1001)
        expect(pieces.some((one) => one.state === 'bad')).toBe(all.some((one) => one.state === 'bad'))
      }),
    )
  })

  test('show one bad look in the whole, and leave open what was not seen', () => {
    const pieces = piecesOf(scale, [
      { state: 'good', from: 0, to: 400_000 },
      { state: 'bad', from: 200_000, to: 200_001 },
      { state: 'good', from: 600_000, to: 1_000_000 },
    ])
    expect(pieces.map((one) => [one.state, one.x, one.width])).toEqual([
      ['good', 100, 200],
      ['bad', 300, 1],
      ['good', 301, 199],
      ['good', 700, 400],
    ])
  })

  test('lie under a clock at round times', () => {
    const marks = marksOf({ ...scale, from: noon + 7000, to: noon + 20 * 60_000 })
    expect(marks.map((one) => one.text)).toEqual([
      '12:02',
      '12:04',
      '12:06',
      '12:08',
      '12:10',
      '12:12',
      '12:14',
      '12:16',
      '12:18',
      '12:20',
    ])
  })
})
