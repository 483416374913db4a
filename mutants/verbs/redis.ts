import type { SetName } from '../../helpers/stage/sets.ts'
import type { Bench } from '../bench.ts'
import { mechanism } from '../mechanism.ts'
import type { Mechanism } from '../mutant.ts'

type Command = readonly string[]

/** Commands to one Redis server, and those that take them back. */
export function redisCommand(
  does: string,
  pod: string,
  commands: (
    bench: Bench,
  ) =>
    | { apply: readonly Command[]; undo: readonly Command[] }
    | Promise<{ apply: readonly Command[]; undo: readonly Command[] }>,
  set?: SetName,
): Mechanism {
  const say = async (bench: Bench, list: readonly Command[]): Promise<void> => {
    for (const command of list) {
      const said = await bench.redis(pod, command, set)
      if (/^(ERR|WRONGPASS|NOPERM|NOAUTH)/.test(said)) throw new Error(`${pod}: ${command.join(' ')}: ${said}`)
    }
  }
  return mechanism<{ apply: readonly Command[]; undo: readonly Command[] }>({
    does: `${pod}: ${does}`,
    read: async (bench) => commands(bench),
    apply: (bench, { apply }) => say(bench, apply),
    undo: (bench, { undo }) => say(bench, undo),
    // What a server holds of a command is what the witness asks.
    remains: async () => undefined,
  })
}

/** One setting of one Redis server, in the set `redis` or in the one that is told. */
export function redisSetting(
  pod: string,
  key: string,
  value: string,
  setOf: SetName | ((bench: Bench) => SetName) = 'redis',
): Mechanism {
  const say = (bench: Bench, ...command: readonly string[]): Promise<string> =>
    bench.redis(pod, ['CONFIG', ...command], typeof setOf === 'string' ? setOf : setOf(bench))
  const setting = async (bench: Bench): Promise<string> => (await say(bench, 'GET', key)).split('\n')[1]?.trim() ?? ''
  return mechanism<{ before: string }>({
    does: `${pod}: CONFIG SET ${key} ${value}`,
    read: async (bench) => ({ before: await setting(bench) }),
    async apply(bench) {
      await say(bench, 'SET', key, value)
    },
    async undo(bench, { before }) {
      await say(bench, 'SET', key, before)
    },
    async remains(bench, { before }) {
      const now = await setting(bench)
      return now === before ? undefined : `${key} of ${pod} is ${now}`
    },
  })
}
