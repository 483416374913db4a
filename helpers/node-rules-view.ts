import { readNodeRules } from './probes/node-rules.ts'
import type { NodeRules } from './probes/rules/node-rules.ts'
import type { Sight } from './probes/vantage/vantage.ts'
import type { Observation } from './report/record.ts'
import type { RollContext } from './roll.ts'

/** Judges the rules of one node. */
export type RulesJudge = (node: string, rules: NodeRules) => readonly Observation[]
/** Whose rules to read on a node whose proxy is in this mode; undefined for none. */
export type ModeChoice = (node: string, mode: NodeRules['mode']) => NodeRules['mode'] | undefined

/** See `Lookout.judgeNodeRules`; `vantages` are the privileged ones, one on each node. */
export async function judgeNodeRules(
  { nodeVantages, facts }: Pick<RollContext, 'nodeVantages' | 'facts'>,
  vantages: readonly Sight[],
  judge: RulesJudge,
  modeOf: ModeChoice,
): Promise<Observation[]> {
  const about = { backend: '', hop: 'node rules' as const, expected: 'rules of the node' }
  if (!nodeVantages.seen)
    return [{ ...about, vantage: 'API', verdict: 'not-applicable', observed: nodeVantages.reason }]
  const judged = vantages.map(async (vantage): Promise<readonly Observation[]> => {
    const { node } = vantage.pod
    const proxy = facts.proxies.find((one) => one.node === node)
    if (proxy === undefined || proxy.mode === 'unknown') {
      const why = proxy?.learned ?? 'the node was not seen'
      const other = proxy === undefined || proxy.implementation === 'unknown' ? undefined : proxy.implementation
      const observed = `the ${other === undefined ? `proxy of ${node} is` : `rules of ${other} on ${node} are`} not known: ${why}`
      return [{ ...about, vantage: node, verdict: 'not-applicable', observed }]
    }
    const mode = modeOf(node, proxy.mode)
    if (mode === undefined) return []
    const sighting = await readNodeRules(vantage, mode)
    if (sighting.kind === 'read') return judge(node, sighting.rules)
    const verdict = sighting.kind === 'lost' ? 'inconclusive' : 'not-applicable'
    return [{ ...about, vantage: node, verdict, observed: sighting.reason }]
  })
  return (await Promise.all(judged)).flat()
}
