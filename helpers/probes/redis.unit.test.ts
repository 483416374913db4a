import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { afterEach, describe, expect, test } from 'vitest'
import { connectRedis } from './redis.ts'
import type { RedisSession } from './redis-session.ts'

type Script = (command: readonly string[], socket: Socket) => string | undefined

const servers: Server[] = []
const sockets: Socket[] = []
const sessions: RedisSession[] = []

afterEach(() => {
  for (const session of sessions.splice(0)) session.close()
  for (const socket of sockets.splice(0)) socket.destroy()
  for (const server of servers.splice(0)) server.close()
})

/** The commands in one chunk of RESP2; what the client sends is never cut at this size. */
function commandsIn(chunk: string): readonly (readonly string[])[] {
  const parts = chunk.split('\r\n')
  const commands: string[][] = []
  for (let at = 0; /^\*\d+$/.test(parts[at] ?? ''); ) {
    const words = Number(parts[at]?.slice(1))
    commands.push(Array.from({ length: words }, (_, index) => parts[at + 2 + index * 2] ?? ''))
    at += 1 + words * 2
  }
  return commands
}

/** Starts a server that answers each command, after the handshake's CLIENT SETNAME, as the script says. */
async function serving(script: Script): Promise<{ dialStream: () => Promise<Duplex>; seen: string[] }> {
  const seen: string[] = []
  const server = createServer((socket) => {
    sockets.push(socket.on('error', () => {}))
    socket.on('data', (chunk) => {
      for (const command of commandsIn(chunk.toString())) {
        seen.push(command.join(' '))
        const answer = command[0] === 'client' ? '+OK' : script(command, socket)
        if (answer !== undefined) socket.write(`${answer}\r\n`)
      }
    })
  }).listen(0, '127.0.0.1')
  servers.push(server)
  await once(server, 'listening')
  const dialStream = async (): Promise<Duplex> => {
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
    await once(socket, 'connect')
    return socket
  }
  return { dialStream, seen }
}

async function sessionWith(script: Script, command = 3_000): Promise<RedisSession> {
  const { dialStream } = await serving(script)
  const session = await connectRedis(dialStream, 'rollcall', { command, connect: 500 })
  sessions.push(session)
  return session
}

