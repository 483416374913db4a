import { messageOf } from '../errors.ts'
import { isPassing } from '../target/kubernetes-error.ts'
import type { Look } from '../wait.ts'

/** Milliseconds that the API may answer with nothing but errors which pass, before the last one is the news. */
const patience = 30_000

/**
 * A look at the API that goes on where the API server was not to be reached, was busy or broke: one such answer among hundreds says
 * nothing of what is awaited. Throws it where there has been no other for `lasting` ms.
 */
export function overlookingErrors<T>(look: () => Promise<Look<T>>, lasting = patience): () => Promise<Look<T>> {
  let since: number | undefined
  return async () => {
    try {
      const seen = await look()
      since = undefined
      return seen
    } catch (error) {
      since ??= performance.now()
      if (!isPassing(error) || performance.now() - since >= lasting) throw error
      return { done: false, saw: messageOf(error) }
    }
  }
}
