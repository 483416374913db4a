import type { Hop, Observation, Verdict } from '../report/record.ts'
import { isOfAdmission } from '../target/kubernetes-error.ts'
import type { KubernetesObject } from '../target/objects.ts'
import type { ApiReply } from '../target/reply.ts'
import { minorOf } from '../target/version.ts'

/** What was tried with the API server, and the hop that such an object stands for. */
export interface Trial {
  /** The object in a few words, for messages: `Service of type NodePort`. */
  readonly what: string
  readonly hop: Hop
  readonly reply: ApiReply
}

/**
 * The server takes the object, and it reads back as expected. Its own validation names the fields that it refuses
 * (`Status.details.causes`): only such a refusal is held against it.
 */
export function acceptedAs(trial: Trial, expected: string, read: (object: KubernetesObject) => string): Observation {
  const { reply } = trial
  const wanted = `accepted, ${expected}`
  if (reply.kind === 'accepted') {
    const seen = `accepted, ${read(reply.object)}`
    return told(trial, seen === wanted ? 'conformant' : 'non-conformant', wanted, seen)
  }
  if (reply.kind === 'refused' && isValidation(reply)) return told(trial, 'non-conformant', wanted, refusal(reply))
  return unjudged(trial, wanted)
}

/**
 * As `acceptedAs`, of a field of a StatefulSet that may be changed only of late: the refusal of a server that is too old for that
 * lists the fields that may (ValidateStatefulSetUpdate; kubernetes#130263), and this is not among them.
 */
export function acceptedOfLate(
  trial: Trial,
  field: string,
  expected: string,
  read: (object: KubernetesObject) => string,
): Observation {
  const { reply } = trial
  const isOlder =
    reply.kind === 'refused' &&
    isValidation(reply) &&
    /fields other than /.test(reply.message) &&
    !reply.message.includes(`'${field}'`)
  if (isOlder) return told(trial, 'not-applicable', `accepted, ${expected}`, refusal(reply))
  return acceptedAs(trial, expected, read)
}

/** The server refuses the object as invalid, and names a field under `field` as the reason. */
export function refusedFor(trial: Trial, field: string): Observation {
  const { reply } = trial
  const wanted = `refused for ${field}`
  if (reply.kind === 'accepted') return told(trial, 'non-conformant', wanted, 'accepted')
  if (reply.kind === 'refused' && isValidation(reply) && reply.fields.some((one) => one.startsWith(field)))
    return told(trial, 'conformant', wanted, refusal(reply))
  return unjudged(trial, wanted)
}

/**
 * The server takes the object, and warns of a field that it will not heed (HTTP header `Warning`), as it does from 1.34 on
 * (kubernetes#132214). Older ones warn of some fields, or of none.
 */
export function warnedOf(trial: Trial, field: string, gitVersion: string): Observation {
  const { reply } = trial
  const wanted = `accepted with a warning of ${field}`
  if (reply.kind !== 'accepted') return unjudged(trial, wanted)
  const right = reply.warnings.some((one) => one.toLowerCase().includes(field.toLowerCase()))
  const seen = reply.warnings.length === 0 ? 'no warning' : `the warnings "${reply.warnings.join('", "')}"`
  const silent = minorOf(gitVersion) < 34 ? 'not-applicable' : 'non-conformant'
  return told(trial, right ? 'conformant' : silent, wanted, `accepted with ${seen} by ${gitVersion}`)
}

type Refusal = Extract<ApiReply, { kind: 'refused' }>

/** Whether the validation of the server itself has refused, and not somebody who was asked for his opinion. */
function isValidation(reply: Refusal): boolean {
  return reply.status === 422 && reply.fields.length > 0 && !isOfAdmission(reply)
}

/** Refusals of a missing right, a quota, a webhook or a policy say nothing of the server. */
function isForeign(reply: Refusal): boolean {
  return [400, 401, 403].includes(reply.status) || (reply.status === 422 && !isValidation(reply))
}

function unjudged(trial: Trial, expected: string): Observation {
  const { reply, what } = trial
  if (reply.kind === 'accepted') throw new Error('what is accepted can be judged')
  if (reply.kind === 'lost') return told(trial, 'inconclusive', expected, `${what}: ${reply.reason}`)
  const verdict = isForeign(reply) ? 'not-applicable' : 'inconclusive'
  return told(trial, verdict, expected, `${what}: ${refusal(reply)}`)
}

function refusal({ status, fields, message }: Refusal): string {
  return `refused with ${status}${fields.length === 0 ? '' : ` for ${fields.join(', ')}`}: ${message.slice(0, 300)}`
}

function told({ what, hop }: Trial, verdict: Verdict, expected: string, observed: string): Observation {
  return { vantage: 'API', backend: what, hop, verdict, expected, observed }
}
