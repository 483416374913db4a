import { Problem } from '../../helpers/errors.ts'
import type { Rehearsal } from '../rehearsal.ts'
import { broken } from './broken.ts'
import { brokenPaths } from './broken-paths.ts'
import { brokenRedis } from './broken-redis.ts'
import { sound } from './sound.ts'

/** Everything that is rehearsed on one cluster, whatever its version, in the order of ids. */
export const rehearsals: readonly Rehearsal[] = [...sound, ...broken, ...brokenPaths, ...brokenRedis].toSorted(
  (a, b) => (a.id < b.id ? -1 : 1),
)

/** The rehearsals with these ids, in the order of the catalogue; all without. @throws Problem that names one that is not there. */
export function rehearsalsNamed(ids: readonly string[] | undefined): readonly Rehearsal[] {
  const unknown = ids?.find((id) => !rehearsals.some((one) => one.id === id))
  if (unknown !== undefined)
    throw new Problem(
      `There is no rehearsal ${unknown}; name some of ${rehearsals.map((one) => one.id).join(', ')}, separated by commas.`,
    )
  return rehearsals.filter((one) => ids?.includes(one.id) ?? true)
}
