import { list, type Pod, pathOf } from '../../helpers/target/objects.ts'
import type { Bench } from '../bench.ts'
import { mechanism } from '../mechanism.ts'
import type { Mechanism, Witness } from '../mutant.ts'

/** Which Pod is meant. */
export type PodOf = (bench: Bench) => Promise<Pod>

/** A Pod of the set of resolvers. */
export function resolverPod(name: string): PodOf {
  return (bench) => bench.pod('resolvers', name)
}

/** The vantage on the second worker. */
export async function vantage(bench: Bench): Promise<Pod> {
  const { namespace, pod } = bench.vantageOn(bench.worker(2))
  return bench.api.send<Pod>(pathOf('pods', namespace, pod))
}

/** The privileged vantage on the first worker. */
export async function nodeVantage(bench: Bench): Promise<Pod> {
  const pods = await list(bench.api, 'pods', { labels: 'app=rollcall-node-vantage' })
  const pod = pods.find((one) => one.spec?.nodeName === bench.worker(1) && !one.metadata?.deletionTimestamp)
  if (pod === undefined) throw new Error(`there is no node vantage on ${bench.worker(1)}`)
  return pod
}

/** A process of a Pod's own container, `tail` or `nginx` in all of ours, as its node counts: that of the sandbox has another root. */
export async function processOf(bench: Bench, pod: Pod): Promise<{ node: string; pid: string }> {
  const node = pod.spec?.nodeName ?? ''
  const uid = (pod.metadata?.uid ?? '').replaceAll('-', '[-_]')
  const each = 'for p in $(grep -lE "$1" /proc/[0-9]*/cgroup 2>/dev/null | cut -d / -f 3)'
  const test = 'case $(cat /proc/$p/comm) in tail|nginx) echo $p; exit 0;; esac'
  const found = await bench.onNode(node, ['sh', '-c', `${each}; do ${test}; done; exit 1`, 'sh', uid])
  return { node, pid: found.trim() }
}

/**
 * Rewrites a file that is mounted into a Pod, from its node and in place: another file would not be the one that is mounted.
 * Undone by what it held.
 */
export function podFile(
  does: string,
  podOf: PodOf,
  path: string,
  edit: (text: string, pod: Pod, bench: Bench) => string,
): Mechanism {
  const held = (bench: Bench, { node, file }: { node: string; file: string }): Promise<string> =>
    bench.onNode(node, ['cat', file])
  const write = async (bench: Bench, { node, file }: { node: string; file: string }, text: string): Promise<void> => {
    const encoded = Buffer.from(text).toString('base64')
    await bench.onNode(node, ['sh', '-c', 'printf %s "$2" | base64 -d > "$1"', 'sh', file, encoded])
  }
  return mechanism<{ node: string; file: string; before: string; after: string }>({
    does,
    async read(bench) {
      const pod = await podOf(bench)
      const { node, pid } = await processOf(bench, pod)
      const file = `/proc/${pid}/root${path}`
      const before = await held(bench, { node, file })
      const after = edit(before, pod, bench)
      if (after === before) throw new Error(`${path} of ${pod.metadata?.name} has nothing like that`)
      return { node, file, before, after }
    },
    apply: (bench, state) => write(bench, state, state.after),
    undo: (bench, state) => write(bench, state, state.before),
    async remains(bench, state) {
      return (await held(bench, state)) === state.before ? undefined : `${state.file} is not as it was`
    },
  })
}

/** What a command prints in the namespaces or the files of a Pod's process, run on its node; `PID` in it is the process. */
export function onNodeOf(podOf: PodOf, argv: readonly string[], prints: RegExp | ((bench: Bench) => RegExp)): Witness {
  return {
    looksAt: `${argv.join(' ')} on the node`,
    async see(bench) {
      const pattern = typeof prints === 'function' ? prints(bench) : prints
      const { node, pid } = await processOf(bench, await podOf(bench))
      const { stdout } = await bench.tryOnNode(
        node,
        argv.map((word) => word.replace('PID', pid)),
      )
      return { shows: pattern.test(stdout), saw: stdout.replaceAll(/\s+/g, ' ').trim().slice(0, 200) }
    },
  }
}
