import {
  acceptedAs,
  acceptedOfLate,
  describe,
  type KubernetesObject,
  type Observation,
  refusedFor,
  type StageView,
  specs,
  staged,
} from '../../helpers/harness.ts'

// What a name hangs on stays as it was for as long as the set lives; how many there are, and of what kind, may change.
const test = staged('headless')

/** The fields that may change, each with another value than the set has, and how that reads back. */
const changeable: Readonly<Record<string, unknown>> = {
  replicas: 3,
  ordinals: { start: 5 },
  template: { metadata: { annotations: { 'rollcall.dev/tried': 'yes' } } },
  updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 1 } },
  revisionHistoryLimit: 3,
  minReadySeconds: 7,
  persistentVolumeClaimRetentionPolicy: { whenScaled: 'Delete', whenDeleted: 'Retain' },
}

/** Up to 1.31 at least, the API server takes no other value of it. */
const lately = 'revisionHistoryLimit'

/** The fields that hold an identity. */
const fixed: Readonly<Record<string, unknown>> = {
  serviceName: 'db-families',
  podManagementPolicy: 'OrderedReady',
}

async function tried(stage: StageView, field: string, value: unknown, besides: object = {}) {
  const reply = await stage.tryOut(
    'PATCH',
    'statefulsets',
    { spec: { [field]: value, ...besides } },
    { name: 'db', contentType: 'application/merge-patch+json' },
  )
  return { what: `update of ${field}`, hop: 'pod', reply } as const
}

/** The leaves of a value that was written, as they read back in another that may hold more. */
function readBack(written: unknown, seen: unknown): string {
  if (typeof written !== 'object' || written === null) return String(seen)
  const own = (seen ?? {}) as Record<string, unknown>
  return Object.entries(written)
    .map(([key, value]) => `${key} ${readBack(value, own[key])}`)
    .join(', ')
}

describe('an update of a StatefulSet', () => {
  test(
    'may change how many Pods there are and what they are made of, and nothing that their names hang on',
    { meta: { id: 'sts.immutable', level: 'MUST', spec: `${specs.statefulSet} spec` } },
    async ({ stage, decide }) =>
      decide(async () => {
        const taken = Object.entries(changeable).map(async ([field, value]): Promise<Observation> => {
          const trial = await tried(stage, field, value)
          const read = ({ spec }: KubernetesObject) => readBack(value, (spec as Record<string, unknown>)[field])
          const wanted = readBack(value, value)
          return field === lately ? acceptedOfLate(trial, field, wanted, read) : acceptedAs(trial, wanted, read)
        })
        const refused = Object.entries(fixed).map(async ([field, value]) =>
          refusedFor(await tried(stage, field, value), 'spec'),
        )
        return Promise.all([...taken, ...refused])
      }),
  )

  // One more label, which its template has as well: it would let go of all its Pods.
  test(
    'does not change which Pods belong to it',
    { meta: { id: 'sts.immutable.selector', level: 'MUST', spec: `${specs.statefulSet} spec.selector` } },
    async ({ stage, decide }) =>
      decide(async () => {
        const labels = { 'rollcall.dev/tried': 'yes' }
        const trial = await tried(stage, 'selector', { matchLabels: labels }, { template: { metadata: { labels } } })
        return [refusedFor(trial, 'spec')]
      }),
  )
})
