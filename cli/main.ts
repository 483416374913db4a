import { Command, CommanderError } from 'commander'
import { type ConfigInput, clusterKeys, configKeys } from '../helpers/config.ts'
import { messageOf, Problem } from '../helpers/errors.ts'
import { apiProblem } from '../helpers/target/api-problem.ts'
import type { HandedCluster } from '../helpers/target/credentials.ts'
import { clusterCommand } from './cluster.ts'
import { withSettings } from './settings.ts'
import { addUpgradeCommands } from './upgrade-commands.ts'

interface MutantsFlags {
  only?: string
  quick?: boolean
  record?: boolean
  keep?: boolean
  clusters: string
}

const filtersHelp = 'parts of suite file names; all suites without one'

function program(handed: HandedCluster | undefined): Command {
  const rollcall = new Command('rollcall')
    .description('Calls the roll of a Kubernetes cluster: does it keep its word on headless Services?')
    .exitOverride()
    .configureHelp({ sortSubcommands: false })
  withSettings(
    rollcall
      .command('run')
      .description('stage, look, judge, report; `npm test` is this')
      .argument('[filters...]', filtersHelp)
      .option('-t, --title <pattern>', 'run only the requirements whose title matches')
      .option(
        '--record <file>',
        'keep what the suites have seen, to be judged again without the cluster (for a bug report)',
      ),
  ).action(async (filters: string[], options: ConfigInput & { title?: string; record?: string }) => {
    const { title, record, ...flags } = options
    // Loaded only now, as the other commands are: the API client and vitest take a second.
    const { run } = await import('./run.ts')
    process.exitCode = await run({ filters, title, record, flags }, process.env)
  })
  withSettings(
    rollcall.command('doctor').description('print what is known of the cluster, by a Pod that lives for seconds'),
    [...clusterKeys, 'imagesFrom'],
  ).action(async (flags: ConfigInput) => {
    const { doctor } = await import('./doctor.ts')
    process.exitCode = await doctor(flags, process.env)
  })
  withSettings(
    rollcall
      .command('bench')
      .description('measure how fast the cluster can be looked at from here')
      .argument('[filters...]', filtersHelp),
    [...clusterKeys, 'readyTimeout', 'imagesFrom'],
  ).action(async (filters: string[], flags: ConfigInput) => {
    const { bench } = await import('./bench.ts')
    process.exitCode = await bench(filters, flags, process.env)
  })
  rollcall
    .command('bench-broken')
    .description('measure whole runs on a Kind cluster of its own that is broken, each beside sound ones')
    .argument('[ids...]', 'mutants; M-D26, no DNS server, unless told')
    .action(async (ids: string[]) => {
      const { benchBroken } = await import('./bench-broken.ts')
      process.exitCode = await benchBroken(ids.length > 0 ? ids : ['M-D26'], process.env)
    })
  withSettings(
    rollcall.command('sweep').description('delete what older runs have left in the cluster, or in one namespace'),
    clusterKeys,
  )
    .option('--all', 'also what was kept on purpose and what has not expired')
    .action(async ({ all, ...flags }: ConfigInput & { all?: boolean }) => {
      const { sweepLeftovers } = await import('./sweep.ts')
      process.exitCode = await sweepLeftovers(flags, all === true, process.env)
    })
  rollcall
    .command('mutants')
    .description('prove on a Kind cluster of its own that the suite convicts broken clusters and acquits odd ones')
    .option('--only <ids>', 'only these, separated by commas')
    .option('--quick', 'the fixed small set of `npm run verify`')
    .option('--record', 'keep what was seen, for the judges to be tried on without a cluster')
    .option('--keep', 'leave the clusters up for the next time')
    .option('--clusters <n>', 'on how many clusters side by side', '1')
    .action(async (options: MutantsFlags) => {
      const { mutants } = await import('./mutants.ts')
      const { only, quick = false, record = false, keep = false, clusters } = options
      process.exitCode = await mutants({ only: only?.split(','), quick, record, keep, clusters }, process.env)
    })
  rollcall
    .command('rehearse')
    .description('go through upgrades, and what may go wrong in them, on a Kind cluster of its own')
    .option('--from <version>', 'version of Kubernetes to begin at')
    .option('--to <version>', 'version to come to')
    .option('--drain', 'evict the Pods of each node before its kubelet is replaced')
    .option('--only <ids>', 'of what may go wrong only these, separated by commas')
    .option('--keep', 'leave the cluster up for the next time')
    .action(async (options: { from?: string; to?: string; drain?: boolean; only?: string; keep?: boolean }) => {
      const { rehearse } = await import('./rehearse.ts')
      const { from, to, drain = false, keep = false, only } = options
      process.exitCode = await rehearse({ from, to, drain, keep, only: only?.split(',') }, process.env)
    })
  rollcall
    .command('catalog')
    .description('list every requirement; needs no cluster')
    .option('--json', 'as JSON')
    .action(async ({ json }: { json?: boolean }) => {
      const { printCatalog } = await import('./catalog.ts')
      process.exitCode = await printCatalog(json === true)
    })
  rollcall
    .command('docs')
    .description('write the generated pages of docs/ again')
    .action(async () => {
      const { writeDocs } = await import('./docs.ts')
      process.exitCode = await writeDocs()
    })
  withSettings(
    rollcall
      .command('soak')
      .description('judge a sound cluster many times: how verdicts and times are spread')
      .argument('[runs]', 'how often', '10')
      .argument('[filters...]', filtersHelp)
      .option('--watch', 'also watch a fixture that stands meanwhile, as in an upgrade, for what is usual'),
    configKeys.filter((key) => key !== 'stage' && key !== 'keep'),
  ).action(async (runs: string, filters: string[], options: ConfigInput & { watch?: boolean }) => {
    const { watch = false, ...flags } = options
    const { soak } = await import('./soak.ts')
    process.exitCode = await soak({ runs, filters, flags, watched: watch }, process.env)
  })
  addUpgradeCommands(rollcall, handed)
  rollcall.addCommand(clusterCommand())
  return rollcall
}

/** Runs the command that the process was started with, and leaves its exit code. `handed` is the cluster of a watch. */
export async function main(handed?: HandedCluster): Promise<void> {
  try {
    await program(handed).parseAsync()
  } catch (error) {
    if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2
    else {
      const problem = error instanceof Problem ? error : apiProblem(error)
      console.error(problem === undefined ? error : messageOf(problem))
      process.exitCode = problem?.exitCode ?? 2
    }
  }
}
