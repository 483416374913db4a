import { type Command, Option } from 'commander'
import { type ConfigKey, configKeys, describeKey, environmentName, flagName, isSwitch } from '../helpers/config.ts'

/** Adds the flags of `helpers/config.ts`, so that a setting is declared once. */
export function withSettings(command: Command, keys: readonly ConfigKey[] = configKeys): Command {
  for (const key of keys) {
    const flag = flagName(key)
    const text = `${describeKey(key)} [${environmentName(key)}]`
    command.addOption(new Option(isSwitch(key) ? flag : `${flag} <${flag.slice(2)}>`, text))
  }
  return command
}
