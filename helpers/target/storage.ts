import type { KubernetesApi } from './api.ts'
import { KubernetesError } from './kubernetes-error.ts'
import { type Claim, list, pathOf, type StorageClass } from './objects.ts'
import { look, type Seen, seen, unseen } from './seen.ts'

export interface StorageClassFact {
  readonly name: string
  /** Absent where classes may not be listed: then a claim that was tried out has told the name. */
  readonly provisioner?: string
}

export interface StorageFacts {
  /**
   * The class of a claim that names none, if its volumes are found again wherever their Pod comes back and go with their claim;
   * else why there is no such class.
   */
  readonly defaultClass: Seen<StorageClassFact>
}

/** Both marks are heeded (pkg/volume/util/storageclass.go). */
const defaultMarks = ['storageclass.kubernetes.io/is-default-class', 'storageclass.beta.kubernetes.io/is-default-class']

/** What a claim that names no class is given. Changes nothing; `namespace` is where a claim may be tried out. */
export async function readStorage(api: KubernetesApi, namespace: string, signal?: AbortSignal): Promise<StorageFacts> {
  const classes = await look('StorageClasses', () => list(api, 'storageclasses', { signal }))
  return { defaultClass: classes.seen ? defaultAmong(classes.value) : await triedOut(api, namespace, signal) }
}

/** The default class; the newest of several (GetDefaultClass, since Kubernetes 1.26). */
export function defaultAmong(classes: readonly StorageClass[]): Seen<StorageClassFact> {
  const [first] = classes
    .filter(({ metadata }) => defaultMarks.some((mark) => metadata?.annotations?.[mark] === 'true'))
    .sort((a, b) => createdAt(b) - createdAt(a) || nameOf(a).localeCompare(nameOf(b)))
  if (first === undefined) return unseen('the cluster has no default StorageClass')
  const flaw = flawOf(first)
  if (flaw !== undefined) return unseen(`the default StorageClass ${nameOf(first)} ${flaw}`)
  return seen({ name: nameOf(first), provisioner: first.provisioner })
}

function flawOf({ provisioner, reclaimPolicy }: StorageClass): string | undefined {
  if (provisioner === 'kubernetes.io/no-provisioner') return `makes no volumes by itself (${provisioner})`
  // pkg/volume/hostpath: for tests on one node; the volume has no node, and only root may write to it.
  if (provisioner === 'kubernetes.io/host-path') return `has volumes that do not follow their Pod (${provisioner})`
  // A run leaves nothing behind.
  return reclaimPolicy === 'Retain' ? 'keeps the volumes of claims that are deleted (reclaimPolicy Retain)' : undefined
}

/** A namespace's admin may not list classes, but a claim of theirs is given one on its way in (admission DefaultStorageClass). */
async function triedOut(
  api: KubernetesApi,
  namespace: string,
  signal: AbortSignal | undefined,
): Promise<Seen<StorageClassFact>> {
  const body = {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: 'rollcall-admission' },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
  }
  try {
    const query = { dryRun: 'All' }
    const path = pathOf('persistentvolumeclaims', namespace)
    const claim = await api.send<Claim>(path, { method: 'POST', query, body, signal })
    const name = claim.spec?.storageClassName ?? ''
    return name === '' ? unseen('a claim that names no StorageClass is given none') : seen({ name })
  } catch (error) {
    if (error instanceof KubernetesError && error.status < 500)
      return unseen(
        `you may not list StorageClasses, and a claim is refused in namespace ${namespace} (${error.message})`,
      )
    throw error
  }
}

function nameOf({ metadata }: StorageClass): string {
  return metadata?.name ?? ''
}

function createdAt({ metadata }: StorageClass): number {
  return Date.parse(metadata?.creationTimestamp ?? '') || 0
}
