import type { TruthEntry } from './journal.ts'
import { isOwn } from './own.ts'
import { type Shown, sameTruth } from './truth.ts'

/**
 * Finds what was so between two looks at the API and was seen in neither: an endpoint that was not ready for a second, which DNS may
 * have told. The API server counts the changes of an EndpointSlice in metadata.generation, whoever saw them.
 */
export class UnseenChanges {
  #generations: ReadonlyMap<string, number> | undefined

  /**
   * Two truths between the look before, which told `known`, and `now`: in the first, each headless Service whose slices changed more
   * often than it shows has no endpoint; in the second, it has all that either look showed. Whatever lies between the two may have been
   * true. Nothing where all changes show.
   */
  between(shown: readonly Shown[], known: TruthEntry | undefined, now: TruthEntry, domain: string): TruthEntry[] {
    const [before, counted] = [this.#generations, generationsIn(shown)]
    this.#generations = counted
    if (before === undefined || known === undefined) return []
    const unseen = shown.flatMap(({ namespace, services, slices }) => {
      // What canaries and others make comes and goes, and no name of the fixture hangs on it.
      const headless = services
        .filter((one) => isOwn(one) && one.spec?.clusterIP === 'None')
        .map((one) => one.metadata?.name)
      return slices.flatMap(({ metadata }) => {
        const { uid = '', generation = 0, labels = {} } = metadata ?? {}
        const service = labels['kubernetes.io/service-name']
        // One that is new was made with generation 1, and changed since where it is at a later one.
        const changes = generation - (before.get(uid) ?? 0)
        // Whether all else shows the same is asked only where a slice has changed: the API is looked at each second.
        const isUnseen = headless.includes(service) && (changes > 1 || (changes === 1 && sameTruth(known, now)))
        return isUnseen ? [`${service}.${namespace}.svc.${domain}`] : []
      })
    })
    if (unseen.length === 0) return []
    const isBelow = (name: string): boolean => unseen.some((one) => name === one || name.endsWith(`.${one}`))
    const withAddresses = (of: (name: string) => readonly string[]): TruthEntry => {
      const addresses = Object.entries(now.addresses).map(
        ([name, all]) => [name, isBelow(name) ? of(name) : all] as const,
      )
      return { ...now, addresses: Object.fromEntries(addresses) }
    }
    const either = (name: string): string[] =>
      [...new Set([...(known.addresses[name] ?? []), ...(now.addresses[name] ?? [])])].sort()
    return [withAddresses(() => []), withAddresses(either)]
  }
}

function generationsIn(shown: readonly Shown[]): ReadonlyMap<string, number> {
  return new Map(
    shown.flatMap(({ slices }) =>
      slices.map(({ metadata }) => [metadata?.uid ?? '', metadata?.generation ?? 0] as const),
    ),
  )
}
