import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ipvsRules } from './ipvs.ts'

function recorded(name: string): string {
  return readFileSync(new URL(`recorded/${name}`, import.meta.url), 'utf8')
}

const web = [
  { role: 'matched', address: '10.96.0.10', port: 80, protocol: 'tcp' },
  { role: 'translated-to', address: '10.244.1.5', port: 80, protocol: 'tcp' },
  { role: 'translated-to', address: '10.244.2.7', port: 80, protocol: 'tcp' },
]
const six = [
  { role: 'matched', address: 'fd00:10:96::10', port: 80, protocol: 'tcp' },
  { role: 'translated-to', address: 'fd00:10:244:1::5', port: 80, protocol: 'tcp' },
]

describe('ipvsRules', () => {
  test('reads virtual servers with their real servers from ipvsadm-save, without those that drain', () => {
    const { entries, unreadLines, backend } = ipvsRules(recorded('ipvsadm-save.txt'))
    expect({ unreadLines, backend, servers: entries.length }).toEqual({
      unreadLines: 0,
      backend: 'ipvsadm',
      servers: 4,
    })
    expect(entries[1]?.destinations).toEqual(web)
    expect(entries[3]).toMatchObject({ family: 'ipv6', destinations: six })
  })

  test('reads the hexadecimal addresses of /proc/net/ip_vs', () => {
    const { entries, unreadLines, backend } = ipvsRules(recorded('proc-net-ip-vs.txt'))
    expect({ unreadLines, backend, servers: entries.length }).toEqual({
      unreadLines: 0,
      backend: 'version 1.2.1',
      servers: 4,
    })
    expect(entries[1]?.destinations).toEqual(web)
    expect(entries[2]?.destinations).toEqual([{ role: 'matched', address: '10.96.0.53', port: 53, protocol: 'udp' }])
    expect(entries[3]).toMatchObject({ family: 'ipv6', destinations: six })
  })

  test('reads the decimal addresses of ipvsadm -Ln, and firewall marks', () => {
    const text = 'TCP  10.96.0.10:80 rr\n  -> 10.244.1.5:80 Masq 1 0 0\nFWM  1 rr\n  -> 10.244.1.6:80 Masq 1 0 0'
    const { entries, unreadLines } = ipvsRules(text)
    expect(unreadLines).toBe(0)
    expect(entries.map(({ destinations }) => destinations.map(({ address }) => address))).toEqual([
      ['10.96.0.10', '10.244.1.5'],
      ['10.244.1.6'],
    ])
  })

  test('counts a real server without its virtual server, and lines of another program', () => {
    expect(ipvsRules('-a -t 10.96.0.1:443 -r 10.0.0.1:443 -m').unreadLines).toBe(1)
    expect(ipvsRules("Can't initialize ipvs: Protocol not available").unreadLines).toBe(1)
  })

  test('accounts for every line, whatever the text', () => {
    const line = fc.oneof(
      fc.string(),
      fc.constantFrom('-A -t 10.96.0.1:443 -s rr', '  -> 0AF40105:0050 Masq 1 0 0', 'TCP  0A60000A:0050 rr', '-a -t'),
    )
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const text = lines.join('\n')
        const { entries, unreadLines } = ipvsRules(text)
        const written = text.split('\n').filter((one) => one.trim() !== '').length
        expect(entries.length + unreadLines).toBeLessThanOrEqual(written)
      }),
    )
  })
})
