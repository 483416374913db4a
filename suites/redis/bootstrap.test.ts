import { describe, judgeBootstrap, podNames, specs, staged } from '../../helpers/harness.ts'

// A replica that starts before its master has a name would go without one: an init container waits for it, and says so.
const test = staged('redis')
const master = 'redis-0'

describe('a Redis replica', () => {
  test(
    'starts only once the name of its master resolves',
    { meta: { id: 'redis.bootstrap.waits', level: 'MUST', spec: `${specs.pod} initContainers` } },
    async ({ stage, decide }) =>
      decide(async () => {
        const snapshot = await stage.snapshot('statefulSets')
        const replicas = podNames(snapshot, 'redis').filter((pod) => pod !== master)
        const name = `${master}.redis-headless.${stage.namespace}.svc`
        return judgeBootstrap(snapshot, await stage.logs(replicas, 'wait-for-master', 'redis'), master, name)
      }),
  )
})
