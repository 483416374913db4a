import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ExecPlace } from '../target/exec.ts'
import { lookInside, parseHosts, parseInside } from './inside.ts'
import type { Printed } from './inside-channel.ts'

const printed = `
== libc

== hostname
pod-0

== resolv.conf
search ns.svc.cluster.local svc.cluster.local cluster.local
nameserver 10.96.0.10
options ndots:5

== hosts
# Kubernetes-managed hosts file.
127.0.0.1\tlocalhost
10.244.1.5\tPod-0.asked.ns.svc.cluster.local\tpod-0
fe00::0\tip6-mcastprefix

== variables
KUBERNETES_SERVICE_HOST
not a name

== names
asked 0 10.244.1.5 STREAM asked.ns.svc.cluster.local 10.244.1.5 DGRAM 10.244.1.5 RAW 10.244.2.6 STREAM
six. 0 2001:DB8::0001 STREAM six
none 2
slow 143
slower 124
odd 127 sh: getent: not found

== end
`

describe('parseInside', () => {
  test('reads what the script prints', () => {
    const view = parseInside(printed)
    expect(view).toMatchObject({
      hostname: 'pod-0',
      libc: 'glibc',
      resolver: { nameservers: ['10.96.0.10'], options: ['ndots:5'] },
      variables: ['KUBERNETES_SERVICE_HOST'],
    })
    expect(view?.lookups).toEqual({
      asked: { kind: 'found', addresses: ['10.244.1.5', '10.244.2.6'] },
      'six.': { kind: 'found', addresses: ['2001:db8::1'] },
      none: { kind: 'none' },
      slow: { kind: 'timeout', after: 6000 },
      slower: { kind: 'timeout', after: 6000 },
      odd: { kind: 'lost', reason: 'getent ended with code 127' },
    })
  })

  test('tells musl by its loader', () => {
    expect(parseInside(printed.replace('== libc\n', '== libc\nld-musl-x86_64.so.1\n'))?.libc).toBe('musl')
  })

  test('takes nothing from what came torn', () => {
    const whole = printed.indexOf('== end') + '== end'.length
    for (let length = 0; length < whole; length++) expect(parseInside(printed.slice(0, length))).toBeUndefined()
  })

  test('never throws', () => {
    fc.assert(fc.property(fc.string(), (text) => void parseInside(printed.replace('asked 0', text))))
  })
})

describe('parseHosts', () => {
  const name = fc.stringMatching(/^[a-z][a-z0-9.-]{0,20}$/)
  const line = fc.record({ address: fc.ipV4(), names: fc.array(name, { minLength: 1, maxLength: 4 }) })

  test('reads back what was written, among comments', () => {
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const text = lines.flatMap(({ address, names }) => ['# 10.0.0.1 a', `${address}\t${names.join(' ')} # b`, ''])
        expect(parseHosts(text)).toEqual(lines)
      }),
    )
  })

  test('leaves out what is no line of it', () => {
    expect(parseHosts(['10.0.0.1', 'nowhere a', '10.0.0.2  A', '::1 localhost'])).toEqual([
      { address: '10.0.0.2', names: ['a'] },
      { address: '::1', names: ['localhost'] },
    ])
  })
})

describe('lookInside', () => {
  const place = { namespace: 'ns', pod: 'asks', container: 'idle' }
  const giving = (result: Printed) => async (at: ExecPlace, names: readonly string[]) => {
    expect([at, names]).toEqual([place, ['asked']])
    return result
  }

  test('hands the names on', async () => {
    const { pod, outcome } = await lookInside(giving({ kind: 'printed', text: printed }), place, ['asked'])
    expect([pod, outcome.kind]).toEqual(['asks', 'answer'])
  })

  test.for([
    [{ kind: 'lost', reason: 'torn' }, 'torn'],
    [{ kind: 'printed', text: '== hostname\n' }, 'what asks printed came torn'],
  ] as const)('is lost where the exec broke: %j', async ([result, reason]) => {
    expect((await lookInside(giving(result), place, ['asked'])).outcome).toEqual({ kind: 'lost', reason })
  })
})
