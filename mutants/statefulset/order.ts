import { list, pathOf } from '../../helpers/target/objects.ts'
import { eventually } from '../../helpers/wait.ts'
import type { Bench } from '../bench.ts'
import { together, waits } from '../mechanism.ts'
import type { Mutant, Witness } from '../mutant.ts'
import { altered, frozen } from '../verbs/admission.ts'
import { exchange, merge, objectAt, type Patch, patch } from '../verbs/objects.ts'
import { stands } from '../witnesses.ts'

const setAt = (name: string) => (bench: Bench) => pathOf('statefulsets', bench.namespaces.changing, name)

/** Takes all its Pods from the set on its journey; whoever looks at it wants some first. */
async function emptied(bench: Bench): Promise<void> {
  const { changing: namespace } = bench.namespaces
  await merge(bench.api, setAt('ordered')(bench), { spec: { replicas: 0 } })
  await eventually(
    async () => {
      const pods = await list(bench.api, 'pods', { namespace })
      const left = pods.filter((one) => one.metadata?.name?.startsWith('ordered-')).length
      return left === 0 ? { done: true, value: undefined } : { done: false, saw: `${left} Pods` }
    },
    { reason: 'the StatefulSet to have no Pod', deadline: 60_000, signal: bench.signal },
  )
}

/** Another way to manage the Pods of a set, which cannot be changed later. */
function managed(name: string, podManagementPolicy: string): Pick<Mutant, 'mechanism' | 'witness'> {
  return {
    mechanism: exchange(`the StatefulSet is ${podManagementPolicy}`, setAt(name), (set) => ({
      ...set,
      spec: { ...(set.spec as object), podManagementPolicy },
    })),
    witness: stands('the policy of the StatefulSet', setAt(name), (set) => {
      return (
        (set as { spec?: { podManagementPolicy?: string } } | undefined)?.spec?.podManagementPolicy ===
        podManagementPolicy
      )
    }),
  }
}

interface Misheard {
  readonly does: string
  readonly set: string
  /** CEL, of an update that is changed, and what is changed in it. */
  readonly when: string
  readonly patches: string
  /** An update that is tried to see whether it is in force, and what then comes of it. */
  readonly tried: object
  readonly shows: RegExp
  /** What the set has to have again in the end. */
  readonly restores?: Patch
}

/** Updates of a set are taken for others. */
function misheard({
  does,
  set,
  when,
  patches,
  tried,
  shows,
  restores,
}: Misheard): Pick<Mutant, 'mechanism' | 'witness'> {
  const witness: Witness = {
    looksAt: 'a dry run of an update',
    async see(bench) {
      const { spec } = await bench.api.send<{ spec: unknown }>(setAt(set)(bench), {
        method: 'PATCH',
        contentType: 'application/merge-patch+json',
        query: { dryRun: 'All' },
        body: { spec: tried },
      })
      const said = JSON.stringify(spec)
      return { shows: shows.test(said), saw: said.slice(0, 300) }
    },
  }
  const mechanism = altered(does, {
    set: 'changing',
    group: 'apps',
    resource: 'statefulsets',
    operation: 'UPDATE',
    when: `object.metadata.name == '${set}' && (${when})`,
    patches,
  })
  if (restores === undefined) return { mechanism, witness }
  return {
    mechanism: together(patch('the StatefulSet is as it was written', setAt(set), restores), mechanism),
    witness,
  }
}

const partitionOf = (one: string): string =>
  `(has(${one}.spec.updateStrategy.rollingUpdate) && has(${one}.spec.updateStrategy.rollingUpdate.partition) ? ${one}.spec.updateStrategy.rollingUpdate.partition : 0)`
const partitionedAt = (partition: number): object => ({
  updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition } },
})
const replace = (path: string, value: string): string => `[JSONPatch{op: "replace", path: "${path}", value: ${value}}]`

