import type { Observation } from '../report/record.ts'
import type { ProxyFact } from '../target/proxy.ts'
import { isUnanswered } from './connections.ts'
import { familyOf } from './truth.ts'
import { answeredThrough, type Passage } from './virtual.ts'

/**
 * No Pod answers at the addresses that a headless Service claims from outside. That none does means something only where the
 * same client is answered at one that a Service with a virtual address claims: a proxy may heed none at all.
 */
export function externalIgnored(headless: readonly Passage[], twin: readonly Passage[]): Observation[] {
  const heeded = twin.flatMap(answeredThrough)
  const unclaimed = headless.map((one) => ({ ...one, front: { ...one.front, endpoints: [] } }))
  return unclaimed.flatMap(answeredThrough).map((one) => {
    if (one.verdict !== 'conformant') return one
    const beside = heeded.filter(({ vantage }) => vantage === one.vantage)
    const other = beside.find(({ verdict }) => verdict !== 'conformant')
    if (beside.length > 0 && other === undefined) return one
    if (other?.verdict === 'inconclusive') return { ...one, verdict: 'inconclusive', observed: other.observed }
    const observed = `${one.vantage} reaches no Service at an address from outside: ${other?.observed ?? 'none was dialled'}`
    return { ...one, verdict: 'not-applicable', observed }
  })
}

/** A label that is a word to kube-proxy is none to other proxies: what these do against it, or what nobody knows, is no offence. */
export function wordToKubeProxy(observations: readonly Observation[], proxies: readonly Known[]): Observation[] {
  return excusedWhere(
    observations,
    proxies,
    (proxy) => proxy?.implementation !== 'kube-proxy' || proxy.beside !== undefined,
  )
}

/** The label that gives a Service to another proxy is a word to all of them, but that Kube-OVN does not heed it (pkg/controller/endpoint_slice.go). */
export function wordToProxies(observations: readonly Observation[], proxies: readonly Known[]): Observation[] {
  return excusedWhere(observations, proxies, (proxy) => (proxy?.beside ?? proxy?.implementation) === 'Kube-OVN')
}

type Known = Pick<ProxyFact, 'node' | 'implementation' | 'beside'>

function excusedWhere(
  observations: readonly Observation[],
  proxies: readonly Known[],
  mindsNone: (proxy: Known | undefined) => boolean,
): Observation[] {
  return observations.map((one) => {
    const proxy = proxies.find(({ node }) => node === one.vantage)
    if (one.verdict !== 'non-conformant' || !mindsNone(proxy)) return one
    const observed = `what proxies on ${one.vantage} is not known to mind the label: ${one.observed}`
    return { ...one, verdict: 'not-applicable', observed }
  })
}

/** The node ports of one node, as they were dialled at its addresses. */
export interface Doors {
  readonly node: string
  readonly passages: readonly Passage[]
  /** Where its proxy opens node ports, as far as that is known. */
  readonly open: ProxyFact['nodePorts']
}

/**
 * A node port leads to the endpoints of its Service at each address of each node. A firewall may keep some clients from a node, and
 * an owner all clients: an address at which somebody is answered is judged by those who are, and one at which nobody is
 * answered speaks against its node only where its proxy is known to open node ports there, and others are open.
 */
export function nodePortsLead(service: string, nodes: readonly Doors[]): Observation[] {
  const isOpen = ({ through }: Passage): boolean => through.some(({ outcome }) => outcome.kind === 'answer')
  const someIsOpen = nodes.some(({ passages }) => passages.some(isOpen))
  return nodes.flatMap(({ node, passages, open }) =>
    passages.flatMap((passage) => {
      const { address, port } = passage.front
      const backend = `${service} at ${node} (${address})`
      const family = familyOf(address)
      const isPrimary = passages.find(({ front }) => familyOf(front.address) === family) === passage
      const isBlamed = !isOpen(passage) && someIsOpen && (open === 'everywhere' || (open === 'primary' && isPrimary))
      return answeredThrough(passage).map((one): Observation => {
        const own = passage.through.filter(({ vantage }) => vantage.node === one.vantage)
        const isShut = own.every(({ outcome }) => isUnanswered(outcome))
        if (one.verdict !== 'non-conformant' || !isShut || isBlamed) return { ...one, backend }
        const observed = isOpen(passage)
          ? `${one.vantage} is kept from ${node} at ${address} port ${port}, where others are answered`
          : `${node} opens no node port at ${address}, which is its owner's to decide`
        return { ...one, backend, verdict: 'not-applicable', observed }
      })
    }),
  )
}
