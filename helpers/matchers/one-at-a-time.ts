import type { Observation } from '../report/record.ts'
import type { History } from '../stage/history.ts'
import { follow, type PodMark } from '../target/pod-mark.ts'
import { judgedOf } from './order.ts'

function told(pod: string, right: boolean, expected: string, observed: string): Observation {
  const verdict = right ? 'conformant' : 'non-conformant'
  return { vantage: 'API', backend: pod, hop: 'pod', verdict, expected, observed }
}

/**
 * At no time are there two of one identity: no Pod claims the name of another that is there, and the object of a Pod that has
 * run goes only once its containers have ended, so that what comes after it is alone (StatefulSet, at most one).
 */
export function neverTwo(history: History): Observation[] {
  const standing = new Map(history.before.map((one) => [one.name, one]))
  const hasRun = new Set(history.before.filter((one) => one.phase === 'Running').map((one) => one.uid))
  const judged: Observation[] = []
  for (const mark of history.events) {
    const was = standing.get(mark.name)
    if (mark.phase === 'Running') hasRun.add(mark.uid)
    if (mark.type === 'ADDED') judged.push(alone(mark, [...standing.values()]))
    if (mark.type === 'DELETED' && hasRun.has(was?.uid ?? mark.uid)) {
      const expected = `the containers of ${mark.name} have ended when it is gone`
      judged.push(told(mark.name, mark.ended, expected, mark.ended ? expected : `${mark.name} is gone while it runs`))
    }
    follow(standing, mark)
  }
  return judgedOf(history, judged)
}

function alone(mark: PodMark, others: readonly PodMark[]): Observation {
  const twins = others.filter((one) => one.uid !== mark.uid && (one.name === mark.name || claims(one, mark)))
  const expected = `nobody is called ${mark.hostname} when ${mark.name} is created`
  const seen = twins.map((one) => `${one.name} is called ${one.hostname}`).join(', ')
  return told(mark.name, twins.length === 0, expected, twins.length === 0 ? expected : seen)
}

/** Without a subdomain nobody has a name in DNS. */
function claims(one: PodMark, mark: PodMark): boolean {
  return one.hostname === mark.hostname && !mark.hostname.endsWith('.')
}

/** Parallel: all Pods that are missing are created although none of them is Ready. */
export function createdAtOnce(history: History, set: string, replicas: number): Observation[] {
  const standing = new Map(history.before.map((one) => [one.name, one]))
  const created: string[] = []
  for (const mark of history.events) {
    if (mark.type === 'ADDED' && ![...standing.values()].some((one) => one.ready)) created.push(mark.name)
    follow(standing, mark)
  }
  return allOf(history, created, `${replicas} Pods of ${set} are created while none is Ready`, replicas)
}

/** Parallel: all surplus Pods are deleted although the others are still there. */
export function removedAtOnce(history: History, set: string, replicas: number): Observation[] {
  const last = new Map(history.before.map((one) => [one.name, one]))
  for (const mark of history.events) last.set(mark.name, mark)
  const leaving = [...last.values()].filter((one) => one.leaving && one.type !== 'DELETED').map((one) => one.name)
  return allOf(history, leaving, `${replicas} Pods of ${set} are being deleted at a time`, replicas)
}

/** That the others do not come is the very thing to find out: the end of the wait is no trouble, unless nothing has come. */
function allOf(history: History, pods: readonly string[], expected: string, replicas: number): Observation[] {
  if (pods.length === 0 || history.refusal !== undefined || history.refused !== undefined) return judgedOf(history, [])
  const count = new Set(pods).size
  return [told('', count >= replicas, expected, expected.replace(/^\d+/, `${count}`))]
}

/** A Pod that has failed is deleted, and another is made under its name. */
export function madeAgain(history: History): Observation[] {
  const failed = history.events.find((one) => one.phase === 'Failed' || one.phase === 'Succeeded')
  if (failed === undefined || history.refusal !== undefined || history.refused !== undefined)
    return judgedOf(history, [])
  const next = history.events.find(({ type, name, uid }) => {
    return type === 'ADDED' && name === failed.name && uid !== failed.uid
  })
  const expected = `another ${failed.name} in place of the one that is ${failed.phase}`
  return [told(failed.name, next !== undefined, expected, next === undefined ? 'none' : expected)]
}

/**
 * Parallel: a Pod that never became Ready is deleted once its set has another template. It is how a set gets out of a template that
 * cannot work; in Kubernetes 1.35 it did not (kubernetes#137409).
 */
export function unreadyGoes(history: History, pod: string): Observation[] {
  const first = history.events.find((one) => one.type === 'ADDED' && one.name === pod)
  if (first === undefined || history.refusal !== undefined || history.refused !== undefined)
    return judgedOf(history, [])
  const goes = history.events.some(({ uid, leaving, type }) => uid === first.uid && (leaving || type === 'DELETED'))
  const expected = `${pod}, which was never Ready, is deleted for the new template`
  return [told(pod, goes, expected, goes ? expected : `${pod} stays`)]
}
