import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

/**
 * A SOCKS proxy (RFC 1928) that goes when the test ends: its URL, and each `host:port` that somebody wanted to go to. It leads to
 * this machine whatever the host is.
 */
export async function fakeSocks(): Promise<{ url: string; asked: string[] }> {
  const asked: string[] = []
  const open = new Set<Socket>()
  const server = createServer((client) => {
    open.add(client.on('error', () => {}))
    // Whoever greets is let in without a password, and asks then for an IPv4 address.
    client.once('data', () => {
      client.write(Buffer.from([5, 0]))
      client.once('data', (request: Buffer) => {
        const host = request.subarray(4, 8).join('.')
        const port = request.readUInt16BE(8)
        asked.push(`${host}:${port}`)
        const target = connect(port, '127.0.0.1', () => {
          client.write(Buffer.from([5, 0, 0, 1, 0, 0, 0, 0, 0, 0]))
          client.pipe(target).pipe(client)
        })
        open.add(target.on('error', () => client.destroy()))
      })
    })
  }).listen(0, '127.0.0.1')
  onTestFinished(() => {
    for (const socket of open) socket.destroy()
    server.close()
  })
  await once(server, 'listening')
  return { url: `socks5://127.0.0.1:${(server.address() as AddressInfo).port}`, asked }
}
