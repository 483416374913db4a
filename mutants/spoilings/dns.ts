import type { DnsOutcome } from '../../helpers/probes/dns/outcome.ts'
import type { Hop } from '../../helpers/report/record.ts'
import type { World } from '../../helpers/worlds/world.ts'
import { type Change, changes, type Part, staleness } from './answers.ts'
import { readersOf, type Spoiling, valuesOf } from './spoiling.ts'

/** An answer as it is known by the key of its look. */
interface Asked {
  readonly role: string
  readonly type: string
  readonly name: string
  /** The kind of records that the answer holds. */
  readonly holds: Change['of']
}

/** What the requirements do with the answer to a question; undefined where nothing hangs on what it holds. */
function partOf(requirement: string, { role, type, name, holds }: Asked): Part | undefined {
  const isSmall = name === name.toLowerCase()
  // The name that every cluster has, which shows that a server serves the zone while it denies another.
  const always = name.startsWith('kubernetes.default.')
  switch (requirement) {
    case 'dns.headless.a.deterministic':
      return 'steadiness'
    case 'dns.vantage.agree':
      return 'likeness'
    case 'dns.headless.srv.n-by-m':
    case 'dns.headless.srv.ready-only':
      return 'record count'
    case 'redis.scale':
      return type === 'SRV' ? 'record set' : wholeOf(holds)
    case 'dns.headless.srv.target':
    case 'dns.headless.host.system-id':
      if (holds === 'none') return 'absence'
      return type === 'SRV' ? 'target' : 'address of a target'
    case 'dns.headless.srv.port-value':
    case 'dns.headless.srv.per-endpoint-port':
      return 'port of a target'
    case 'dns.headless.srv.additional':
    case 'dns.server.endpoints-served':
      return 'an answer'
    case 'dns.headless.a.hostnetwork':
    case 'dns.headless.a.selector-change':
    case 'dns.headless.a.terminating-published':
    case 'redis.bootstrap.unready':
    case 'sts.dns.per-pod':
      return always ? undefined : wholeOf(holds)
    case 'dns.headless.a.terminal-removed':
    case 'dns.headless.a.terminating-removed':
    case 'dns.headless.a.toggle-publish':
    case 'dns.headless.scaled':
    case 'sts.dns.needs-service':
    case 'sts.dns.stable-name-new-ip':
    case 'sts.ordinals.start':
      return always ? 'presence' : wholeOf(holds)
    case 'dns.headless.empty':
    case 'dns.headless.empty.no-address':
    case 'dns.neg.empty-nonterminal':
      return name.startsWith('web-clusterip.') ? 'presence' : 'absence'
    case 'dns.headless.a.publish-not-ready':
      return /^\d/.test(name) ? 'address of a target' : wholeOf(holds)
    case 'dns.fresh.port':
      return 'record count'
    case 'dns.externalname.from-clusterip':
    case 'dns.externalname.type-change':
      if (type === 'SRV') return 'record count'
      return type === 'CNAME' ? 'an answer' : wholeOf(holds)
    case 'pod.resolv.search-order':
      return undefined
    case 'dns.clusterip.srv':
      return type === 'SRV' ? 'record set' : 'address of a target'
    case 'dns.externalname.no-subname':
      return name.startsWith('alias.') ? 'presence' : 'absence'
    case 'dns.neg.soa':
      return 'negative'
    case 'dns.neg.unknown-type':
      if (type === 'TXT') return 'absence'
      return name.startsWith('db.') ? 'ample presence' : 'presence'
    case 'dns.custom.hostname':
      return name.startsWith('hand-made.') ? undefined : wholeOf(holds)
    case 'dns.custom.no-service':
    case 'dns.custom.ready-nil':
      return name.startsWith('hand-made.') ? 'ample presence' : wholeOf(holds)
    case 'dns.custom.srv-needs-port-name':
    case 'dns.headless.srv.portless':
      return name.startsWith('_http._tcp.hand-made.') ? 'ample presence' : wholeOf(holds)
    case 'dns.ttl.bound':
      return 'TTL'
    case 'dns.neg.unknown-service':
    case 'dns.headless.host.needs-hostname':
    case 'dns.headless.host.own-subdomain':
    case 'dns.headless.host.unknown':
    case 'dns.headless.host.ready-only':
      return name.startsWith('web-clusterip.') ? 'presence' : 'absence'
    case 'sts.dns.no-service-name':
      return name.startsWith('ungoverned.') ? 'presence' : 'absence'
    case 'sts.dns.wrong-service':
      return name.startsWith('db-families.') ? 'ample presence' : 'absence'
    case 'dns.headless.srv.two-protocols':
      return /^_(stream[.]_tcp|datagram[.]_udp)[.]/.test(name) ? 'record count' : 'absence'
    case 'dns.headless.srv.nameless-port':
      if (type === 'SRV') return name.startsWith('_http._tcp.web.') ? 'ample presence' : 'absence'
      return wholeOf(holds)
    case 'dns.headless.srv.protocol':
    case 'dns.headless.srv.unnamed':
      return name.startsWith('_http._tcp.') ? 'ample presence' : 'absence'
    case 'dns.neg.other-family-nodata':
      if (type === 'AAAA') return 'absence'
      return /^(web|db)[.]/.test(name) ? 'ample presence' : 'presence'
    case 'dns.headless.ptr.hostname':
    case 'dns.headless.ptr.multi':
      return 'name'
    case 'dns.headless.ptr.system-id':
      return type === 'PTR' ? 'name' : 'address among others'
    case 'dns.proto.udp-and-tcp':
      return 'likeness'
    case 'dns.proto.udp-types':
      return name.startsWith('nobody.') ? 'absence' : 'likeness'
    case 'dns.zone.case-insensitive':
      if (!isSmall) return 'likeness'
      // A virtual address may say what any backend says, so what it said before is no more than one of the models.
      return role === 'backend' ? 'model' : undefined
    case 'dns.server.replicas-agree':
      return role === 'backend' ? 'agreement' : undefined
    default:
      return wholeOf(holds)
  }
}

