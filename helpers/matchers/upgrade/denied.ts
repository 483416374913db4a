import type { Before } from '../../upgrade/before.ts'
import { truthOf } from '../../upgrade/truth.ts'
import { managerOf, ourManager } from '../placed.ts'
import { familyOf } from '../truth.ts'

/**
 * Questions, as `name type`, to which every server said before that there is nothing, although somebody had written a slice for them:
 * those servers go by v1 Endpoints (`UnreadSlices`), and no upgrade has made them.
 */
export function deniedBefore({
  answers,
  snapshots,
  facts,
}: Pick<Before, 'answers' | 'snapshots' | 'facts'>): ReadonlySet<string> {
  const shown = Object.values(snapshots).map((one) => ({
    ...one,
    slices: one.slices.filter((slice) => managerOf(slice) === ourManager),
  }))
  const written = Object.entries(truthOf(shown, facts.dns.clusterDomain, 0).addresses)
  const questions = written.flatMap(([name, addresses]) =>
    (['A', 'AAAA'] as const)
      .filter((type) => addresses.some((one) => familyOf(one) === (type === 'A' ? 'IPv4' : 'IPv6')))
      .map((type) => ({ name, type })),
  )
  const denied = questions.filter(({ name, type }) => {
    const told = answers.filter((one) => one.name === name && one.type === type)
    return told.length > 0 && told.every((one) => isDenial(one.rcode) && one.records.length === 0)
  })
  return new Set(denied.map(({ name, type }) => `${name} ${type}`))
}

function isDenial(rcode: string): boolean {
  return rcode === 'NXDOMAIN' || rcode === 'NOERROR'
}
