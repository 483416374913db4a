#!/usr/bin/env node
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { setFlagsFromString } from 'node:v8'

// Node would end with 1, which says that the cluster is non-conformant; also where a package is not installed.
process.on('uncaughtException', (fault) => {
  console.error(fault)
  process.exit(2)
})
// Ctrl-C ends the `tee` that reads us, too: that nobody is left to be told is no reason to leave things on the cluster.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})

const [, , command = '', ...rest] = process.argv

// V8 takes memory for speed, and time to compile for speed that comes later. A look at a cluster is over before that pays: to
// optimize code costs it a fifth of its processor time. A watch runs for hours and mostly waits. Mutants are looked at hundreds
// of times by one process, which may hold what it likes.
const [late, small] = ['--interrupt-budget=1000000', '--optimize-for-size --max-semi-space-size=4']
// Where `small` keeps new objects in 1 MB, as V8 does in Node 20, they are tidied six times as often as is good for a run.
const roomy = '--min-semi-space-size=4 --max-semi-space-size=8 --initial-heap-size=24 --heap-growing-percent=50'
const brief = `${late} ${Number.parseInt(process.versions.node, 10) < 22 ? roomy : small}`
const flags = new Map([
  ['watch', small],
  ['access', small],
  ['mutants', late],
])
for (const flag of (flags.get(command) ?? brief).split(' ')) setFlagsFromString(flag)

// Before tsx: whatever is loaded after it goes through tsx, which costs 190 MB for the bundles of vitest.
if (['run', 'soak', 'mutants', 'catalog', 'docs'].includes(command)) await import('vitest/node')
const handed =
  command === 'watch' && !rest.some((one) => one === '--help' || one === '-h') ? await handedOver() : undefined
if (handed !== undefined)
  for (const name of ['zod', 'yaml', 'commander', 'ws', 'dns-packet', 'ipaddr.js']) await import(name)
// Credentials that a plugin makes anew take the client all the time.
if (handed?.access.standing === undefined && ['access', 'watch'].includes(command))
  await import('@kubernetes/client-node')
// Node 20 cannot strip types: tsx reads the TypeScript sources as they are, so there is no build step.
const { register } = await import('tsx/esm/api')
register()
const { main } = await import('../cli/main.ts')
await main(handed)
// Whoever has started us for the cluster of a watch is told of it over a channel, and closes that.
if (process.channel === undefined) await leave()

/** Ends with the exit code that was left: a plugin of the kubeconfig that hangs would keep us for as long as it runs. */
async function leave() {
  for (const stream of [process.stdout, process.stderr]) await new Promise((resolve) => stream.write('', resolve))
  process.exit()
}

/**
 * The cluster that a watch is for, found by a process that ends: it runs for hours beside whatever upgrades the cluster, and the
 * client that reads kubeconfigs would cost it 40 MB. Ends this process as that one where it finds none.
 */
async function handedOver() {
  const child = fork(fileURLToPath(import.meta.url), ['access', ...rest])
  let told
  child.once('message', (message) => {
    told = message
  })
  const [[code]] = await Promise.all([once(child, 'exit'), once(child, 'disconnect')])
  if (told === undefined) process.exit(code ?? 130)
  return told
}
