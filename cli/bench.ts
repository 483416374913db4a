import { type ConfigInput, loadConfig } from '../helpers/config.ts'
import type { Question } from '../helpers/probes/dns/message.ts'
import { DnsView } from '../helpers/probes/dns/view.ts'
import { Vantage } from '../helpers/probes/vantage/vantage.ts'
import type { RollContext } from '../helpers/roll.ts'
import { KubernetesApi } from '../helpers/target/api.ts'
import { type HandedCluster, takeOver } from '../helpers/target/credentials.ts'
import { findCluster } from './cluster-under-test.ts'
import { Interrupt } from './interrupt.ts'
import { prepare } from './prepare.ts'
import { progressTo } from './progress.ts'
import { type RunMeans, runOnce } from './run.ts'
import { runTimes } from './run-times.ts'
import { openStaging, runId } from './staging.ts'

/** Bounds of the load: rounds, and questions that each server is asked from each vantage in one of them. */
const rounds = 5
const questionsEach = 500
const singles = 50

/**
 * Measures a run of all suites, or of those whose file names hold one of the filters, by phase and area, and how fast DNS can be
 * looked at from this machine: answers per second over all channels at once, and the time of one question alone. Asks for a name that every cluster has.
 */
export async function bench(filters: readonly string[], flags: ConfigInput, env: NodeJS.ProcessEnv): Promise<number> {
  const config = loadConfig(flags, env)
  const progress = progressTo(process.stderr)
  const interrupt = new Interrupt()
  interrupt.install()
  const cluster = await findCluster(config, { env, progress, signal: interrupt.signal })
  try {
    const means = { config: { ...config, down: false }, env, interrupt, progress }
    const end = await runOnce({ filters }, means)
    print(runTimes(end, end.collector.records()))
    for (const problem of end.problems) console.error(problem)
    if (end.problems.length > 0) return interrupt.happened ? 130 : 2
    await benchDns(cluster.chosen, means)
  } finally {
    if (config.down) await cluster.down()
  }
  return 0
}

async function benchDns(chosen: HandedCluster, { config, interrupt, progress }: RunMeans): Promise<void> {
  const { signal } = interrupt
  const api = new KubernetesApi(takeOver(chosen.access))
  const staging = openStaging(api, config, runId(config), { signal, progress })
  const vantages: Vantage[] = []
  try {
    const roll = await prepare({ api, chosen, config, staging, suites: [], signal, progress })
    vantages.push(...roll.vantages.map((pod) => new Vantage(api, pod)))
    const view = new DnsView(vantages, (vantage) => roll.servers[vantage.pod.node] ?? [])
    const question: Question = { name: `kubernetes.default.svc.${roll.facts.dns.clusterDomain}`, type: 'A' }
    await view.everywhere([question])
    print('                                    min    median       max')
    print(row('DNS over TCP, answers/s', await throughput(view, question)))
    print(row('DNS over UDP, answers/s', await throughput(view, question, 'udp')))
    print(row('one question over TCP, ms', await alone(vantages, roll.servers, question)))
    print(row('runner, resident MB', [process.memoryUsage.rss() / 1e6]))
  } finally {
    for (const vantage of vantages) vantage.close()
    for (const problem of await staging.unstage()) console.error(problem)
    api.close()
  }
}

async function throughput(view: DnsView, question: Question, transport: 'tcp' | 'udp' = 'tcp'): Promise<number[]> {
  const figures: number[] = []
  // A datagram costs the Pod a few processes: a tenth of the load shows as much.
  const each = transport === 'tcp' ? questionsEach : questionsEach / 10
  for (let round = 0; round < rounds; round++) {
    const started = performance.now()
    const sightings = await view.everywhere(
      Array.from({ length: each }, () => question),
      [transport],
    )
    const answers = sightings.filter((one) => one.outcome.kind === 'answer').length
    figures.push((answers / (performance.now() - started)) * 1000)
  }
  return figures
}

async function alone(
  vantages: readonly Vantage[],
  servers: RollContext['servers'],
  question: Question,
): Promise<number[]> {
  const figures: number[] = []
  for (let index = 0; index < singles; index++) {
    const vantage = vantages[index % vantages.length]
    const server = servers[vantage?.pod.node ?? '']?.[0]
    if (vantage === undefined || server === undefined) break
    figures.push((await vantage.query(server, question, 'tcp')).took)
  }
  return figures
}

function row(name: string, figures: readonly number[]): string {
  const sorted = [...figures].sort((a, b) => a - b)
  const columns = [sorted[0], sorted[Math.floor(sorted.length / 2)], sorted.at(-1)]
  return name.padEnd(29) + columns.map((value) => (value ?? Number.NaN).toFixed(1).padStart(10)).join('')
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
