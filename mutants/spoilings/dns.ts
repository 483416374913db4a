import type { DnsOutcome } from '../../helpers/probes/dns/outcome.ts'
import type { Hop } from '../../helpers/report/record.ts'
import type { World } from '../../helpers/worlds/world.ts'
import { changes, type Part, staleness } from './answers.ts'
import { readersOf, type Spoiling, valuesOf } from './spoiling.ts'

/** An answer as it is known by the key of its look. */
interface Asked {
  readonly role: string
  readonly type: string
  readonly name: string
}

/** What the requirements do with the answer to a question; undefined for one that is not among them. */
function partOf(requirement: string, { role, type, name }: Asked): Part | undefined {
  const isSmall = name === name.toLowerCase()
  switch (requirement) {
    case 'dns.headless.a.exact-set':
    case 'dns.headless.host.a':
    case 'dns.clusterip.address':
    case 'dns.clusterip.empty':
    case 'dns.clusterip.kubernetes-default':
    case 'dns.externalname.chain':
    case 'dns.externalname.headless-target':
    case 'dns.headless.a.no-topology-filter':
      return 'address set'
    case 'dns.headless.a.cross-namespace':
      return /^db[.][^.]+[.]svc[.]/.test(name) ? 'address set' : 'absence'
    case 'dns.headless.a.publish-not-ready':
      if (type === 'SRV') return 'record and target'
      return /^(elsewhere[.])?other[.]/.test(name) ? 'address set' : 'address of a target'
    case 'dns.clusterip.srv':
      return type === 'SRV' ? 'record and target' : 'address of a target'
    case 'dns.headless.a.deterministic':
      return 'steadiness'
    case 'dns.vantage.agree':
      return 'likeness'
    case 'dns.externalname.cname':
      return 'name'
    case 'dns.externalname.no-subname':
      return name.startsWith('alias.') ? 'presence' : 'absence'
    case 'dns.neg.soa':
      return 'negative'
    case 'dns.neg.unknown-type':
      if (type === 'TXT') return 'absence'
      return name.startsWith('db.') ? 'ample presence' : 'presence'
    case 'dns.headless.srv.n-by-m':
      return 'record count'
    case 'dns.headless.srv.target':
      return type === 'SRV' ? 'target' : 'address of a target'
    case 'dns.ttl.bound':
      return 'TTL'
    case 'dns.neg.unknown-service':
    case 'dns.headless.host.needs-hostname':
    case 'dns.headless.host.unknown':
    case 'dns.headless.host.ready-only':
    case 'dns.headless.empty':
    case 'dns.headless.empty.no-address':
    case 'dns.neg.empty-nonterminal':
      return name.startsWith('web-clusterip.') ? 'presence' : 'absence'
    case 'dns.headless.srv.protocol':
    case 'dns.headless.srv.unnamed':
      return name.startsWith('_http._tcp.') ? 'ample presence' : 'absence'
    case 'dns.neg.other-family-nodata':
      if (type === 'AAAA') return 'absence'
      return /^(web|db)[.]/.test(name) ? 'ample presence' : 'presence'
    case 'dns.clusterip.ptr':
      return 'one name'
    case 'dns.headless.ptr.hostname':
      return 'name'
    case 'dns.zone.schema-version':
      return 'version'
    case 'dns.proto.udp-and-tcp':
      return 'likeness'
    case 'dns.zone.case-insensitive':
      if (!isSmall) return 'likeness'
      // A virtual address may say what any backend says, so what it said before is no more than one of the models.
      return role === 'backend' ? 'model' : undefined
    case 'dns.server.replicas-agree':
      return role === 'backend' ? 'agreement' : undefined
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
    const [role = ''] = words.slice(2)
    const hop: Hop = role === 'backend' ? 'DNS backend' : 'node resolver'
    const outcome = value as DnsOutcome
    if (outcome.kind !== 'answer') return []
    const { answer } = outcome
    const [holds = 'none'] = answer.answers.map((one) => one.type)
    return all
      .filter(({ of }) => of === 'any' || of === holds)
      .map(({ kind, to, convicts, unclear = [] }): Spoiling => {
        const readers = readersOf(world, key)
        const among = (parts: readonly Part[]): string[] =>
          readers.filter((id) => parts.some((part) => part === partOf(id, { role, type, name })))
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
