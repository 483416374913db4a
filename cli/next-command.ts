import { type Config, type ConfigKey, clusterKeys, flagName, isSwitch } from '../helpers/config.ts'
import type { RequirementRecord } from '../helpers/report/record.ts'
import { shellWords } from '../helpers/shell-words.ts'
import { readSuites } from './suite-files.ts'

/** What to call next, on the cluster that this command was for: `call`, and the flags of these keys that are set. */
export function nextCommand(config: Config, call: string, more: readonly ConfigKey[] = []): string {
  return [call, ...flagsOf(config, [...clusterKeys, ...more])].join(' ')
}

/** A command that goes on with the fixture of `rollcall before`. */
export function nextOnFixture(config: Config, call: string): string {
  return nextCommand(config, call, reportsElsewhere(config))
}

/** Flags by which one requirement is looked at again as in this run. */
export function flagsAgain(config: Config): (record: RequirementRecord) => readonly string[] {
  const disruptive = new Set(readSuites().flatMap((one) => (one.disruptive ? one.ids : [])))
  const flags = flagsOf(config, [...clusterKeys, 'imagesFrom'])
  const elsewhere = flagsOf(config, reportsElsewhere(config))
  return ({ id, area }) => [
    ...flags,
    ...(area === 'upgrade' ? elsewhere : []),
    ...(disruptive.has(id) ? [flagName('disruptive')] : []),
  ]
}

/** The key of their folder, where what `rollcall before` has written is not found without. */
function reportsElsewhere({ reports }: Config): ConfigKey[] {
  return reports === 'reports' ? [] : ['reports']
}

function flagsOf(config: Config, keys: readonly ConfigKey[]): string[] {
  return keys.flatMap((key) => {
    if (config[key] === undefined) return []
    if (isSwitch(key)) return config[key] === true ? [flagName(key)] : []
    return shellWords([flagName(key), String(config[key])])
  })
}
