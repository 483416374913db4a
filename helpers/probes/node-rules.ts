import { iptablesRules } from './rules/iptables.ts'
import { ipvsRules } from './rules/ipvs.ts'
import { nftablesRules } from './rules/nftables.ts'
import type { NodeRules } from './rules/node-rules.ts'
import type { Sight } from './vantage/vantage.ts'

/** The rules of one node, or why they could not be read. */
export type RulesSighting =
  | { readonly kind: 'read'; readonly node: string; readonly rules: NodeRules }
  | { readonly kind: 'lost'; readonly node: string; readonly reason: string }

/** Seconds. A node with ten thousand Services prints for some of them. */
const limit = 20
/** Exit codes of a program that is not there, or cannot be run. */
const absent = [126, 127]
/** From here on, apart from those, `chroot` failed (125) or something ended the program: `timeout` (124) or a signal. */
const ended = 124

const commands: Readonly<Record<NodeRules['mode'], readonly (readonly string[])[]>> = {
  // The plain name is the node's own choice of back end, which the proxy in its container need not share.
  iptables: ['', '-nft', '-legacy'].flatMap((backEnd) => [[`iptables${backEnd}-save`], [`ip6tables${backEnd}-save`]]),
  nftables: [
    ['nft', '-j', 'list', 'table', 'ip', 'kube-proxy'],
    ['nft', '-j', 'list', 'table', 'ip6', 'kube-proxy'],
  ],
  ipvs: [['cat', '/proc/net/ip_vs']],
}

/**
 * Reads what the proxy has told one node's kernel, through a privileged vantage on that node. The node's own tools are used,
 * in its own mount namespace: they fit its kernel, and the image need not bring any. A table that the node does not have,
 * such as that of the other family, reads as empty; a read that broke is lost.
 */
export async function readNodeRules(vantage: Sight, mode: NodeRules['mode']): Promise<RulesSighting> {
  const { node } = vantage.pod
  const dumps: { command: string; text: string }[] = []
  const complaints: string[] = []
  const replies = await Promise.all(commands[mode].map((argv) => vantage.onHost(argv, limit)))
  for (const [index, reply] of replies.entries()) {
    const command = commands[mode][index]?.join(' ') ?? ''
    if (reply.kind === 'lost') return { kind: 'lost', node, reason: `${command}: ${reply.reason}` }
    const text = reply.output.toString('utf8')
    if (reply.code === 0) dumps.push({ command, text })
    else if (!absent.includes(reply.code)) {
      const complaint = `${command} ended with code ${reply.code}`
      if (reply.code >= ended) return { kind: 'lost', node, reason: complaint }
      complaints.push(complaint)
    }
  }
  if (dumps.length === 0)
    return {
      kind: 'lost',
      node,
      reason: complaints[0] ?? `the node has none of ${commands[mode].map((one) => one[0]).join(', ')}`,
    }
  return { kind: 'read', node, rules: parse(mode, dumps) }
}

function parse(mode: NodeRules['mode'], dumps: readonly { command: string; text: string }[]): NodeRules {
  if (mode === 'nftables') return nftablesRules(dumps.map((one) => one.text))
  if (mode === 'ipvs') return ipvsRules(dumps.map((one) => one.text).join('\n'))
  const told = dumps.map(({ command, text }) => ({
    family: command.startsWith('ip6') ? ('ipv6' as const) : ('ipv4' as const),
    text: withoutComments(text),
  }))
  // One back end under two names shows the same rules twice.
  return iptablesRules(
    told.filter(({ family, text }, at) => told.findIndex((one) => one.family === family && one.text === text) === at),
  )
}

/** Without the lines that hold the time of the dump. */
function withoutComments(text: string): string {
  return text.replaceAll(/^#.*\n?/gm, '')
}