describe('connectRedis', () => {
  test('sends its name and the commands, and nothing of its own accord', async () => {
    const { dialStream, seen } = await serving((command) => (command[0] === 'wait' ? ':2' : '+OK'))
    const session = await connectRedis(dialStream, 'rollcall')
    sessions.push(session)
    expect(await session.set('k', 'v')).toEqual({ kind: 'reply', value: 'OK' })
    expect(await session.wait(2, 100)).toEqual({ kind: 'reply', value: 2 })
    expect(seen).toEqual(['client setname rollcall', 'set k v', 'wait 2 100'])
  })

  test('returns values, and null for none', async () => {
    const session = await sessionWith(([word, key]) => (word === 'del' ? ':1' : key === 'k' ? '$1\r\nv' : '$-1'))
    expect([await session.get('k'), await session.get('none'), await session.del('k')]).toEqual([
      { kind: 'reply', value: 'v' },
      { kind: 'reply', value: null },
      { kind: 'reply', value: 1 },
    ])
  })

  test('reads replication and role', async () => {
    const info = '# Replication\r\nrole:slave\r\nmaster_host:redis-0.redis'
    const session = await sessionWith(([word]) =>
      word === 'info' ? `$${info.length}\r\n${info}` : '*3\r\n$5\r\nslave\r\n$7\r\nredis-0\r\n:6379',
    )
    expect(await session.replication()).toEqual({
      kind: 'reply',
      value: { role: 'slave', replicas: [], masterHost: 'redis-0.redis' },
    })
    expect(await session.role()).toEqual({ kind: 'reply', value: 'slave' })
  })

  test.for(['READONLY', 'NOPERM', 'OOM', 'NOREPLICAS', 'MASTERDOWN', 'LOADING', 'NOAUTH', 'MISCONF', 'ERR'])(
    'keeps the code of a refusal: %s',
    async (code) => {
      const session = await sessionWith(() => `-${code} some sentence`)
      expect(await session.set('k', 'v')).toEqual({ kind: 'refused', code, text: `${code} some sentence` })
    },
  )

  test('calls a refusal without a code OTHER', async () => {
    const session = await sessionWith(() => '-something else')
    expect(await session.get('k')).toEqual({ kind: 'refused', code: 'OTHER', text: 'something else' })
  })

  test('tells a silent server from a lost connection, and sends nothing again', async () => {
    const session = await sessionWith(([word], socket) => {
      if (word === 'set') socket.resetAndDestroy()
      return undefined
    }, 50)
    expect(await session.get('k')).toEqual({ kind: 'timeout', ms: 50 })
    expect(await session.set('k', 'v')).toEqual({ kind: 'lost', text: 'read ECONNRESET' })
    expect(await session.get('k')).toEqual({ kind: 'lost', text: 'read ECONNRESET' })
  })

  test('gives WAIT its own time on top of that of a command', async () => {
    const session = await sessionWith((_command, socket) => {
      setTimeout(() => socket.write(':1\r\n'), 100)
      return undefined
    }, 50)
    expect(await session.wait(2, 2_000)).toEqual({ kind: 'reply', value: 1 })
  })

  test('loses every command where there is no connection', async () => {
    const refused = await connectRedis(() => Promise.reject(new Error('pods "redis-0" is forbidden')), 'rollcall')
    expect(await refused.get('k')).toEqual({ kind: 'lost', text: 'pods "redis-0" is forbidden' })
    const never = await connectRedis(() => new Promise(() => {}), 'rollcall', { connect: 20 })
    expect(await never.get('k')).toEqual({ kind: 'lost', text: 'no connection within 20 ms' })
  })

  test('says why a stream failed before the client listened to it', async () => {
    const broken = new Duplex({ read: () => {}, write: () => {} }).on('error', () => {})
    broken.destroy(new Error('connection refused in the pod'))
    await new Promise((resolve) => broken.once('close', resolve))
    const session = await connectRedis(() => Promise.resolve(broken), 'rollcall', { connect: 200 })
    expect(await session.get('k')).toEqual({ kind: 'lost', text: 'connection refused in the pod' })
  })

  test('calls a server that accepts and says nothing silent', async () => {
    const server = createServer((socket) => void sockets.push(socket)).listen(0, '127.0.0.1')
    servers.push(server)
    await once(server, 'listening')
    const port = (server.address() as AddressInfo).port
    const session = await connectRedis(async () => connect(port, '127.0.0.1'), 'rollcall', { connect: 50 })
    expect(await session.get('k')).toEqual({ kind: 'timeout', ms: 50 })
  })

  test('loses what is asked after close', async () => {
    const session = await sessionWith(() => '+OK')
    session.close()
    expect(await session.get('k')).toEqual({ kind: 'lost', text: 'the connection is closed' })
  })

  test('hears what is published on its channel, and on no other', async () => {
    let subscriber: Socket | undefined
    const session = await sessionWith(([word], socket) => {
      if (word === 'subscribe') subscriber = socket
      return '*3\r\n$9\r\nsubscribe\r\n$1\r\nc\r\n:1'
    })
    const heard = await session.hear('c', 500, async () => {
      subscriber?.write('*3\r\n$7\r\nmessage\r\n$1\r\nd\r\n$5\r\nother\r\n')
      subscriber?.write('*3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$4\r\nthis\r\n')
    })
    expect(heard).toEqual({ kind: 'reply', value: 'this' })
    expect(await session.hear('c', 50, async () => {})).toEqual({ kind: 'timeout', ms: 50 })
  })

  test('publishes nothing where nobody may subscribe', async () => {
    const session = await sessionWith(() => '-NOPERM no permissions to access a channel')
    let published = false
    const heard = await session.hear('c', 500, async () => {
      published = true
    })
    expect(heard).toMatchObject({ kind: 'refused', code: 'NOPERM' })
    expect(published).toBe(false)
  })
})
