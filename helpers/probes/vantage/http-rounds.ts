import type { Agent, AgentReply } from './agent.ts'

/** What `fetches` tells below each body: what `http` does, how many connections curl has opened for this one, and the bytes of the body. */
const trailer = /\n(\d{3} \S* \S* \d*) (\d+) (\d+)\n$/
/** Curl's own word on what has failed, amid what it has fetched before. */
const complaint = /^curl: .*$/m

/**
 * Fetches, each over a connection of its own, what is asked for at the same moment in one process: starting curl costs the node a
 * hundred times what a connection does.
 */
export class HttpRounds {
  readonly #agent: Pick<Agent, 'ask'>
  readonly #asked = new Map<string, ((reply: AgentReply) => void)[]>()

  constructor(agent: Pick<Agent, 'ask'>) {
    this.#agent = agent
  }

  /** Fetches a URL within so many seconds: the body, and below it a line with the status and curl's view of the connection. */
  ask(url: string, seconds: number): Promise<AgentReply> {
    const key = `${seconds} ${url}`
    return new Promise((resolve) => {
      const round = this.#asked.get(key)
      if (round !== undefined) {
        round.push(resolve)
        return
      }
      const begun = [resolve]
      this.#asked.set(key, begun)
      setImmediate(() => {
        this.#asked.delete(key)
        void this.#run(url, seconds, begun)
      })
    })
  }

  async #run(url: string, seconds: number, round: readonly ((reply: AgentReply) => void)[]): Promise<void> {
    const replies = round.length > 1 ? await this.#often(url, seconds, round.length) : []
    for (const [index, reply] of replies.entries()) round[index]?.(reply)
    // What would have come after a failure has not been tried. Side by side, since silence takes its time.
    const rest = round.slice(replies.length)
    const once = (): Promise<AgentReply> => this.#agent.ask('http', [url, String(seconds)], seconds)
    await Promise.all(rest.map(async (resolve) => resolve(await once())))
  }

  /** One after the other, up to the first that fails. */
  async #often(url: string, seconds: number, times: number): Promise<AgentReply[]> {
    return repliesIn(await this.#agent.ask('fetches', [url, String(seconds), String(times)], seconds * times), times)
  }
}

/** What came of each of several fetches. Where one has failed, that one alone; none where it cannot be told. */
export function repliesIn(reply: AgentReply, times: number): AgentReply[] {
  if (reply.kind === 'lost') return Array.from({ length: times }, () => reply)
  let rest = reply.output.toString('latin1')
  if (reply.code !== 0) {
    const [said] = complaint.exec(rest) ?? []
    return said === undefined ? [] : [{ ...reply, output: Buffer.from(said, 'latin1') }]
  }
  const replies: AgentReply[] = []
  for (let left = times; left > 0; left--) {
    const [whole = '', view = '', opened, size] = trailer.exec(rest) ?? []
    const end = rest.length - whole.length
    const begin = end - Number(size)
    // A proxy chooses for each connection anew: two that share one are not two.
    if (opened !== '1' || begin < 0) return []
    replies.unshift({ ...reply, output: Buffer.from(`${rest.slice(begin, end)}\n${view}`, 'latin1') })
    rest = rest.slice(0, begin)
  }
  return rest === '' ? replies : []
}
