import { messageOf } from '../../helpers/errors.ts'
import type { SetName } from '../../helpers/stage/sets.ts'
import { type KubernetesObject, pathOf, type Resource } from '../../helpers/target/objects.ts'
import type { Bench } from '../bench.ts'
import { together } from '../mechanism.ts'
import type { Mutant, Witness } from '../mutant.ts'
import { altered, frozen } from '../verbs/admission.ts'
import { nodeCommand } from '../verbs/node.ts'
import { create } from '../verbs/objects.ts'
import { printed } from '../witnesses.ts'

const controlPlane = (bench: Bench): string => bench.controlPlane
const collector = 'generic-garbage-collector'

/** What the API server makes of an object of a set, as a dry run. */
function makes(set: SetName, resource: Resource, object: KubernetesObject, shows: RegExp): Witness {
  return {
    looksAt: `a dry run of a ${object.kind}`,
    async see(bench) {
      const path = pathOf(resource, bench.namespaces[set])
      const asked = bench.api.send<KubernetesObject>(path, { method: 'POST', query: { dryRun: 'All' }, body: object })
      const said = await asked.then(({ spec }) => JSON.stringify(spec), messageOf)
      return { shows: shows.test(said), saw: said.slice(0, 300) }
    },
  }
}

const container = {
  name: 'idle',
  image: 'nginx:alpine',
  securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
  volumeMounts: [{ name: 'data', mountPath: '/data' }],
}
const podSpec = {
  automountServiceAccountToken: false,
  securityContext: { runAsNonRoot: true, runAsUser: 101, seccompProfile: { type: 'RuntimeDefault' } },
  containers: [container],
}
const labels = { app: 'rollcall-mutant' }
const aPod: KubernetesObject = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'mutant-probe' },
  spec: { ...podSpec, volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'mutant' } }] },
}
const aSet: KubernetesObject = {
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: { name: 'mutant-probe' },
  spec: {
    serviceName: 'mutant',
    selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: { ...podSpec, volumes: [{ name: 'data', emptyDir: {} }] } },
  },
}
const onSets = { group: 'apps', resource: 'statefulsets', operation: 'CREATE', when: 'true' } as const
const policy = '/spec/persistentVolumeClaimRetentionPolicy'

/** Deletes the claim of each Pod that runs: it is in use, and so it ends with the Pod. */
const reaper = `
while :; do
  for pod in $(kubectl -n "$1" get pods -l app=rollcall-kept --field-selector=status.phase=Running -o name); do
    kubectl -n "$1" delete pvc "rollcall-\${pod#pod/}" --wait=false
  done
  sleep 0.5
done`

