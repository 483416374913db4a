import type { ExecResult } from '../../helpers/target/exec.ts'
import type { Told } from './redis-standing.ts'
import { at, strangeAddress } from './spoiling.ts'

const all = [
  'redis.propagate.by-name',
  'redis.routing.headless-vs-master',
  'redis.sentinel.hostnames',
  'redis.standalone.reachable',
]

/** What a client in a Pod printed of its connections to Redis, otherwise. */
export function visitSpoilings(told: ExecResult, readers: readonly string[]): Told[] {
  // What one of several connections has counted, nobody misses: others have counted, too.
  const counts = /^name redis-0\./m.test(told.stdout)
  const ids = all.filter((id) => readers.includes(id) && !(counts && id === 'redis.propagate.by-name'))
  if (ids.length === 0) return []
  const printing = (pattern: RegExp, other: (spice: number) => string) => (spice: number) => ({
    ...told,
    stdout: told.stdout.replace(pattern, other(spice)),
  })
  return [
    {
      kind: 'a connection ends at an address of nobody',
      spoil: printing(/laddr=\S+?:6379/, (spice) => `laddr=${strangeAddress(spice)}:6379`),
      convicts: at('data path', ...ids),
      unclear: [],
    },
    {
      kind: 'a server answers a client otherwise',
      spoil: printing(/^(OK|PONG|\d+)$/m, () => 'NOAUTH Authentication required.'),
      convicts: at('Redis', ...ids),
      unclear: [],
    },
    {
      kind: 'a client of Redis is lost from sight',
      spoil: () => ({ end: { kind: 'lost', reason: 'torn' }, stdout: '', stderr: '' }),
      convicts: {},
      unclear: ids,
    },
  ]
}
