import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

/** A TCP server on 127.0.0.1 that goes when the test ends. */
export async function tcpServer(serve: (socket: Socket) => void): Promise<{ port: number; drop: () => void }> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
    serve(socket)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const drop = (): void => {
    for (const socket of sockets) socket.destroy()
  }
  onTestFinished(() => {
    drop()
    server.close()
  })
  return { port: (server.address() as AddressInfo).port, drop }
}

/** Answers each page with a text, as the nginx of the fixtures does. */
export function page(text: string, status = '200 OK'): (socket: Socket) => void {
  return (socket) => void socket.once('data', () => socket.end(`HTTP/1.1 ${status}\r\nServer: nginx\r\n\r\n${text}\n`))
}

/** What a Redis server says to a command, as it is on the wire; undefined keeps silent, and null hangs up. */
export type RedisScript = (command: string, words: readonly string[]) => string | undefined | null

/** Plays Redis with the commands that a sampler sends, all of them, or as the script says. */
export function redis(
  heard: string[],
  script: RedisScript = () => undefined,
  silent = false,
): (socket: Socket) => void {
  const info = '# Server\r\nredis_version:7.0.15\r\nrun_id:0123456789abcdef\r\ntcp_port:6379\r\n'
  const usual: Readonly<Record<string, string>> = {
    PING: '+PONG\r\n',
    INFO: `$${info.length}\r\n${info}\r\n`,
    RPUSH: ':7\r\n',
    WAIT: ':2\r\n',
  }
  return (socket) => {
    let rest = ''
    socket.on('data', (bytes) => {
      const lines = (rest + bytes.toString('latin1')).split('\r\n')
      rest = lines.pop() ?? ''
      for (const line of lines) {
        heard.push(line)
        const [command = '', ...words] = line.split(' ')
        const reply = script(command, words)
        if (reply === null) socket.destroy()
        else if (reply !== undefined) socket.write(reply)
        else if (!silent) socket.write(usual[command] ?? '-ERR unknown command\r\n')
      }
    })
  }
}
