import { configKeys, describeKey, environmentName, flagName, isSwitch } from './config.ts'

/** The settings as a Markdown table, for `docs/configuration.md`. */
export function configTable(): string {
  const rows = configKeys.map((key) => {
    const flag = isSwitch(key)
      ? flagName(key)
      : `${flagName(key)} ${key.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`
    return `| \`${flag}\` | \`${environmentName(key)}\` | \`${key}\` | ${describeKey(key)} |`
  })
  return ['| flag | variable | key of `rollcall.yaml` | meaning |', '| --- | --- | --- | --- |', ...rows].join('\n')
}
