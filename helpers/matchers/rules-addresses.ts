import ipaddr from 'ipaddr.js'

/** Whether two spellings mean one host address; only IPv6 has several. What is no address equals only itself. */
export function sameAddress(one: string, other: string): boolean {
  if (one === other) return true
  if (!one.includes(':') && !other.includes(':')) return false
  if (!ipaddr.isValid(one) || !ipaddr.isValid(other)) return false
  return ipaddr.parse(one).toNormalizedString() === ipaddr.parse(other).toNormalizedString()
}

/** Whether `range`, a CIDR or a host, holds `address`. */
export function covers(range: string, address: string): boolean {
  if (!ipaddr.isValid(address)) return false
  if (!ipaddr.isValidCIDR(range)) return sameAddress(range, address)
  const [host, [network, bits]] = [ipaddr.parse(address), ipaddr.parseCIDR(range)]
  return host.kind() === network.kind() && host.match(network, bits)
}
