import type { Lookout } from './look.ts'
import type { Front } from './matchers/fronts.ts'
import type { Passage } from './matchers/virtual.ts'

/** Seconds that a connection may take: enough for one that is answered at all, and few where nobody is to answer. */
const limit = 2

/**
 * Connects from every vantage to addresses of Services, `times` in all or once from each, whichever is more, and once to each
 * endpoint itself: one that cannot be reached at all says nothing of who stands in front of it.
 */
export async function passagesThrough(lookout: Lookout, fronts: readonly Front[], times = 1): Promise<Passage[]> {
  const each = Math.ceil(times / lookout.vantages.length)
  return Promise.all(
    fronts.map(async (front) => {
      const { address, port, endpoints } = front
      const rounds = Array.from({ length: each }, () => lookout.fetchAll([address], port, limit))
      const own = endpoints.map((one) => lookout.fetchAll([one.address], one.port, limit))
      const [through, direct] = await Promise.all([Promise.all(rounds), Promise.all(own)])
      return { front, through: through.flat(), direct: direct.flat() }
    }),
  )
}
