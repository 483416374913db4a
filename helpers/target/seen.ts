import { KubernetesError } from './kubernetes-error.ts'

/** A fact, or the sentence that says why it could not be learned. A missing right is not a broken cluster. */
export type Seen<T> = { readonly seen: true; readonly value: T } | { readonly seen: false; readonly reason: string }

export function seen<T>(value: T): Seen<T> {
  return { seen: true, value }
}

export function unseen(reason: string): { readonly seen: false; readonly reason: string } {
  return { seen: false, reason }
}

/** Runs a read; refused (401, 403) and missing (404) are facts about our sight, everything else is thrown on. */
export async function look<T>(what: string, readIt: () => Promise<T>): Promise<Seen<T>> {
  try {
    return seen(await readIt())
  } catch (error) {
    if (error instanceof KubernetesError && [401, 403].includes(error.status))
      return unseen(`no right to read ${what} (${error.message})`)
    if (error instanceof KubernetesError && error.status === 404) return unseen(`${what} cannot be found`)
    throw error
  }
}
