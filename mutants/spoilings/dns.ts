import type { DnsOutcome } from '../../helpers/probes/dns/outcome.ts'
import type { Hop } from '../../helpers/report/record.ts'
import type { World } from '../../helpers/worlds/world.ts'
import { changes, type Part, staleness } from './answers.ts'
import { readersOf, type Spoiling, valuesOf } from './spoiling.ts'

/** What the requirements do with the answer to a question; undefined for one that is not among them. */
function partOf(requirement: string, type: string, name: string): Part | undefined {
  switch (requirement) {
    case 'dns.headless.a.exact-set':
    case 'dns.headless.host.a':
    case 'dns.clusterip.address':
      return 'address set'
    case 'dns.headless.srv.n-by-m':
      return 'record count'
    case 'dns.headless.srv.target':
      return type === 'SRV' ? 'target' : 'address of a target'
    case 'dns.ttl.bound':
      return 'TTL'
    case 'dns.neg.unknown-service':
    case 'dns.headless.host.needs-hostname':
      return name.startsWith('web-clusterip.') ? 'presence' : 'absence'
    default:
      return undefined
  }
}

function addressesIn(value: unknown): string[] {
  const outcome = value as Partial<DnsOutcome>
  if (outcome.kind !== 'answer') return []
  return (outcome.answer?.answers ?? []).flatMap((one) => ('address' in one ? [one.address] : []))
}

/** Every way to spoil what one server said to one vantage. */
export function dnsSpoilings(world: World): Spoiling[] {
  const values = valuesOf(world)
  const known = [...new Set([...values.values()].flatMap(addressesIn))]
  const all = [...changes, staleness(known)]
  return [...values].flatMap(([key, value]) => {
    if (!key.startsWith('dns ')) return []
    const words = key.split(' ')
    const [type = '', name = ''] = words.slice(-2)
    const hop: Hop = words[2] === 'backend' ? 'DNS backend' : 'node resolver'
    const outcome = value as DnsOutcome
    if (outcome.kind !== 'answer') return []
    const { answer } = outcome
    const [holds = 'none'] = answer.answers.map((one) => one.type)
    return all
      .filter(({ of }) => of === 'any' || of === holds)
      .map(({ kind, to, convicts, unclear = [] }): Spoiling => {
        const readers = readersOf(world, key)
        const among = (parts: readonly Part[]): string[] =>
          readers.filter((id) => parts.some((part) => part === partOf(id, type, name)))
        return {
          kind,
          key,
          spoil: (spice) => to(answer, spice),
          convicts: Object.fromEntries(among(convicts).map((id) => [id, hop])),
          unclear: among(unclear),
        }
      })
  })
}
