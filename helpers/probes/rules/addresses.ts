import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'

/** An address with its port, where one is written. */
export interface SocketAddress {
  readonly address: string
  readonly port?: number
}

/** A host or CIDR in canonical spelling, without a prefix that means one host; undefined for anything else. */
export function canonicalAddress(text: string): string | undefined {
  const [host = '', prefix, ...rest] = text.split('/')
  const family = isIP(host)
  if (family === 0 || rest.length > 0 || host.includes('%')) return undefined
  const address = family === 4 ? host : new ipaddr.IPv6(ipaddr.IPv6.parse(host).parts).toRFC5952String()
  if (prefix === undefined) return address
  const bits = family === 4 ? 32 : 128
  if (!/^\d{1,3}$/.test(prefix) || Number(prefix) > bits) return undefined
  return Number(prefix) === bits ? address : `${address}/${Number(prefix)}`
}

/** A decimal port; undefined for a range, a name or nothing. */
export function portNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,5}$/.test(text) && Number(text) <= 65535 ? Number(text) : undefined
}

/**
 * Reads `10.0.0.1:80`, `[fd00::1]:80`, `10.0.0.1` and `fd00::1`. Of a range (`10.0.0.1-10.0.0.9:80-89`) it returns the
 * first and the last address, without a port.
 */
export function socketAddresses(text: string): readonly SocketAddress[] {
  const bracketed = /^\[([^\]]+)\](?::(.*))?$/.exec(text)
  const plain = /^([^:]+):([^:]*)$/.exec(text)
  const [host, port] = [bracketed?.[1] ?? plain?.[1] ?? text, portNumber(bracketed?.[2] ?? plain?.[2])]
  return host
    .split('-')
    .map(canonicalAddress)
    .filter((address) => address !== undefined)
    .map((address) => (port === undefined ? { address } : { address, port }))
}
