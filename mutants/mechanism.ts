import type { Bench } from './bench.ts'
import type { Mechanism } from './mutant.ts'

/** A mechanism whose state has a type. */
export interface TypedMechanism<S> {
  readonly does: string
  read(bench: Bench): Promise<S>
  apply(bench: Bench, state: S): Promise<void>
  undo(bench: Bench, state: S): Promise<void>
  remains(bench: Bench, state: S): Promise<string | undefined>
}

/** A mechanism of which the runner need not know what its state holds. */
export function mechanism<S>(typed: TypedMechanism<S>): Mechanism {
  return {
    does: typed.does,
    read: (bench) => typed.read(bench),
    apply: (bench, state) => typed.apply(bench, state as S),
    undo: (bench, state) => typed.undo(bench, state as S),
    remains: (bench, state) => typed.remains(bench, state as S),
  }
}

/**
 * Changes nothing of its own, but waits: where it is `applied`, or where it is `undone`. Undoing goes backwards, so that what
 * waits for all to be as it was comes first in `together`.
 */
export function waits(
  does: string,
  { applied, undone }: { applied?: (bench: Bench) => Promise<void>; undone?: (bench: Bench) => Promise<void> },
): Mechanism {
  return mechanism<null>({
    does,
    read: async () => null,
    apply: async (bench) => applied?.(bench),
    undo: async (bench) => undone?.(bench),
    remains: async () => undefined,
  })
}

/** Several mechanisms, one after the other; undone in the opposite order. Each is read before the first is applied. */
export function together(...parts: readonly Mechanism[]): Mechanism {
  return mechanism<unknown[]>({
    does: parts.map((part) => part.does).join(', then '),
    read: (bench) => Promise.all(parts.map((part) => part.read(bench))),
    async apply(bench, states) {
      for (const [index, part] of parts.entries()) await part.apply(bench, states[index])
    },
    async undo(bench, states) {
      const failures: unknown[] = []
      for (const [index, part] of [...parts.entries()].reverse())
        await part.undo(bench, states[index]).catch((error: unknown) => failures.push(error))
      if (failures.length > 0) throw failures[0]
    },
    async remains(bench, states) {
      const left = await Promise.all(parts.map((part, index) => part.remains(bench, states[index])))
      return left.find((one) => one !== undefined)
    },
  })
}
