/** What one message of the port-forward says, after the port that opens each channel is taken off. */
export type DialFrame =
  | { readonly kind: 'data'; readonly bytes: Buffer }
  | { readonly kind: 'refusal'; readonly text: string }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'nonsense'; readonly text: string }

/** Bytes of a port number in front of each channel, little-endian. */
const prefixLength = 2

/**
 * Reads the messages of one forwarded port in the framing of `v4.channel.k8s.io`: a channel number, 0 for data and 1 for
 * errors, then bytes; each channel begins with its port, once, however the bytes are cut into messages
 * (kubernetes pkg/kubelet/server/portforward/websocket.go). Keeps what it has seen, so one reader per connection.
 */
export function dialFrames(port: number): (message: Buffer) => DialFrame {
  const prefixes = [Buffer.alloc(0), Buffer.alloc(0)]
  return (message) => {
    const channel = message[0]
    const prefix = channel === undefined ? undefined : prefixes[channel]
    if (channel === undefined) return { kind: 'nothing' }
    if (prefix === undefined) return { kind: 'nonsense', text: `the port-forward sent a message on channel ${channel}` }
    const missing = prefixLength - prefix.length
    const bytes = message.subarray(1 + missing)
    if (missing > 0) {
      const grown = Buffer.concat([prefix, message.subarray(1, 1 + missing)])
      prefixes[channel] = grown
      const announced = grown.length === prefixLength ? grown.readUInt16LE() : port
      if (announced !== port)
        return { kind: 'nonsense', text: `the port-forward is for port ${announced}, not ${port}` }
    }
    if (bytes.length === 0) return { kind: 'nothing' }
    return channel === 0 ? { kind: 'data', bytes } : { kind: 'refusal', text: bytes.toString('utf8').trim() }
  }
}
