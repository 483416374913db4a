import { Duplex } from 'node:stream'
import type WebSocket from 'ws'
import { type DialFrame, dialFrames } from './dial-frames.ts'

export interface DialledOptions {
  readonly port: number
  /** Between pings, in ms. */
  readonly ping: number
  readonly signal?: AbortSignal
}

/** Bytes in one message: small enough for every proxy in between to pass it on before it has all. */
const largestMessage = 32 * 1024
/** How long the other side may take to close after this one did, in ms. */
const closeTimeout = 2_000
/** Codes of a close that was meant: normal, going away, and none given (RFC 6455 section 7.4.1). */
const meantCodes = new Set([1000, 1001, 1005])

/**
 * A forwarded port as a stream, with the few methods of net.Socket that clients call. An error of the forward destroys
 * it with the text that the kubelet sent; a close of the connection ends it, or destroys it where it broke.
 */
export class DialledStream extends Duplex {
  readonly #socket: WebSocket
  readonly #ping: NodeJS.Timeout
  readonly #frame: (message: Buffer) => DialFrame
  #closing: NodeJS.Timeout | undefined

  constructor(socket: WebSocket, { port, ping, signal }: DialledOptions) {
    super({ allowHalfOpen: false, ...(signal === undefined ? {} : { signal }) })
    this.#socket = socket
    this.#frame = dialFrames(port)
    this.#ping = setInterval(() => socket.readyState === socket.OPEN && socket.ping(), ping)
    this.#ping.unref()
    // The forward may fail before the owner of the stream listens; `errored` still tells, and the process lives on.
    this.on('error', () => {})
    socket.on('message', (data: Buffer) => this.#receive(data))
    socket.on('error', (error) => this.destroy(error))
    socket.on('close', (code) => this.#closed(code))
    if (socket.readyState === socket.CLOSED) this.#closed(1006)
    // An opener may hand the socket over paused, so that nothing is lost before these listeners are there.
    socket.resume()
  }

  setNoDelay(): this {
    return this
  }

  setKeepAlive(): this {
    return this
  }

  setTimeout(): this {
    return this
  }

  ref(): this {
    return this
  }

  unref(): this {
    return this
  }

  override _read(): void {
    this.#socket.resume()
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    if (this.#socket.readyState === this.#socket.OPEN) this.#send(chunk, done)
    else done(new Error('the port-forward is closed'))
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#socket.close(1000)
    this.#closing = setTimeout(() => this.#socket.terminate(), closeTimeout)
    done()
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    clearInterval(this.#ping)
    clearTimeout(this.#closing)
    this.#socket.terminate()
    done(error)
  }

  #send(bytes: Buffer, done: (error?: Error | null) => void): void {
    const [head, rest] = [bytes.subarray(0, largestMessage), bytes.subarray(largestMessage)]
    this.#socket.send(Buffer.concat([Buffer.of(0), head]), { binary: true }, (error) => {
      if (error !== undefined && error !== null) done(error)
      else if (rest.length === 0) done()
      else this.#send(rest, done)
    })
  }

  #receive(message: Buffer): void {
    if (this.destroyed) return
    const frame = this.#frame(message)
    if (frame.kind === 'refusal' || frame.kind === 'nonsense') this.destroy(new Error(frame.text))
    else if (frame.kind === 'data' && !this.push(frame.bytes)) this.#socket.pause()
  }

  #closed(code: number): void {
    clearTimeout(this.#closing)
    if (this.destroyed || this.readableEnded) return
    if (meantCodes.has(code) || this.writableFinished) this.push(null)
    else this.destroy(new Error(`the port-forward broke (WebSocket close code ${code})`))
  }
}
