import {
  createdAtOnce,
  describe,
  type Hands,
  madeAgain,
  notApplicable,
  nowhere,
  refusalOf,
  removedAtOnce,
  type Standing,
  specs,
  staged,
  stamped,
  unreadyGoes,
} from '../../helpers/harness.ts'

// Pods that no node runs: these neither become Ready nor end, so that whoever waits for them waits in vain.
const test = staged('changing')
const replicas = 3
/** Milliseconds after which what has not come is not going to. */
const patience = 15_000

/** Takes away what nobody else would. */
async function emptied(hands: Hands, set: string): Promise<void> {
  await hands.merge('statefulsets', set, { spec: { replicas: 0 } })
  await hands.watched(`${set} emptied`, set, async (until, before) => {
    for (const pod of before.keys()) await hands.remove('pods', pod, 0)
    await until('no Pod', (pods) => pods.size === 0)
  })
}

const count = (pods: Standing, leaving: boolean): number =>
  [...pods.values()].filter((one) => one.leaving === leaving).length

describe('a StatefulSet', () => {
  test('that manages its Pods in parallel creates all, and deletes all that are too many, without waiting for any', {
    meta: { id: 'sts.order.parallel', level: 'MUST', spec: `${specs.statefulSet} spec.podManagementPolicy` },
  }, async ({ stage, decide }) => {
    const set = 'parallel'
    const look = async () => [
      ...createdAtOnce(await stage.history('parallel up'), set, replicas),
      ...removedAtOnce(await stage.history('parallel down'), set, replicas),
    ]
    await decide(look, {
      after: async (hands) => {
        await emptied(hands, set)
        await hands.watched(
          'parallel up',
          set,
          async (until) => {
            await hands.merge('statefulsets', set, { spec: { replicas, ...nowhere() } })
            await until(`${replicas} Pods`, (pods) => count(pods, false) === replicas)
          },
          patience,
        )
        await hands.watched(
          'parallel down',
          set,
          async (until) => {
            await hands.merge('statefulsets', set, { spec: { replicas: 0 } })
            await until(`${replicas} Pods to be leaving`, (pods) => count(pods, true) === replicas)
          },
          patience,
        )
      },
      lastly: (hands) => emptied(hands, set),
    })
  })

  test('that manages its Pods in parallel replaces one that never became Ready, once there is another template', {
    meta: {
      id: 'sts.update.unready',
      level: 'SHOULD',
      spec: `${specs.statefulSet} forced rollback; kubernetes#137409`,
    },
  }, async ({ stage, decide }) => {
    const set = 'parallel'
    const pod = `${set}-0`
    await decide(async () => unreadyGoes(await stage.history('unready'), pod), {
      after: async (hands) => {
        await emptied(hands, set)
        await hands.watched(
          'unready',
          set,
          async (until) => {
            await hands.merge('statefulsets', set, { spec: { replicas: 1, ...nowhere() } })
            await until('a Pod', (pods) => pods.get(pod)?.leaving === false)
            await hands.merge('statefulsets', set, { spec: stamped() })
            await until('it to be leaving', (pods) => pods.get(pod)?.leaving !== false)
          },
          patience,
        )
      },
      lastly: (hands) => emptied(hands, set),
    })
  })

  test('deletes a Pod that has failed, and makes another of the same name', {
    meta: { id: 'sts.recreate-failed', level: 'MUST', spec: `${specs.statefulSet}; pkg/controller/statefulset` },
  }, async ({ stage, lookout, decide }) => {
    const set = 'refused'
    const [vantage] = lookout.vantages
    await decide(async () => madeAgain(await stage.history('failed')), {
      after: async (hands) => {
        await emptied(hands, set)
        await hands.watched(
          'failed',
          set,
          async (until) => {
            const template = { spec: { nodeName: vantage?.pod.node } }
            await hands.merge('statefulsets', set, { spec: { replicas: 1, template } })
            const failed = (pods: Standing) => [...pods.values()].find((one) => one.phase === 'Failed')
            const [first] = [...(await until('a Pod that has failed', (pods) => failed(pods) !== undefined)).values()]
            await until('another Pod', (pods) => [...pods.values()].some((one) => one.uid !== first?.uid))
          },
          patience,
        )
      },
      lastly: (hands) => emptied(hands, set),
    })
  })

  // As the kubelet says of Pods that it ended with their node; nobody restarts those in their place.
  test('deletes a Pod that has succeeded, and makes another of the same name', {
    meta: { id: 'sts.recreate-succeeded', level: 'MUST', spec: `${specs.statefulSet}; pkg/controller/statefulset` },
  }, async ({ stage, decide }) => {
    const set = 'parallel'
    const pod = `${set}-0`
    let refusal: string | undefined
    const look = async () => {
      if (refusal !== undefined) return notApplicable(`the status of a Pod cannot be written: ${refusal}`)
      return madeAgain(await stage.history('succeeded'))
    }
    await decide(look, {
      after: async (hands) => {
        await emptied(hands, set)
        await hands.watched(
          'succeeded',
          set,
          async (until) => {
            await hands.merge('statefulsets', set, { spec: { replicas: 1, ...nowhere() } })
            const before = (await until('a Pod', (pods) => pods.get(pod)?.leaving === false)).get(pod)
            refusal = await refusalOf(() => hands.mergeStatus('pods', pod, { status: { phase: 'Succeeded' } }))
            const isAnother = (pods: Standing) => pods.has(pod) && pods.get(pod)?.uid !== before?.uid
            if (refusal === undefined) await until('another Pod', isAnother)
          },
          patience,
        )
      },
      lastly: (hands) => emptied(hands, set),
    })
  })
})