/** The Pods of a StatefulSet come, go or are replaced in another order than they are to. */
export const order: readonly Mutant[] = [
  {
    id: 'M-S25',
    breaks: 'a StatefulSet starts and stops all its Pods at a time, though they depend on each other',
    ...managed('ordered', 'Parallel'),
    kills: { 'sts.order.up': 'pod', 'sts.order.down': 'pod' },
  },
  {
    id: 'M-S36',
    breaks: 'a StatefulSet does not wait for Pods that run and are not Ready',
    ...managed('gated', 'Parallel'),
    kills: { 'sts.order.ready': 'pod' },
  },
  {
    id: 'M-S35',
    breaks: 'a StatefulSet does not wait for minReadySeconds',
    ...misheard({
      does: 'a policy sets every minReadySeconds to 0',
      set: 'ordered',
      when: 'has(object.spec.minReadySeconds) && object.spec.minReadySeconds > 0',
      patches: replace('/spec/minReadySeconds', '0'),
      tried: { minReadySeconds: 2 },
      // The API leaves out what is 0.
      shows: /^(?!.*"minReadySeconds")/,
    }),
    kills: { 'sts.order.up': 'pod' },
  },
  {
    id: 'M-S26',
    breaks: 'a partition is forgotten, so that an update which was to be tried on one Pod reaches all',
    ...misheard({
      does: 'a policy sets every partition to 0',
      set: 'ordered',
      when: `${partitionOf('object')} > 0`,
      patches: replace('/spec/updateStrategy/rollingUpdate/partition', '0'),
      tried: partitionedAt(2),
      shows: /"partition":0/,
    }),
    kills: { 'sts.update.partition': 'pod' },
  },
  {
    id: 'M-S27',
    breaks: 'an update begins with the first Pod',
    // The first Pod is one too many then, and goes before the others are replaced.
    ...misheard({
      does: 'a policy begins to count later where a partition is lifted',
      set: 'ordered',
      when: `(${partitionOf('oldObject')} > 0 || (has(request.dryRun) && request.dryRun)) && ${partitionOf('object')} == 0`,
      patches: replace('/spec/ordinals/start', '2'),
      tried: partitionedAt(0),
      shows: /"start":2/,
      restores: { spec: { ordinals: { start: 1 } } },
    }),
    kills: { 'sts.update.reverse': 'pod' },
  },
  {
    id: 'M-S28',
    breaks: 'scaling down begins with the first Pods',
    ...misheard({
      does: 'a policy begins to count later where one Pod is to be left',
      set: 'ordered',
      // Not what undoes it: a policy is in force for a moment after it has been deleted.
      when: 'object.spec.replicas == 1 && (oldObject.spec.replicas != 1 || object.spec.revisionHistoryLimit == 99)',
      patches: replace('/spec/ordinals/start', '3'),
      tried: { replicas: 1, revisionHistoryLimit: 99 },
      shows: /"start":3/,
      restores: { spec: { ordinals: { start: 1 } } },
    }),
    kills: { 'sts.order.down': 'pod' },
  },
  {
    id: 'M-S29',
    breaks: 'an update that changes nothing in the template makes a revision, and restarts all Pods',
    ...misheard({
      does: 'a policy gives the Pods another grace period with every limit of the history',
      set: 'ordered',
      when: 'object.spec.revisionHistoryLimit != oldObject.spec.revisionHistoryLimit',
      patches: replace('/spec/template/spec/terminationGracePeriodSeconds', '2'),
      tried: { revisionHistoryLimit: 99 },
      shows: /"terminationGracePeriodSeconds":2/,
      restores: { spec: { template: { spec: { terminationGracePeriodSeconds: 1 } } } },
    }),
    kills: { 'sts.revision.idle': 'pod' },
    // The next test may find the Pods on their way.
    alongside: {
      'sts.update.partition': ['inconclusive', 'non-conformant'],
      'sts.update.reverse': ['inconclusive', 'non-conformant'],
    },
  },
  {
    id: 'M-S30',
    breaks: 'a Pod is gone from the API, and another in its place, while its containers still run',
    mechanism: together(
      altered('a policy takes the grace period from the Pods', {
        set: 'changing',
        group: '',
        resource: 'pods',
        operation: 'CREATE',
        when: "object.metadata.name.startsWith('ordered-')",
        patches: replace('/spec/terminationGracePeriodSeconds', '0'),
      }),
      // Only of Pods that are made from now on.
      waits('the StatefulSet has no Pod', { applied: emptied, undone: emptied }),
    ),
    witness: {
      looksAt: 'a dry run of a Pod',
      async see(bench) {
        const { spec } = (await objectAt(bench.api, setAt('ordered')(bench))) as unknown as {
          spec: { template: { spec: object; metadata: object } }
        }
        const { spec: made } = await bench.api.send<{ spec: { terminationGracePeriodSeconds?: number } }>(
          pathOf('pods', bench.namespaces.changing),
          {
            method: 'POST',
            query: { dryRun: 'All' },
            body: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'ordered-99' }, spec: spec.template.spec },
          },
        )
        const seconds = made.terminationGracePeriodSeconds
        return { shows: seconds === 0, saw: `a grace period of ${seconds} s` }
      },
    },
    kills: { 'sts.at-most-one': 'pod' },
    // The first Pod is back before anybody can see that it leaves.
    alongside: { 'sts.order.down': ['inconclusive'] },
  },
  {
    id: 'M-S31',
    breaks: 'a StatefulSet waits for each of its Pods, though they do not depend on each other',
    ...managed('parallel', 'OrderedReady'),
    kills: { 'sts.order.parallel': 'pod' },
  },
  {
    id: 'M-S32',
    breaks: 'a Pod that has failed stays where it is',
    mechanism: frozen('pods', '', ['UPDATE', 'DELETE'], (bench) => bench.namespaces.changing, 'statefulset-controller'),
    witness: stands(
      'the admission policy',
      () => '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies/mutant-pods',
      (policy) => policy !== undefined,
    ),
    kills: { 'sts.recreate-failed': 'pod', 'sts.recreate-succeeded': 'pod', 'sts.update.unready': 'pod' },
    alongside: { 'sts.order.parallel': ['inconclusive'] },
  },
  {
    id: 'M-S33',
    breaks: 'a StatefulSet that is told to count from elsewhere goes on as it did',
    ...misheard({
      does: 'a policy puts the old beginning back',
      set: 'numbered',
      when: 'object.spec.ordinals.start == 6',
      patches: replace('/spec/ordinals/start', '5'),
      tried: { ordinals: { start: 6 } },
      shows: /"start":5/,
    }),
    kills: { 'sts.ordinals.start': 'pod' },
  },
]
