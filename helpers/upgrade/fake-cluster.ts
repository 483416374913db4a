import type { IncomingMessage, ServerResponse } from 'node:http'
import type { WebSocket } from 'ws'
import type { FakeApi } from '../target/fake-api.ts'
import { exitStatus, frame } from '../target/fake-exec.ts'
import { failure } from '../target/fake-store.ts'
import type { KubernetesObject } from '../target/objects.ts'
import { shown } from './fixture-sample.ts'

/** A fixture that stays on a fake API server, whose sampler is told what to ask and prints what the test wants. */
export class FakeCluster {
  readonly api: FakeApi
  /** Versions of the lists that the sampler was handed, and for how many seconds. */
  readonly placed: { readonly version: number; readonly lasts: number }[] = []
  readonly #logs = new Set<ServerResponse>()
  #sequence = 0
  #placedOne: (() => void) | undefined
  /** Whether the API answers nothing but that it cannot. */
  away = false

  constructor(api: FakeApi) {
    this.api = api
    const { pods, services, slices } = shown()
    for (const one of [...pods, ...services, ...slices]) api.store.put(one as unknown as KubernetesObject)
    api.takeOver = (request, response) => this.#log(request, response)
    api.answer = () => (this.away ? failure(503, 'ServiceUnavailable', 'no leader') : undefined)
    api.exec = (socket) => this.#place(socket)
  }

  /** Waits until the sampler was handed a list. */
  async handed(): Promise<number> {
    while (this.placed.length === 0 || this.#logs.size === 0)
      await new Promise<void>((resolve) => {
        this.#placedOne = resolve
      })
    return this.placed.at(-1)?.version ?? 0
  }

  /** Has the sampler print a sample of now; `results` as sampler.sh writes them. */
  print(results: string): void {
    const version = this.placed.at(-1)?.version
    for (const log of this.#logs) log.write(`S ${Date.now()} 50 ${++this.#sequence} 3 ${version} ${results}\n`)
  }

  #log(request: IncomingMessage, response: ServerResponse): boolean {
    const url = new URL(request.url ?? '', 'https://fake')
    if (!url.pathname.endsWith('/log')) return false
    if (url.searchParams.has('previous')) {
      response.writeHead(400).end(JSON.stringify(failure(400, 'BadRequest', 'none before').body))
      return true
    }
    response.writeHead(200).flushHeaders()
    this.#logs.add(response)
    response.on('close', () => this.#logs.delete(response))
    this.#placedOne?.()
    return true
  }

  #place(socket: WebSocket): void {
    let input = ''
    socket.on('message', (data: Buffer) => {
      input += data.subarray(1).toString('utf8')
      const [, lasts, version] = /^(\d+)\ntargets (\d+)\n(?:.*\n)*\.\n$/.exec(input) ?? []
      if (version === undefined) return
      this.placed.push({ version: Number(version), lasts: Number(lasts) })
      socket.send(frame('stdout', `${(Date.now() / 1000).toFixed(6)}\n`))
      socket.send(exitStatus(0))
      socket.close()
      this.#placedOne?.()
    })
  }
}