/** Most requirements compare the whole of an answer. */
function wholeOf(holds: Change['of']): Part | undefined {
  switch (holds) {
    case 'A':
      return 'address set'
    case 'SRV':
      return 'record set'
    case 'PTR':
      return 'one name'
    case 'TXT':
      return 'version'
    case 'CNAME':
      return 'alias'
    case 'none':
      return 'absence'
    default:
      return undefined
  }
}

function addressesIn(value: unknown): string[] {
  const outcome = value as Partial<DnsOutcome>
  if (outcome.kind !== 'answer') return []
  return (outcome.answer?.answers ?? []).flatMap((one) => ('address' in one ? [one.address] : []))
}

/** Requirements that go on to ask for what an answer says, or to which an answer means one thing or another. */
const followed = [
  'dns.headless.ptr.removed',
  'dns.headless.srv.port-reaches',
  'dns.server.no-false-nxdomain',
  'dns.server.rollout',
  'lat.dns-lookup',
  'proxy.headless.affinity-ignored',
  'proxy.headless.reach-all',
]

/** Every way to spoil what one server said to one vantage. */
export function dnsSpoilings(world: World): Spoiling[] {
  const values = valuesOf(world)
  const known = [...new Set([...values.values()].flatMap(addressesIn))]
  const all = [...changes, staleness(known)]
  return [...values].flatMap(([key, value]) => {
    if (!key.startsWith('dns ')) return []
    // How many bytes the answer may have stands at the end of some.
    const words = key.replace(/ within \d+$/, '').split(' ')
    const [type = '', name = ''] = words.slice(-2)
    const [role = ''] = words.slice(2)
    const hop: Hop = role === 'backend' ? 'DNS backend' : 'node resolver'
    const outcome = value as DnsOutcome
    if (outcome.kind !== 'answer') return []
    const { answer } = outcome
    const [first] = answer.answers
    const holds = first === undefined ? 'none' : 'address' in first ? 'A' : (first.type as Change['of'])
    return all
      .filter(({ of }) => of === 'any' || of === holds)
      .filter(({ ofWhole }) => !(answer.truncated && ofWhole === true))
      .map(({ kind, to, convicts, unclear = [] }): Spoiling => {
        const readers = readersOf(world, key)
        const among = (parts: readonly Part[]): string[] =>
          readers.filter(
            (id) => !followed.includes(id) && parts.some((part) => part === partOf(id, { role, type, name, holds })),
          )
        return {
          kind,
          key,
          spoil: (spice) => to(answer, spice),
          convicts: Object.fromEntries(among(convicts).map((id) => [id, hop])),
          unclear: among(unclear),
          open: followed,
        }
      })
  })
}
