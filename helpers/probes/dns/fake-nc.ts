import type { WebSocket } from 'ws'
import type { ExecScript } from '../../target/fake-api.ts'
import { exitStatus, frame } from '../../target/fake-exec.ts'
import { prefixed } from './message-sample.ts'

/** One connection of nc as a server sees it. */
export class FakeConnection {
  readonly #socket: WebSocket

  constructor(socket: WebSocket) {
    this.#socket = socket
  }

  /** Answers with messages in one frame, or in frames of `size` bytes. */
  send(messages: readonly Buffer[], size = Number.POSITIVE_INFINITY): void {
    const bytes = Buffer.concat(messages.map(prefixed))
    for (let at = 0; at < bytes.length; at += size)
      this.#socket.send(frame('stdout', bytes.subarray(at, Math.min(at + size, bytes.length))))
  }

  /** Answers with bytes as they are. */
  write(bytes: Buffer): void {
    this.#socket.send(frame('stdout', bytes))
  }

  /** Ends nc with an exit code, and what it complains of. */
  end(code: number, complaint = ''): void {
    this.#socket.send(frame('stderr', complaint))
    this.#socket.send(exitStatus(code))
    this.#socket.close()
  }

  /** Breaks the exec without a word. */
  tear(): void {
    this.#socket.terminate()
  }
}

/** Plays nc in front of a server: `onQueries` gets all queries of a connection so far, each time one comes. */
export function nc(onQueries: (queries: readonly Buffer[], connection: FakeConnection) => void): ExecScript {
  return (socket) => {
    const connection = new FakeConnection(socket)
    const queries: Buffer[] = []
    let received: Buffer = Buffer.alloc(0)
    socket.on('error', () => {})
    socket.on('message', (data: Buffer) => {
      received = Buffer.concat([received, data.subarray(1)])
      while (received.length >= 2 && received.length >= received.readUInt16BE(0) + 2) {
        const size = received.readUInt16BE(0) + 2
        queries.push(received.subarray(2, size))
        received = received.subarray(size)
        onQueries(queries, connection)
      }
    })
  }
}
