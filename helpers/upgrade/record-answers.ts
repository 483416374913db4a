import type { QueryType } from '../probes/dns/message.ts'
import type { DnsOutcome, DnsServer } from '../probes/dns/outcome.ts'
import type { Vantage } from '../probes/vantage/vantage.ts'
import type { AnswerBefore } from './before.ts'

/** Asks every server from every node for every name, and writes down what each said. */
export async function recordAnswers(
  vantages: readonly Pick<Vantage, 'pod' | 'query'>[],
  serversOf: (node: string) => readonly DnsServer[],
  names: readonly string[],
  types: readonly QueryType[],
): Promise<AnswerBefore[]> {
  const answers = await Promise.all(
    vantages.map(async (vantage): Promise<AnswerBefore[]> => {
      const { node } = vantage.pod
      const own: AnswerBefore[] = []
      // One server after the other: hundreds of questions at once are another matter.
      for (const server of serversOf(node))
        own.push(...(await Promise.all(names.flatMap((name) => types.map((type) => ask(vantage, server, name, type))))))
      return own
    }),
  )
  return answers.flat()
}

async function ask(
  vantage: Pick<Vantage, 'pod' | 'query'>,
  server: DnsServer,
  name: string,
  type: QueryType,
): Promise<AnswerBefore> {
  const { outcome } = await vantage.query(server, { name, type }, 'udp')
  return { vantage: vantage.pod.node, server: server.name, name, type, ...wordsOf(outcome, type) }
}

function wordsOf(outcome: DnsOutcome, type: QueryType): Pick<AnswerBefore, 'rcode' | 'records'> {
  if (outcome.kind !== 'answer') return { rcode: outcome.kind, records: [] }
  const own = outcome.answer.answers.filter((one) => one.type === type)
  const records = own.map((one) => {
    if ('address' in one) return one.address
    return 'target' in one ? `${one.priority} ${one.weight} ${one.port} ${one.target}` : one.text
  })
  return { rcode: outcome.answer.rcode, records: [...new Set(records)].sort() }
}
