import { Command } from 'commander'
import { benchCluster } from '../cluster/bench.ts'
import {
  clusterDown,
  clusterExec,
  clusterKubeconfig,
  clusterStatus,
  clusterUp,
  clusterUpgrade,
  type Io,
  type KindOptions,
  type KindStatus,
  kindOptionsFromEnv,
} from '../cluster/kind.ts'
import { optionNames } from '../cluster/options.ts'
import { Problem } from '../helpers/errors.ts'
import { endings } from './interrupt.ts'

export { kindOptionsFromEnv }

type Flags = Partial<Record<keyof KindOptions, string>>

/** `rollcall cluster …`: starts, shows and removes the Kind cluster of the suite. */
export function clusterCommand(): Command {
  const cluster = new Command('cluster').description('the Kind cluster that the suite starts by itself')
  // Of `exec`, what comes after the node is the command's.
  cluster.enablePositionalOptions()
  withOptions(cluster.command('up'), 'start the cluster, or reuse it when it is there and healthy').action(up)
  withOptions(cluster.command('down'), 'remove the cluster and everything it left on this host')
    .option('--purge', 'remove the cache of builds and images too')
    .action(down)
  withOptions(cluster.command('status'), 'show how the cluster is; exit code 0 when it is healthy').action(status)
  withOptions(cluster.command('kubeconfig'), 'print the path of its kubeconfig').action((flags: Flags) =>
    print(clusterKubeconfig(kindOptionsFromEnv(process.env, flags).name)),
  )
  withOptions(cluster.command('exec'), 'run a command in a node; without one, a shell')
    .argument('<node>', 'control-plane, worker, worker2, … or a full name')
    .argument('[argv...]', 'the command, with its own options')
    .passThroughOptions()
    .action(async (node: string, argv: string[], flags: Flags) => {
      // Who is used to kubectl puts `--` before the command.
      const command = argv[0] === '--' ? argv.slice(1) : argv
      process.exitCode = await clusterExec(kindOptionsFromEnv(process.env, flags).name, node, command)
    })
  withOptions(cluster.command('upgrade'), 'bring the cluster to --kubernetes-version, in its nodes')
    .option('--drain', 'evict the Pods of each node before its kubelet is replaced')
    .action(upgrade)
  withOptions(cluster.command('bench'), 'measure how long the phases of `up` take')
    .option('-n <rounds>', 'how often', '5')
    .action(bench)
  return cluster
}

function withOptions(command: Command, description: string): Command {
  command.description(description)
  for (const { flag, env, help } of Object.values(optionNames)) {
    command.option(`${flag} <value>`, `${help} (or ${env})`)
  }
  return command
}

async function up(flags: Flags): Promise<void> {
  const options = kindOptionsFromEnv(process.env, flags)
  await interruptible(async (io) => {
    const { name, kubeconfig, context, created } = await clusterUp(options, io)
    print(`cluster ${name} is ${created ? 'up' : 'up already'}; context ${context} in ${kubeconfig}`)
  })
}

async function upgrade(flags: Flags & { drain?: boolean }): Promise<void> {
  const { name, kubernetesVersion: to } = kindOptionsFromEnv(process.env, flags)
  await interruptible(async (io) => {
    await clusterUpgrade(name, { to, drain: flags.drain === true }, io)
    print(`cluster ${name} is at ${to}`)
  })
}

async function down(flags: Flags & { purge?: boolean }): Promise<void> {
  const { name } = kindOptionsFromEnv(process.env, flags)
  await interruptible((io) => clusterDown(name, io, { everything: flags.purge === true }))
}

async function status(flags: Flags): Promise<void> {
  const found = await clusterStatus(kindOptionsFromEnv(process.env, flags).name)
  print(statusText(found))
  if (found.state !== 'healthy') process.exitCode = 1
}

async function bench(flags: Flags & { n: string }): Promise<void> {
  const options = kindOptionsFromEnv(process.env, flags)
  const rounds = Number(flags.n)
  if (!Number.isInteger(rounds) || rounds < 1 || rounds > 100) {
    throw new Problem(`-n is "${flags.n}" but must be a whole number from 1 to 100; give another value`)
  }
  await interruptible(async (io) => {
    print('phase          min  median     max  (seconds)')
    for (const { phase, min, median, max } of await benchCluster(options, rounds, io)) {
      const columns = [min, median, max].map((seconds) => seconds.toFixed(1).padStart(7))
      print(`${phase.padEnd(11)}${columns.join(' ')}`)
    }
  })
}

/** A status for people, one fact a line. */
export function statusText(status: KindStatus): string {
  const lines = [`cluster ${status.name}: ${status.state}${status.trouble === undefined ? '' : ` (${status.trouble})`}`]
  if (status.engine !== undefined) lines.push(`engine: ${status.engine}`)
  for (const [key, value] of Object.entries(status.options ?? {})) lines.push(`${key}: ${value}`)
  for (const node of status.nodes) {
    lines.push(`node ${node.name}: ${node.ready ? 'Ready' : 'not Ready'}, ${node.addresses.join(' ')}`)
  }
  lines.push(`DNS replicas available: ${status.dnsReplicasAvailable}`, `kubeconfig: ${status.kubeconfig}`)
  return lines.join('\n')
}

/** Runs `work` with progress on standard error and a signal that Ctrl-C and the like abort; exit code 130 after an abort. */
async function interruptible(work: (io: Io) => Promise<void>): Promise<void> {
  const controller = new AbortController()
  const stop = () => controller.abort(new Problem('interrupted', { exitCode: 130 }))
  for (const name of endings) process.on(name, stop)
  try {
    await work({ progress: (line) => process.stderr.write(`${line}\n`), signal: controller.signal })
  } finally {
    for (const name of endings) process.off(name, stop)
  }
}

function print(text: string): void {
  process.stdout.write(`${text}\n`)
}
