import type { TruthEntry } from './journal.ts'
import { isOwn } from './own.ts'
import type { Shown } from './truth.ts'

/**
 * Finds what was so between two looks at the API and was seen in neither: an endpoint that was not ready for a second, which DNS may
 * have told. The API server counts the changes of an EndpointSlice in metadata.generation, whoever saw them.
 */
export class UnseenChanges {
  #generations: ReadonlyMap<string, number> | undefined

  /**
   * A truth in which each headless Service whose slices changed more often than it shows has no endpoint, so that whatever lies between that and
   * `now` was true; undefined where all changes show. `same` tells whether nothing else has changed since the look before.
   */
  between(shown: readonly Shown[], now: TruthEntry, domain: string, same: boolean): TruthEntry | undefined {
    const [before, counted] = [this.#generations, generationsIn(shown)]
    this.#generations = counted
    if (before === undefined) return undefined
    const unseen = shown.flatMap(({ namespace, services, slices }) => {
      // What canaries and others make comes and goes, and no name of the fixture hangs on it.
      const headless = services
        .filter((one) => isOwn(one) && one.spec?.clusterIP === 'None')
        .map((one) => one.metadata?.name)
      return slices.flatMap(({ metadata }) => {
        const { uid = '', generation = 0, labels = {} } = metadata ?? {}
        const service = labels['kubernetes.io/service-name']
        const was = before.get(uid)
        // One that is new has changed once.
        const changes = was === undefined ? 1 : generation - was
        const isUnseen = changes > 1 || (changes === 1 && same)
        return isUnseen && headless.includes(service) ? [`${service}.${namespace}.svc.${domain}`] : []
      })
    })
    if (unseen.length === 0) return undefined
    const isBelow = (name: string): boolean => unseen.some((one) => name === one || name.endsWith(`.${one}`))
    const addresses = Object.entries(now.addresses).map(([name, all]) => [name, isBelow(name) ? [] : all] as const)
    return { ...now, addresses: Object.fromEntries(addresses) }
  }
}

function generationsIn(shown: readonly Shown[]): ReadonlyMap<string, number> {
  return new Map(
    shown.flatMap(({ slices }) =>
      slices.map(({ metadata }) => [metadata?.uid ?? '', metadata?.generation ?? 0] as const),
    ),
  )
}
