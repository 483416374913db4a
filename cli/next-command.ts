import { type Config, type ConfigKey, flagName } from '../helpers/config.ts'
import type { RequirementRecord } from '../helpers/report/record.ts'
import { shellWords } from '../helpers/shell-words.ts'
import { readSuites } from './suite-files.ts'

/** What leads a command to a cluster, and to what of it may be used. */
const target: readonly ConfigKey[] = ['context', 'kubeconfig', 'namespace']

/** What to call next, on the cluster that this command was for: `call`, and the flags of these keys that are set. */
export function nextCommand(config: Config, call: string, more: readonly ConfigKey[] = []): string {
  return [call, ...flagsOf(config, [...target, ...more])].join(' ')
}

/** A command that goes on with the fixture of `rollcall before`. */
export function nextOnFixture(config: Config, call: string): string {
  return nextCommand(config, call, reportsElsewhere(config))
}

/** Flags by which one requirement is looked at again as in this run. */
export function flagsAgain(config: Config): (record: RequirementRecord) => readonly string[] {
  const disruptive = new Set(readSuites().flatMap((one) => (one.disruptive ? one.ids : [])))
  const flags = flagsOf(config, [...target, 'imagesFrom'])
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
  return keys.flatMap((key) => (config[key] === undefined ? [] : shellWords([flagName(key), String(config[key])])))
}
