import { type Pod, pathOf } from '../../helpers/target/objects.ts'
import type { Bench } from '../bench.ts'
import { mechanism, together } from '../mechanism.ts'
import type { Mutant } from '../mutant.ts'
import { frozen } from '../verbs/admission.ts'
import { nodeCommand } from '../verbs/node.ts'
import { create, patch, removeAt } from '../verbs/objects.ts'
import { printed, stands } from '../witnesses.ts'
import { podsSettled } from './settled.ts'

const lastPod = (bench: Bench): string => pathOf('pods', bench.namespaces.headless, 'db-1')

const setSettled = podsSettled(
  'the StatefulSet is waited for',
  'db',
  2,
  ({ metadata }) => metadata?.deletionTimestamp === undefined,
)

function podsOfSet(count: number, looksAt: string): Mutant['witness'] {
  return {
    looksAt,
    see: async (bench) => {
      const pods = await bench.pods('db')
      return { shows: pods.length === count, saw: `${pods.length} Pods carry the label` }
    },
  }
}

/** Changes a label of the last Pod, which its controller may not put right. */
function relabelled(does: string, label: string, value: string | null): Pick<Mutant, 'mechanism' | 'witness'> {
  return {
    mechanism: together(
      frozen('pods', '', ['UPDATE'], (bench) => bench.namespaces.headless, 'statefulset-controller'),
      patch(does, lastPod, { metadata: { labels: { [label]: value } } }),
    ),
    witness: stands(
      'the labels of the Pod',
      lastPod,
      (pod) => ((pod as Pod | undefined)?.metadata?.labels?.[label] ?? null) === value,
    ),
  }
}

async function firstPodPid(bench: Bench): Promise<{ node: string; pid: string }> {
  const [pod] = await bench.pods('db')
  const node = pod?.spec?.nodeName ?? ''
  const uid = (pod?.metadata?.uid ?? '').replaceAll('-', '[-_]')
  // The pause container shares the UTS namespace of its Pod; any process of the Pod will do.
  const found = await bench.onNode(node, [
    'sh',
    '-c',
    'grep -lE "$1" /proc/[0-9]*/cgroup 2>/dev/null | head -n 1',
    'sh',
    uid,
  ])
  const pid = found.match(/\/proc\/(\d+)\//)?.[1]
  if (pid === undefined) throw new Error(`${node} has no process of ${pod?.metadata?.name}`)
  return { node, pid }
}

/** A Pod of a StatefulSet is not who its name says. */
export const identity: readonly Mutant[] = [
  {
    id: 'M-S10',
    breaks: 'a quota keeps a deleted Pod of a StatefulSet from coming back',
    mechanism: together(
      setSettled,
      create('a quota without room for a Pod', (bench) => [
        {
          collection: `/api/v1/namespaces/${bench.namespaces.headless}/resourcequotas`,
          object: {
            apiVersion: 'v1',
            kind: 'ResourceQuota',
            metadata: { name: 'mutant' },
            spec: { hard: { pods: '1' } },
          },
        },
      ]),
      mechanism<null>({
        does: 'the last Pod is deleted',
        read: async () => null,
        apply: (bench) => removeAt(bench.api, lastPod(bench)),
        undo: async () => {},
        remains: async () => undefined,
      }),
    ),
    witness: podsOfSet(1, 'the Pods of the StatefulSet'),
    kills: { 'sts.name.ordinal': 'pod' },
  },
  {
    id: 'M-E13',
    breaks: 'a Pod of a StatefulSet has lost the label that makes it one, and its name is taken',
    mechanism: patch('the label app is gone from the last Pod', lastPod, { metadata: { labels: { app: null } } }),
    witness: podsOfSet(1, 'the Pods with the label'),
    kills: { 'sts.name.ordinal': 'pod' },
  },
  {
    id: 'M-S20',
    breaks: 'a Pod of a StatefulSet carries the name of another as its label',
    ...relabelled('the label pod-name is that of the first Pod', 'statefulset.kubernetes.io/pod-name', 'db-0'),
    kills: { 'sts.label.pod-name': 'pod', 'sts.service-per-pod': 'EndpointSlice' },
  },
  {
    id: 'M-S21',
    breaks: 'a Pod of a StatefulSet has lost the label with its ordinal',
    ...relabelled('the label pod-index is gone', 'apps.kubernetes.io/pod-index', null),
    kills: { 'sts.label.pod-index': 'pod' },
  },
  {
    id: 'M-S13',
    breaks: 'a Pod has another hostname than its name',
    mechanism: nodeCommand(
      'the kernel of one Pod is told another hostname',
      async (bench) => (await firstPodPid(bench)).node,
      async (bench) => {
        const { pid } = await firstPodPid(bench)
        const inside = ['nsenter', '-t', pid, '-u']
        return {
          apply: [...inside, 'hostname', 'mutant'],
          undo: [...inside, 'hostname', 'db-0'],
          test: ['sh', '-c', 'test "$("$@")" = mutant', 'sh', ...inside, 'hostname'],
        }
      },
    ),
    witness: {
      ...printed(
        async (bench) => (await firstPodPid(bench)).node,
        async (bench) => ['nsenter', '-t', (await firstPodPid(bench)).pid, '-u', 'cat', '/proc/sys/kernel/hostname'],
        /^mutant$/m,
      ),
      looksAt: 'the hostname in the kernel of the Pod',
    },
    kills: { 'sts.hostname': 'pod', 'sts.hostname.full': 'pod' },
  },
]
