import type { Observation } from '../report/record.ts'
import type { ProxyFact } from '../target/proxy.ts'
import { isUnanswered } from './connections.ts'
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
export function wordToKubeProxy(
  observations: readonly Observation[],
  proxies: readonly Pick<ProxyFact, 'node' | 'implementation'>[],
): Observation[] {
  return observations.map((one) => {
    const proxy = proxies.find(({ node }) => node === one.vantage)
    if (one.verdict !== 'non-conformant' || proxy?.implementation === 'kube-proxy') return one
    const observed = `the proxy of ${one.vantage}, which is not known to be kube-proxy, minds no label: ${one.observed}`
    return { ...one, verdict: 'not-applicable', observed }
  })
}

/** The node ports of one node, as they were dialled at its addresses. */
export interface Doors {
  readonly node: string
  readonly passages: readonly Passage[]
  /** Where its proxy opens node ports, as far as that is known. */
  readonly open: 'everywhere' | 'somewhere' | undefined
}

/**
 * A node port leads to the endpoints of its Service at each address of each node. A firewall may keep some clients from a node, and
 * an owner all clients: an address at which somebody is answered is judged by those who are, and one at which nobody is
 * answered speaks against its node only where its proxy is known to open node ports everywhere, and others are open.
 */
export function nodePortsLead(service: string, nodes: readonly Doors[]): Observation[] {
  const isOpen = ({ through }: Passage): boolean => through.some(({ outcome }) => outcome.kind === 'answer')
  const someIsOpen = nodes.some(({ passages }) => passages.some(isOpen))
  return nodes.flatMap(({ node, passages, open }) =>
    passages.flatMap((passage) => {
      const { address, port } = passage.front
      const backend = `${service} at ${node} (${address})`
      const isBlamed = !isOpen(passage) && someIsOpen && open === 'everywhere'
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
