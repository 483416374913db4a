import type { Observation, Verdict } from '../report/record.ts'
import type { Snapshot } from '../stage/snapshot.ts'
import type { Claim, StatefulSet } from '../target/objects.ts'
import { minorOf } from '../target/version.ts'
import { podsOfSet } from './identity.ts'
import { nameOf } from './placed.ts'
import { serviceNamed } from './truth.ts'

/** What became of the file that a Pod has written into its volume. */
export interface MarkSighting {
  readonly pod: string
  readonly outcome:
    | { readonly kind: 'text'; readonly text: string }
    | { readonly kind: 'missing' }
    | { readonly kind: 'lost'; readonly reason: string }
}

/** On a Service: which claims there were, by name and uid, when somebody last looked. Kept there, so that one look tells all. */
const noted = 'rollcall.dev/claims'

/** The claim of each ordinal is named `<template>-<set>-<i>` (getPersistentVolumeClaimName); that of a template for one Pod. */
export function claimOf(template: string, pod: string): string {
  return `${template}-${pod}`
}

/** The fields that note on a Service which of these claims there are now. */
export function notingClaims(snapshot: Snapshot, names: readonly string[]): object {
  const claims = claimsIn(snapshot).filter((claim) => names.includes(nameOf(claim)))
  const entries = claims.map((claim) => `${nameOf(claim)} ${claim.metadata?.uid}`)
  return { metadata: { annotations: { [noted]: entries.sort().join(', ') } } }
}

/** What a Pod writes into its volume: the claim that it had then. */
export function markOf(snapshot: Snapshot, pod: string, template: string): string {
  const name = claimOf(template, pod)
  return `${name} ${claimsIn(snapshot).find((claim) => nameOf(claim) === name)?.metadata?.uid}`
}

/** Each Pod of the set has the claim of its own ordinal, for each template. */
export function claimsNamed(snapshot: Snapshot, set: string): Observation[] {
  const templates = (setIn(snapshot, set)?.spec?.volumeClaimTemplates ?? []).map(nameOf)
  return podsOfSet(snapshot, set).flatMap((pod) =>
    templates.map((template): Observation => {
      const expected = claimOf(template, nameOf(pod))
      const volume = pod.spec?.volumes?.find((one) => one.name === template)
      const observed = volume?.persistentVolumeClaim?.claimName ?? 'no claim'
      return about(nameOf(pod), observed === expected, `volume ${template} of claim ${expected}`, `of ${observed}`)
    }),
  )
}

/** Of these claims, each is the one that was noted on the Service, and stays. */
export function claimsKept(snapshot: Snapshot, service: string, names: readonly string[]): Observation[] {
  return names.map((name) => {
    const uid = notedUid(snapshot, service, name)
    if (uid === undefined) return unnoted(name)
    const claim = claimsIn(snapshot).find((one) => nameOf(one) === name)
    const observed = textOf(claim)
    return about(name, observed === `claim ${uid}`, `claim ${uid}`, observed)
  })
}

/** None of these claims, which were noted on the Service, is there any more. */
export function claimsGone(snapshot: Snapshot, service: string, names: readonly string[]): Observation[] {
  return names.map((name) => {
    if (notedUid(snapshot, service, name) === undefined) return unnoted(name)
    const claim = claimsIn(snapshot).find((one) => nameOf(one) === name)
    return about(name, claim === undefined, 'no claim', textOf(claim))
  })
}

/** The mark in each Pod's volume is that of the claim which was noted for the Pod. */
export function marksHeld(
  snapshot: Snapshot,
  service: string,
  template: string,
  sightings: readonly MarkSighting[],
): Observation[] {
  return sightings.map(({ pod, outcome }) => {
    const name = claimOf(template, pod)
    const uid = notedUid(snapshot, service, name)
    if (uid === undefined) return unnoted(name)
    const expected = `a file in the volume that says ${name} ${uid}`
    if (outcome.kind === 'lost') return { ...about(pod, false, expected, outcome.reason), verdict: 'inconclusive' }
    if (outcome.kind === 'missing') return about(pod, false, expected, 'no such file')
    return about(pod, outcome.text === `${name} ${uid}`, expected, `a file that says ${outcome.text || 'nothing'}`)
  })
}

export interface Retention {
  readonly whenDeleted: string
  readonly whenScaled: string
}

/**
 * The API server holds the set's retention policy as it was written, or its default where none was. Before 1.32 a cluster may
 * not know the field (feature gate StatefulSetAutoDeletePVC): claims are then retained.
 */
export function retentionHeld(snapshot: Snapshot, set: string, wanted: Retention, gitVersion: string): Observation {
  const { whenDeleted, whenScaled } = wanted
  const expected = `whenDeleted ${whenDeleted}, whenScaled ${whenScaled}`
  const held = setIn(snapshot, set)?.spec?.persistentVolumeClaimRetentionPolicy
  if (held === undefined) {
    const retains = whenDeleted === 'Retain' && whenScaled === 'Retain'
    const forgets = minorOf(gitVersion) >= 32 ? 'non-conformant' : 'not-applicable'
    return { ...about(set, retains, expected, 'no policy'), verdict: retains ? 'conformant' : forgets }
  }
  const observed = `whenDeleted ${held.whenDeleted ?? 'Retain'}, whenScaled ${held.whenScaled ?? 'Retain'}`
  return about(set, observed === expected, expected, observed)
}

/** Whether a cluster of this version may be asked to take claims along (beta, and on, since 1.27). */
export function knowsRetention(gitVersion: string): boolean {
  return minorOf(gitVersion) >= 27
}

function claimsIn({ claims }: Snapshot): readonly Claim[] {
  if (claims === undefined) throw new Error('the look has not asked for claims')
  return claims
}

function setIn({ statefulSets }: Snapshot, name: string): StatefulSet | undefined {
  return statefulSets?.find((one) => nameOf(one) === name)
}

function notedUid(snapshot: Snapshot, service: string, claim: string): string | undefined {
  const note = serviceNamed(snapshot, service).metadata?.annotations?.[noted] ?? ''
  const entry = note.split(', ').find((one) => one.startsWith(`${claim} `))
  return entry?.slice(claim.length + 1)
}

function textOf(claim: Claim | undefined): string {
  if (claim === undefined) return 'no claim'
  const leaving = claim.metadata?.deletionTimestamp === undefined ? '' : ', which is being deleted'
  return `claim ${claim.metadata?.uid}${leaving}`
}

function about(backend: string, right: boolean, expected: string, observed: string): Observation {
  const verdict: Verdict = right ? 'conformant' : 'non-conformant'
  return { vantage: 'API', backend, hop: 'pod', verdict, expected, observed }
}

function unnoted(claim: string): Observation {
  return { ...about(claim, false, 'a claim that was there before', 'none was noted'), verdict: 'inconclusive' }
}
