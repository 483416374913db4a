import type { Bench } from '../bench.ts'
import { mechanism } from '../mechanism.ts'
import type { Mechanism } from '../mutant.ts'

/** Which node is meant. */
export type NodeOf = (bench: Bench) => string | Promise<string>

export interface NodeCommands {
  readonly apply: readonly string[]
  readonly undo: readonly string[]
  /** Ends with code 0 while the change is in force. */
  readonly test: readonly string[]
}

/** Commands on one node. What they hold is settled before anything is changed, so that undoing needs nothing but them. */
export function nodeCommand(
  does: string,
  node: NodeOf,
  commands: (bench: Bench) => NodeCommands | Promise<NodeCommands>,
): Mechanism {
  return mechanism<NodeCommands & { node: string }>({
    does,
    read: async (bench) => ({ node: await node(bench), ...(await commands(bench)) }),
    async apply(bench, { node, apply }) {
      await bench.onNode(node, apply)
    },
    async undo(bench, { node, undo, test }) {
      if ((await bench.tryOnNode(node, test)).exitCode === 0) await bench.onNode(node, undo)
    },
    async remains(bench, { node, test }) {
      return (await bench.tryOnNode(node, test)).exitCode === 0 ? `still in force on ${node}` : undefined
    },
  })
}

export interface PacketRule {
  readonly table: 'nat' | 'filter' | 'raw' | 'mangle'
  readonly chain: string
  /** What is matched and done with it, as iptables takes it. */
  readonly rule: readonly string[]
}

/** A rule at the head of a chain of the node's iptables. */
export function packetRule(
  does: string,
  node: NodeOf,
  rule: (bench: Bench) => PacketRule | Promise<PacketRule>,
): Mechanism {
  return nodeCommand(does, node, async (bench) => {
    const { table, chain, rule: words } = await rule(bench)
    const iptables = (verb: string): string[] => ['iptables', '-w', '5', '-t', table, verb, chain, ...words]
    return { apply: iptables('-I'), undo: iptables('-D'), test: iptables('-C') }
  })
}

/**
 * Stops a program of a node, found by its command line, as it stands; undone by letting it go on. With `hostname`, only in
 * the container of that name: two Pods of a set may share the node.
 */
export function suspend(
  does: string,
  node: NodeOf,
  commandLine: (bench: Bench) => string | Promise<string>,
  hostname?: string,
): Mechanism {
  return nodeCommand(does, node, async (bench) => {
    const pattern = await commandLine(bench)
    if (hostname === undefined)
      return {
        apply: ['pkill', '-STOP', '-f', '--', pattern],
        undo: ['pkill', '-CONT', '-f', '--', pattern],
        // `T` is stopped by a signal (proc(5)).
        test: ['pgrep', '-f', '--runstates', 'T', '--', pattern],
      }
    const each = (and: string): string[] => {
      const here = '[ "$(cat /proc/$p/root/etc/hostname)" = "$2" ]'
      return [
        'sh',
        '-c',
        `for p in $(pgrep -f -- "$1"); do ${here} && ${and} && exit 0; done; exit 1`,
        'sh',
        pattern,
        hostname,
      ]
    }
    return {
      apply: each('kill -STOP $p'),
      undo: each('kill -CONT $p'),
      test: each("grep -q '^State:.T' /proc/$p/status"),
    }
  })
}
