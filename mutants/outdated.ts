/**
 * Mutants that have no recording yet, or one that is older than some of what they convict. `npm run mutants -- --record --only …`
 * makes it, and their place here is to go then.
 */
export const outdated: readonly string[] = []

/** Requirements that the recording of the sound cluster does not hold yet. */
export const unheard: readonly string[] = []

/** Odd clusters that have no recording yet. */
export const unseen: readonly string[] = []
