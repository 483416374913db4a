import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { clusterDomain, parseNodeResolvConf, parseResolvConf, usualResolver } from './resolver.ts'

const word = fc.stringMatching(/^[a-z0-9.:-]{1,20}$/)
const domain = fc.stringMatching(/^[a-z]{1,8}(\.[a-z]{1,8}){0,3}$/)

test('a kubelet takes no root and no domain line of the resolver of its node', () => {
  const resolved = 'nameserver 10.0.0.2\noptions edns0 trust-ad\nsearch .\n'
  expect(parseNodeResolvConf(resolved).search).toEqual([])
  expect(parseNodeResolvConf('domain corp.example\nnameserver 10.0.0.2\n').search).toEqual([])
  expect(parseNodeResolvConf('domain old\nsearch a.example . b.example\n').search).toEqual(['a.example', 'b.example'])
})

describe('parseResolvConf', () => {
  test('reads what the kubelet writes', () => {
    const text =
      'search ns.svc.cluster.local svc.cluster.local cluster.local\nnameserver 10.96.0.10\nnameserver fd00::a\noptions ndots:5\n'
    expect(parseResolvConf(text)).toEqual({
      nameservers: ['10.96.0.10', 'fd00::a'],
      search: ['ns.svc.cluster.local', 'svc.cluster.local', 'cluster.local'],
      options: ['ndots:5'],
    })
  })

  test('takes the last search line, leaves out comments, and adds options up', () => {
    const text =
      '# nameserver 1.1.1.1\n; search a\n\tnameserver\t2.2.2.2 ; here\r\ndomain old\nsearch new\noptions a\noptions b c\nnameserver\nsortlist x'
    expect(parseResolvConf(text)).toEqual({ nameservers: ['2.2.2.2'], search: ['new'], options: ['a', 'b', 'c'] })
  })

  test('never throws, and finds no empty word', () => {
    const line = fc
      .tuple(fc.constantFrom('nameserver', 'search', 'options', 'domain', ''), fc.string({ unit: 'binary' }))
      .map((parts) => parts.join(' '))
    fc.assert(
      fc.property(fc.array(fc.oneof(line, fc.string({ unit: 'binary' }))), (lines) => {
        const { nameservers, search, options } = parseResolvConf(lines.join('\n'))
        expect([...nameservers, ...search, ...options].filter((one) => /^\s*$/.test(one))).toEqual([])
      }),
    )
  })

  test('reads back what was written', () => {
    const config = fc.record({ nameservers: fc.array(word), search: fc.array(word), options: fc.array(word) })
    fc.assert(
      fc.property(config, ({ nameservers, search, options }) => {
        const lines = [
          ...nameservers.map((one) => `nameserver ${one}`),
          `search ${search.join(' ')}`,
          `options ${options.join(' ')}`,
        ]
        expect(parseResolvConf(lines.join('\n'))).toEqual({ nameservers, search, options })
      }),
    )
  })
})

describe('clusterDomain', () => {
  const of = (...search: string[]) => clusterDomain({ nameservers: [], search, options: [] }, 'ns')

  test('is what follows the namespace in the search list, whatever it is', () => {
    fc.assert(
      fc.property(domain, fc.array(domain), fc.constantFrom('', '.'), (name, others, dot) => {
        expect(of(`ns.svc.${name}${dot}`, `svc.${name}${dot}`, `${name}${dot}`, ...others)).toBe(name)
      }),
    )
  })

  test('is unknown where the list is not what the kubelet writes for ClusterFirst', () => {
    expect(of()).toBeUndefined()
    expect(of('corp.example')).toBeUndefined()
    expect(of('ns.svc.cluster.local')).toBeUndefined()
    expect(of('other.svc.cluster.local', 'svc.cluster.local')).toBeUndefined()
    expect(of('ns.svc.', 'svc.')).toBeUndefined()
  })
})

test('the usual resolver is that of most Pods, whichever comes first, and names a domain', () => {
  const of = (name: string) => ({
    nameservers: [name],
    search: [`ns.svc.${name}`, `svc.${name}`, name],
    options: [],
  })
  const empty = { nameservers: [], search: [], options: [] }
  expect(usualResolver([of('wrong.local'), of('cluster.local'), empty, of('cluster.local')], 'ns')).toEqual({
    domain: 'cluster.local',
    resolver: of('cluster.local'),
  })
  expect(usualResolver([of('a.local'), of('b.local')], 'ns')?.domain).toBe('a.local')
  expect(usualResolver([empty], 'ns')).toBeUndefined()
})
