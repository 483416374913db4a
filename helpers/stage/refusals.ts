import type { KubernetesApi } from '../target/api.ts'
import { type Event, type KubernetesObject, list, type Pod } from '../target/objects.ts'
import { isWorkload, podsOf, type Workload, workloadKey } from './workloads.ts'

/**
 * Watches for workloads that may not create any Pod at all: Pod Security, a quota or a webhook refuses each one. Only events
 * tell, and one alone does not: a ServiceAccount or a webhook may come a moment later.
 */
export class Refusals {
  readonly #api: KubernetesApi
  readonly #namespace: string
  readonly #patience: number
  readonly #barrenSince = new Map<string, number>()

  constructor(api: KubernetesApi, namespace: string, patience: number) {
    this.#api = api
    this.#namespace = namespace
    this.#patience = patience
  }

  /** A sentence, without its full stop, for each workload that has been without a Pod for too long and refused one. */
  async among(
    objects: readonly KubernetesObject[],
    pods: readonly Pod[],
    workloads: ReadonlyMap<string, Workload>,
  ): Promise<string[]> {
    const now = performance.now()
    const barren = objects.filter((object) => isWorkload(object) && podsOf(object, pods).length === 0)
    for (const key of this.#barrenSince.keys())
      if (!barren.some((object) => workloadKey(object) === key)) this.#barrenSince.delete(key)
    const overdue = barren.filter((object) => {
      const key = workloadKey(object)
      if (!this.#barrenSince.has(key)) this.#barrenSince.set(key, now)
      return now - (this.#barrenSince.get(key) ?? now) >= this.#patience
    })
    if (overdue.length === 0) return []
    const events = (await warnings(this.#api, this.#namespace)).filter((event) => event.reason === 'FailedCreate')
    return overdue.flatMap((object) => {
      const since = Date.parse(workloads.get(workloadKey(object))?.metadata?.creationTimestamp ?? '') || 0
      const event = events.find((one) => isOf(one, object) && timeOf(one) >= since)
      const subject = `${object.kind.toLowerCase()}/${object.metadata.name}`
      return event === undefined ? [] : [`${subject} may not create any Pod: ${clauseOf(event)}`]
    })
  }
}

/** The last warning about objects of these names or about their Pods, as the end of a sentence; empty where there is none. */
export async function lastWarning(api: KubernetesApi, namespace: string, names: readonly string[]): Promise<string> {
  const isAbout = ({ involvedObject: { name = '' } }: Event): boolean =>
    names.some((one) => name === one || name.startsWith(`${one}-`))
  const last = (await warnings(api, namespace)).find(isAbout)
  return last === undefined ? '' : `; last warning: ${last.involvedObject.name}: ${clauseOf(last)}`
}

/** A Deployment's Pods are created by its ReplicaSets, which are named after it. */
function isOf({ involvedObject: { kind, name = '' } }: Event, object: KubernetesObject): boolean {
  if (object.kind === 'Deployment') return kind === 'ReplicaSet' && name.startsWith(`${object.metadata.name}-`)
  return kind === object.kind && name === object.metadata.name
}

/** Warnings of a namespace, the latest first; none where they may not be read: they only explain what is seen anyway. */
async function warnings(api: KubernetesApi, namespace: string): Promise<Event[]> {
  try {
    const events = await list(api, 'events', { namespace, fields: 'type=Warning' })
    return events.sort((a, b) => timeOf(b) - timeOf(a))
  } catch {
    return []
  }
}

function timeOf(event: Event): number {
  const told = event.lastTimestamp ?? event.eventTime ?? event.metadata?.creationTimestamp
  return told === undefined ? 0 : Date.parse(told)
}

function clauseOf(event: Event): string {
  return (event.message ?? event.reason ?? 'no reason given').trim().replace(/\.$/, '')
}
