import type { ClusterLook, ComponentLook, NodeLook } from './cluster-look.ts'
import type { EventEntry } from './journal.ts'

type Lane = EventEntry['of']

/** What has happened to a cluster from one look to the next. What one of the two has not seen has not changed. */
export function eventsBetween(before: ClusterLook, after: ClusterLook, at: number): EventEntry[] {
  const event = (of: Lane, subject: string, text: string): EventEntry => ({ kind: 'event', at, of, subject, text })
  const components = (of: Lane, part: 'controlPlane' | 'proxies' | 'dns'): EventEntry[] =>
    both(before[part], after[part]).flatMap(([name, was, is]) =>
      componentTexts(was, is).map((text) => event(of, name, text)),
    )
  const version =
    before.version !== undefined && after.version !== undefined && before.version !== after.version
      ? [event('API', 'API server', `${before.version} → ${after.version}`)]
      : []
  const nodes = both(before.nodes, after.nodes).flatMap(([name, was, is]) =>
    nodeTexts(was, is).map((text) => event('node', name, text)),
  )
  return [
    ...version,
    ...nodes,
    ...components('control plane', 'controlPlane'),
    ...components('proxy', 'proxies'),
    ...components('DNS', 'dns'),
  ]
}

/** Whether an event of a node tells that it is lost, or that it is back; undefined for all others. */
export function turnOf(text: string): 'lost' | 'back' | undefined {
  if (/\bnot ready\b|\bunreachable\b|\bgone\b/i.test(text)) return 'lost'
  return /\bready\b|\bback\b|\bjoined\b/i.test(text) ? 'back' : undefined
}

const [cordoned, uncordoned] = ['cordoned', 'takes Pods again']

/** Whether a node took no Pods at a time, Unix ms, by the last that was told of that until then. */
export function isCordoned(events: readonly EventEntry[], node: string, at: number): boolean {
  const told = events.findLast(
    (one) => one.of === 'node' && one.subject === node && one.at <= at && [cordoned, uncordoned].includes(one.text),
  )
  return told?.text === cordoned
}

/**
 * What a watch that begins, or begins again, tells of nodes at its first look: who takes no Pods, and who is back of those that were
 * lost when the last one ended.
 */
export function standingEvents({ nodes = [] }: ClusterLook, lost: ReadonlySet<string>, at: number): EventEntry[] {
  const event = (subject: string, text: string): EventEntry => ({ kind: 'event', at, of: 'node', subject, text })
  return nodes.flatMap(({ name, ready, schedulable }) => [
    ...(schedulable ? [] : [event(name, cordoned)]),
    ...(ready && lost.has(name) ? [event(name, 'Ready')] : []),
  ])
}

/** What is known after a look: of what it has not seen, what was seen last. */
export function knownAfter(before: ClusterLook, after: ClusterLook): ClusterLook {
  return { ...before, ...after }
}

interface Named {
  readonly name: string
}

/** By name, in its order; nothing where one of the two was not seen. */
function both<T extends Named>(
  was: readonly T[] | undefined,
  is: readonly T[] | undefined,
): [string, T | undefined, T | undefined][] {
  if (was === undefined || is === undefined) return []
  const names = [...new Set([...was, ...is].map((one) => one.name))].sort()
  return names.map((name) => [name, was.find((one) => one.name === name), is.find((one) => one.name === name)])
}

function nodeTexts(was: NodeLook | undefined, is: NodeLook | undefined): string[] {
  if (is === undefined) return ['gone']
  if (was === undefined) return [`joined, kubelet ${is.kubelet}${is.ready ? '' : ', not Ready'}`]
  return [
    was.schedulable && !is.schedulable ? cordoned : '',
    changed('kubelet', was.kubelet, is.kubelet),
    changed('container runtime', was.runtime, is.runtime),
    was.boot === is.boot ? '' : 'rebooted',
    was.ready === is.ready ? '' : is.ready ? 'Ready' : 'not Ready',
    !was.schedulable && is.schedulable ? uncordoned : '',
  ].filter((text) => text !== '')
}

function componentTexts(was: ComponentLook | undefined, is: ComponentLook | undefined): string[] {
  if (is === undefined) return [`gone from ${was?.node || 'no node'}`]
  if (was === undefined) return [`came on ${is.node || 'no node'}${is.ready ? '' : ', not Ready yet'}`]
  const replaced = was.uid !== is.uid
  return [
    was.images === is.images ? (replaced ? 'replaced' : '') : `${was.images} → ${is.images}`,
    !replaced && was.restarts !== is.restarts ? `restarted, ${was.restarts} → ${is.restarts} times` : '',
    was.ready === is.ready ? '' : is.ready ? 'Ready' : 'not Ready',
  ].filter((text) => text !== '')
}

function changed(what: string, was: string, is: string): string {
  return was === is ? '' : `${what} ${was} → ${is}`
}
