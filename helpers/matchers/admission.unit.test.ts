import { describe, expect, test } from 'vitest'
import type { KubernetesObject } from '../target/objects.ts'
import type { ApiReply } from '../target/reply.ts'
import { acceptedAs, acceptedOfLate, refusedFor, warnedOf } from './admission.ts'

const object: KubernetesObject = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'a' },
  spec: { clusterIP: 'None' },
}
const taken: ApiReply = { kind: 'accepted', object, warnings: [] }
const lost: ApiReply = { kind: 'lost', reason: 'HTTP 503: no' }

function refused(status: number, fields: readonly string[], message = 'no', reason = 'Invalid'): ApiReply {
  return { kind: 'refused', status, reason, message, fields }
}

const invalid = refused(422, ['spec.clusterIPs[0]'], 'may not change once set')
/** What others than the validation of the server say. */
const foreign: readonly (readonly [string, ApiReply])[] = [
  ['a missing right', refused(403, [], 'services is forbidden: User "x" cannot create', 'Forbidden')],
  ['a quota', refused(403, [], 'exceeded quota: q', 'Forbidden')],
  ['a policy', refused(422, [], "ValidatingAdmissionPolicy 'p' with binding 'b' denied request: no")],
  ['a policy that names a field', refused(422, ['spec.ports'], "ValidatingAdmissionPolicy 'p' denied request: no")],
  ['a webhook', refused(422, ['spec.ports'], 'admission webhook "w.example" denied the request: no')],
  ['a webhook without dry runs', refused(400, [], 'admission webhook "w" does not support dry run', 'BadRequest')],
]

const clusterIp = ({ spec }: KubernetesObject): string => `clusterIP ${(spec as { clusterIP: string }).clusterIP}`
const verdictOf = {
  accepted: (reply: ApiReply, expected = 'clusterIP None') =>
    acceptedAs({ what: 'a Service', hop: 'Service', reply }, expected, clusterIp).verdict,
  refused: (reply: ApiReply, field = 'spec.clusterIP') =>
    refusedFor({ what: 'a Service', hop: 'Service', reply }, field).verdict,
  warned: (reply: ApiReply, version = 'v1.36.3') =>
    warnedOf({ what: 'a Service', hop: 'Service', reply }, 'spec.sessionAffinity', version).verdict,
}

describe('what the API server makes of an object', () => {
  test('is as expected, or is convicted', () => {
    expect(verdictOf.accepted(taken)).toBe('conformant')
    expect(verdictOf.accepted(taken, 'clusterIP 10.96.0.1')).toBe('non-conformant')
    expect(verdictOf.refused(invalid)).toBe('conformant')
    expect(verdictOf.refused(taken)).toBe('non-conformant')
  })

  test('is convicted where its own validation refuses what is sound', () => {
    expect(acceptedAs({ what: 'a Service', hop: 'Service', reply: invalid }, 'clusterIP None', clusterIp)).toEqual({
      vantage: 'API',
      backend: 'a Service',
      hop: 'Service',
      verdict: 'non-conformant',
      expected: 'accepted, clusterIP None',
      observed: 'refused with 422 for spec.clusterIPs[0]: may not change once set',
    })
  })

  test.for(foreign)('says nothing where %s refuses', ([, reply]) => {
    expect([verdictOf.accepted(reply), verdictOf.refused(reply, 'spec.ports'), verdictOf.warned(reply)]).toEqual([
      'not-applicable',
      'not-applicable',
      'not-applicable',
    ])
  })

  test('is not known where the server refuses for another reason, or breaks', () => {
    for (const reply of [lost, refused(409, [], 'already exists', 'AlreadyExists'), refused(404, [], 'not found')])
      expect([verdictOf.accepted(reply), verdictOf.refused(reply), verdictOf.warned(reply)]).toEqual([
        'inconclusive',
        'inconclusive',
        'inconclusive',
      ])
    expect(verdictOf.refused(refused(422, ['metadata.name']))).toBe('inconclusive')
  })

  test('comes with a warning that names the field, in whatever case', () => {
    const warned = (...warnings: string[]): ApiReply => ({ kind: 'accepted', object, warnings })
    expect(verdictOf.warned(warned('spec.SessionAffinity is ignored for headless services'))).toBe('conformant')
    expect(verdictOf.warned(warned('spec.externalIPs is ignored for headless services'))).toBe('non-conformant')
    expect(verdictOf.warned(taken)).toBe('non-conformant')
  })

  test('need not come with warnings that versions before 1.34 do not know', () => {
    const some: ApiReply = { kind: 'accepted', object, warnings: ['spec.externalIPs is ignored'] }
    expect(['v1.33.5', 'v1.34.0'].map((version) => verdictOf.warned(some, version))).toEqual([
      'not-applicable',
      'non-conformant',
    ])
  })

  test('may be a refusal of what could not be changed in its time, by its own list of what can', () => {
    const list = (more: string) =>
      `StatefulSet.apps "db" is invalid: spec: Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals'${more} are forbidden`
    const field = 'revisionHistoryLimit'
    const verdict = (reply: ApiReply) =>
      acceptedOfLate({ what: 'an update', hop: 'pod', reply }, field, 'clusterIP None', clusterIp).verdict
    expect(verdict(refused(422, ['spec'], list('')))).toBe('not-applicable')
    expect(verdict(refused(422, ['spec'], list(`, '${field}'`)))).toBe('non-conformant')
    expect(verdict(refused(422, ['spec'], 'no'))).toBe('non-conformant')
    expect(verdict(taken)).toBe('conformant')
  })
})
