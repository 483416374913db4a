import type { Command } from 'commander'
import { type ConfigInput, type ConfigKey, clusterKeys, configKeys } from '../helpers/config.ts'
import type { HandedCluster } from '../helpers/target/credentials.ts'
import { withSettings } from './settings.ts'

/** Adds what is called around an upgrade: `before`, `watch` and `after`. `handed` is the cluster of a watch. */
export function addUpgradeCommands(rollcall: Command, handed: HandedCluster | undefined): void {
  const around: ConfigKey[] = [...clusterKeys, 'reports']
  withSettings(
    rollcall
      .command('before')
      .description('ahead of an upgrade: stage a fixture that stays, and write down what is so of it'),
    [...around, 'readyTimeout', 'imagesFrom'],
  ).action(async (flags: ConfigInput) => {
    const { before } = await import('./before.ts')
    process.exitCode = await before(flags, process.env)
  })
  withSettings(
    watchOptions(
      rollcall
        .command('watch')
        .description('during the upgrade: write down each second what that fixture sees, also while the API is away'),
    ),
    [...around, 'imagesFrom'],
  ).action(async ({ for: seconds, state, ...flags }: ConfigInput & { for?: string; state?: string }) => {
    if (handed === undefined) throw new Error('bin/rollcall.js hands over the cluster of a watch')
    const { watch } = await import('./watch.ts')
    process.exitCode = await watch({ flags, for: seconds, state }, { env: process.env, handed })
  })
  // What a watch forks to find its cluster, with the flags that it was given itself.
  withSettings(watchOptions(rollcall.command('access', { hidden: true })), [...around, 'imagesFrom']).action(
    async ({ for: _, state: __, ...flags }: ConfigInput & { for?: string; state?: string }) => {
      const { handOverCluster } = await import('./access.ts')
      process.exitCode = await handOverCluster(flags, process.env)
    },
  )
  withSettings(
    rollcall
      .command('after')
      .description('judge, after an upgrade, what rollcall before has staged, and the cluster as a run does')
      .option('--fixture-only', 'only what stands since before')
      .option('--state <file>', 'what rollcall before has written [reports/before.json, or in the cluster]')
      .option('--journal <file>', 'what rollcall watch has written [reports/watch.ndjson]'),
    configKeys.filter((key) => key !== 'stage'),
  ).action(async (options: ConfigInput & { fixtureOnly?: boolean; state?: string; journal?: string }) => {
    const { fixtureOnly = false, state, journal, ...flags } = options
    const { after } = await import('./after.ts')
    process.exitCode = await after({ flags, fixtureOnly, state, journal }, process.env)
  })
}

function watchOptions(command: Command): Command {
  return command
    .option('--for <seconds>', 'how long; until Ctrl-C unless given')
    .option(
      '--state <file>',
      'what `before` has written; before.json among the reports, or in the cluster, unless given',
    )
}
