import type { TextReply } from '../../helpers/eyes/taped.ts'
import type { ExecResult } from '../../helpers/target/exec.ts'
import type { World } from '../../helpers/worlds/world.ts'
import { at, readersOf, type Spoiling, strangeAddress, valuesOf } from './spoiling.ts'

interface Change {
  readonly kind: string
  /** Undefined where the text gives no opportunity. */
  readonly to: (text: string, spice: number) => TextReply | undefined
  readonly convicts?: readonly string[]
  readonly isUnclear?: true
}

function done(text: string): TextReply {
  return { kind: 'done', code: 0, text }
}

const twinRule = /^-A KUBE-SEP-.*\/web-clusterip:http" .*-j DNAT --to-destination (.*):8080$/m
const natEnd = /(\*nat\n[^*]*?)COMMIT/

const ofRules: readonly Change[] = [
  {
    kind: 'a node translates the address of a headless Service',
    // The twin's endpoints are Pods of a headless Service too.
    to: (text, spice) => {
      const pod = twinRule.exec(text)?.[1]
      const rule = `-A PREROUTING -d ${pod}/32 -p tcp -m tcp --dport ${1 + spice} -j DNAT --to-destination ${strangeAddress(spice)}:1\n`
      return pod === undefined ? undefined : done(text.replace(natEnd, (_, nat: string) => `${nat}${rule}COMMIT`))
    },
    convicts: ['proxy.headless.no-rules'],
  },
  {
    kind: 'a node sends a ClusterIP elsewhere',
    to: (text, spice) =>
      twinRule.test(text)
        ? done(
            text.replace(twinRule, (rule, pod: string) => rule.replace(`${pod}:8080`, `${strangeAddress(spice)}:8080`)),
          )
        : undefined,
    convicts: ['proxy.clusterip.rules'],
  },
  {
    kind: 'a node drops an endpoint of a ClusterIP',
    to: (text) => (twinRule.test(text) ? done(text.replace(twinRule, '')) : undefined),
    convicts: ['proxy.clusterip.rules'],
  },
]

/** They compare with the node's own file where they may read it, and with the cluster's resolver in any case. */
const withoutNode = ['pod.resolv.default', 'pod.resolv.hostnetwork', 'pod.resolv.node-domains']

const lost: Change = {
  kind: 'a node is lost from sight',
  to: () => ({ kind: 'lost', reason: 'the exec broke' }),
  isUnclear: true,
}

/** Every way to spoil what a node's kernel was told, and what a Pod calls itself. */
export function nodeSpoilings(world: World): Spoiling[] {
  return [...valuesOf(world)].flatMap(([key, value]): Spoiling[] => {
    if (/^exec \S+ hostname( -f)?$/.test(key)) return ofHostname(key, value as ExecResult, readersOf(world, key))
    const reply = value as TextReply
    if (!key.startsWith('host ') || reply.kind === 'lost') return []
    const readers = readersOf(world, key)
    // What a back end says under its second name is not read again.
    const again = /tables-(nft|legacy)-save$/.test(key)
    return [...(again ? [] : ofRules), lost]
      .filter(({ to }) => to(reply.text, 0) !== undefined)
      .map(({ kind, to, convicts = [], isUnclear }) => ({
        kind,
        key,
        spoil: (spice) => to(reply.text, spice),
        convicts: at('node rules', ...convicts.filter((id) => readers.includes(id))),
        unclear: isUnclear === true ? readers.filter((id) => !withoutNode.includes(id)) : [],
      }))
  })
}

function ofHostname(key: string, { end, stderr }: ExecResult, readers: readonly string[]): Spoiling[] {
  const named = { key, convicts: at('pod', ...readers), unclear: [] }
  const unclear = { key, convicts: {}, unclear: readers }
  return [
    { ...named, kind: 'a Pod has another hostname', spoil: (spice) => ({ end, stdout: `x${spice}\n`, stderr }) },
    {
      ...unclear,
      kind: 'a Pod does not tell its hostname',
      spoil: (spice) => ({
        end: spice % 2 === 0 ? { kind: 'lost', reason: 'torn' } : { kind: 'exited', code: 1, message: '' },
        stdout: '',
        stderr: '',
      }),
    },
  ]
}
