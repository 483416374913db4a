import { describe, noHeadlessVariables, podNamed, specs, staged } from '../../helpers/harness.ts'

// A variable holds one address as it was when the Pod started: for a Service without one, it could only be wrong.
const test = staged('resolvers')

describe('a headless Service', () => {
  test(
    'gives Pods no variables, which a ClusterIP Service does',
    { meta: { id: 'pod.env.no-headless', level: 'MUST', spec: `${specs.services} environment variables` } },
    async ({ stage, lookout, decide }) =>
      decide(async () => {
        const snapshot = await stage.snapshot()
        const pod = podNamed(snapshot, 'asks')
        if (pod === undefined) throw new Error('there is no Pod asks')
        return (await lookout.inside([pod])).flatMap((one) => noHeadlessVariables(snapshot, pod, one))
      }),
  )
})
