import {
  describe,
  excusedLate,
  type Hands,
  madeService,
  nodeFronts,
  nodePortsLead,
  notApplicable,
  passagesThrough,
  refusalOf,
  specs,
  staged,
  vantagesFor,
  writeFront,
} from '../../helpers/harness.ts'

// A node port is a third number beside the port of the Service and that of its Pods. Quotas forbid it on many clusters.
const test = staged('fresh')
const service = 'doors'
const isReady = { ready: true, serving: true, terminating: false }

describe('a node port', () => {
  test('leads to the port that the Pods listen on, at the addresses of every node', {
    meta: { id: 'proxy.nodeport.remap', level: 'MUST', spec: `${specs.services} type-nodeport` },
  }, async ({ stage, lookout, decide }) => {
    const pods = lookout.stage('headless')
    let openedAt = 0
    const after = async (hands: Hands): Promise<void> => {
      const made = madeService(service, { clusterIP: undefined })
      const open = { ...made, spec: { ...(made.spec as object), type: 'NodePort' } }
      // Whether it was taken shows in what the API holds.
      await refusalOf(() => writeFront(hands, pods, open, { conditions: [isReady, isReady] }))
      openedAt = Date.now()
    }
    const lastly = async (hands: Hands): Promise<void> => {
      await hands.remove('services', service)
      await hands.remove('endpointslices', `${service}-1`)
    }
    const look = async () => {
      const { nodes, proxies } = lookout.roll.facts
      if (!nodes.seen) return notApplicable(nodes.reason)
      const snapshot = await stage.snapshot()
      if (!snapshot.services.some((one) => one.metadata?.name === service))
        return notApplicable('the cluster takes no Service of type NodePort here')
      const ready = nodes.value.filter((one) => one.ready)
      const doors = ready.map(async ({ name, addresses }, index) => {
        const from = vantagesFor(lookout, name, index)
        return {
          node: name,
          passages: await passagesThrough(lookout, nodeFronts(snapshot, service, addresses), { from }),
          open: proxies.find(({ node }) => node === name)?.nodePorts,
        }
      })
      return excusedLate(nodePortsLead(service, await Promise.all(doors)), openedAt)
    }
    await decide(look, { after, lastly, within: 30_000 })
  })
})
