import {
  describe,
  hostnamesAreNames,
  ordinalsNamePods,
  podIndexLabels,
  podNameLabels,
  podsOfSet,
  specs,
  staged,
} from '../../helpers/harness.ts'

// Stateful software finds its peers by counting: set-0, set-1, set-2. The name has to hold everywhere it is read.
const test = staged('headless')

describe('a StatefulSet', () => {
  test(
    'names its Pods by ordinal, without gap or surplus',
    { meta: { id: 'sts.name.ordinal', level: 'MUST', spec: `${specs.statefulSet} spec.ordinals` } },
    async ({ stage, decide }) => decide(async () => [ordinalsNamePods(await stage.snapshot('statefulSets'), 'db')]),
  )

  test(
    'gives each Pod its name as hostname and the governing Service as subdomain',
    { meta: { id: 'sts.hostname', level: 'MUST', spec: `${specs.statefulSet} spec.serviceName` } },
    async ({ stage, decide }) =>
      decide(async () => {
        const snapshot = await stage.snapshot('statefulSets')
        const pods = podsOfSet(snapshot, 'db').map((pod) => ({ name: pod.metadata?.name ?? '', container: 'nginx' }))
        return hostnamesAreNames(snapshot, 'db', await stage.hostnames(pods))
      }),
  )

  test(
    'labels each Pod with its name',
    { meta: { id: 'sts.label.pod-name', level: 'MUST', spec: `${specs.statefulSet} label pod-name` } },
    async ({ stage, decide }) => decide(async () => podNameLabels(await stage.snapshot('statefulSets'), 'db')),
  )

  test(
    'labels each Pod with its ordinal',
    { meta: { id: 'sts.label.pod-index', level: 'MUST', spec: `${specs.statefulSet} label pod-index` } },
    async ({ stage, lookout, decide }) =>
      decide(async () =>
        podIndexLabels(await stage.snapshot('statefulSets'), 'db', lookout.roll.facts.version.gitVersion),
      ),
  )
})