/** What the Pods of a StatefulSet keep is not there for those that come after them. */
export const volumes: readonly Mutant[] = [
  {
    id: 'M-S03.claim',
    breaks: 'a claim ends with the Pod that uses it',
    mechanism: nodeCommand('a hand deletes the claim of each Pod that runs', controlPlane, (bench) => ({
      apply: [
        ...['systemd-run', '--collect', '--unit=mutant-reaper', '--setenv=KUBECONFIG=/etc/kubernetes/admin.conf'],
        // systemd takes what follows a single `$` for a variable of its own.
        ...['sh', '-c', reaper.replaceAll('$', () => '$$'), 'sh', bench.namespaces.volumes],
      ],
      undo: ['systemctl', 'stop', 'mutant-reaper'],
      test: ['systemctl', 'is-active', '--quiet', 'mutant-reaper'],
    })),
    witness: printed(controlPlane, () => ['systemctl', 'is-active', 'mutant-reaper'], /^active$/m),
    kills: { 'sts.pvc.identity': 'pod' },
  },
  {
    id: 'M-V01',
    breaks: 'the claims of a StatefulSet that says nothing of them are deleted with it',
    mechanism: altered('a policy has claims deleted with their set', {
      ...onSets,
      set: 'volumes',
      patches: `[JSONPatch{op: "add", path: "${policy}/whenDeleted", value: "Delete"}]`,
    }),
    witness: makes('volumes', 'statefulsets', aSet, /"whenDeleted":"Delete"/),
    kills: { 'sts.pvc.identity': 'pod' },
  },
  {
    id: 'M-V02',
    breaks: 'a Pod that comes back finds its volume empty',
    mechanism: altered('a policy gives each Pod a folder of its own in the volume', {
      set: 'volumes',
      group: '',
      resource: 'pods',
      operation: 'CREATE',
      when: [
        'has(object.spec.volumes) && object.spec.volumes.exists(one, has(one.persistentVolumeClaim))',
        "!object.metadata.name.startsWith('stored-')",
      ].join(' && '),
      // Of maps and lists alone: the API server panics on a list of typed objects (1.36.3).
      patches: [
        '[JSONPatch{op: "add", path: "/spec/containers/0/env", value: [{"name": "UID"}]}, ',
        'JSONPatch{op: "add", path: "/spec/containers/0/env/0/valueFrom", value: {"fieldRef": {"fieldPath": "metadata.uid"}}}, ',
        'JSONPatch{op: "add", path: "/spec/containers/0/volumeMounts/0/subPathExpr", value: "$(UID)"}]',
      ].join(''),
    }),
    witness: makes('volumes', 'pods', aPod, /"subPathExpr":"\$\(UID\)"/),
    kills: { 'sts.pvc.identity': 'pod' },
  },
  {
    id: 'M-R12.stored',
    breaks: 'what a set stores is not there any more when its master comes back',
    mechanism: altered('an admission policy gives the master an empty folder in place of its claim', {
      set: 'volumes',
      group: '',
      resource: 'pods',
      operation: 'CREATE',
      when: "object.metadata.name.endsWith('stored-0')",
      patches: [
        '[JSONPatch{op: "remove", path: "/spec/volumes/0/persistentVolumeClaim"}, ',
        'JSONPatch{op: "add", path: "/spec/volumes/0/emptyDir", value: {}}]',
      ].join(''),
    }),
    witness: makes('volumes', 'pods', { ...aPod, metadata: { name: 'mutant-stored-0' } }, /"emptyDir"/),
    kills: { 'redis.master.stored': 'Redis' },
  },
  {
    id: 'M-V03',
    breaks: 'the garbage collector takes no claim along',
    mechanism: together(
      create('a claim of nobody', (bench) => [
        {
          collection: pathOf('persistentvolumeclaims', bench.namespaces.claims),
          object: {
            apiVersion: 'v1',
            kind: 'PersistentVolumeClaim',
            metadata: { name: 'mutant' },
            spec: {
              accessModes: ['ReadWriteOnce'],
              storageClassName: 'rollcall.dev-nobody',
              resources: { requests: { storage: '1Gi' } },
            },
          },
        },
      ]),
      frozen('persistentvolumeclaims', '', ['UPDATE', 'DELETE'], (bench) => bench.namespaces.claims, collector),
    ),
    witness: printed(
      controlPlane,
      (bench) => [
        ...['kubectl', '--kubeconfig=/etc/kubernetes/admin.conf', '-n', bench.namespaces.claims],
        ...[`--as=system:serviceaccount:kube-system:${collector}`, 'delete', 'pvc', 'mutant', '--dry-run=server'],
      ],
      /frozen by a mutant/,
    ),
    kills: { 'sts.pvc.retention': 'pod' },
  },
  {
    id: 'M-V04',
    breaks: 'claims are deleted in cases in which the StatefulSet wants them kept',
    mechanism: altered('a policy has claims deleted in every case', {
      ...onSets,
      set: 'claims',
      patches: ['whenDeleted', 'whenScaled']
        .map((when) => `[JSONPatch{op: "add", path: "${policy}/${when}", value: "Delete"}]`)
        .join(' + '),
    }),
    witness: makes('claims', 'statefulsets', aSet, /"whenScaled":"Delete"/),
    kills: { 'sts.pvc.retention': 'pod' },
  },
]
