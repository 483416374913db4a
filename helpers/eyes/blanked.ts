import { runLabel } from '../stage/labels.ts'
import type { Pod, StatefulSet } from '../target/objects.ts'

type PodSpec = NonNullable<Pod['spec']>
type Container = PodSpec['containers'][number]
type Labels = Readonly<Record<string, string>> | undefined

/**
 * Directives of a Corefile whose arguments nobody would hide: those of kubeadm's, of what is usual beside them, and of all that keeps
 * names from whoever asks. What a plugin may be given besides, keys and passwords among it, no list could name.
 */
const openDirectives = new Set(
  `any autopath bind bufsize cache cancel chaos debug denial disable endpoint_pod_names errors except expire fallthrough
  force_tcp forward header health health_check hosts ignore import keepttl kubernetes labels lameduck local log loop
  loadbalance max_concurrent max_fails metadata minimal namespace_labels namespaces nodecache noendpoints nsid pods
  policy prefer_udp prefetch prometheus ready reload serve_stale servfail success ttl`.split(/\s+/),
)

/** A Corefile with its structure, and without what may be a credential. */
export function blankCorefile(text: string): string {
  let depth = 0
  const lines = text.split('\n').map((written) => {
    const line = written.replace(/(^|\s)#.*$/, '')
    const opens = /\{\s*$/.test(line)
    const [word = ''] = line.trim().split(/\s+/)
    // Outside of all blocks are the zones.
    const isOpen = ['', '{', '}'].includes(line.trim()) || (depth === 0 ? opens : openDirectives.has(word))
    depth += opens ? 1 : word === '}' ? -1 : 0
    return isOpen ? line : `${/^\s*/.exec(line)?.[0]}[redacted]${opens ? ' {' : ''}`
  })
  return lines.join('\n')
}

export interface Metadata {
  readonly annotations?: Readonly<Record<string, string>>
}

/** Notes that requirements go by: our own, and what the controllers of endpoints and of volumes write. */
const openAnnotations = /^(rollcall\.dev|(endpoints|[a-z-]*volume[a-z.-]*)\.kubernetes\.io)\//

/** Metadata without the annotations of others, such as the whole manifest that kubectl keeps in one. */
export function blankMetadata<T extends Metadata | undefined>(metadata: T): T {
  if (metadata?.annotations === undefined) return metadata
  const open = Object.entries(metadata.annotations).filter(([key]) => openAnnotations.test(key))
  return { ...metadata, annotations: Object.fromEntries(open) }
}

/** A Pod without what its containers are given by way of their environment; of one that is not ours, only what clients see of it. */
export function blankPod(pod: Pod): Pod {
  const { metadata, spec } = pod
  return spec === undefined ? pod : { ...pod, spec: blankSpec(spec, metadata?.labels) }
}

/** A StatefulSet whose template is as `blankPod` leaves a Pod. */
export function blankSet(set: StatefulSet): StatefulSet {
  const { metadata, spec } = set.spec?.template ?? {}
  if (set.spec === undefined || spec === undefined) return set
  const template = { ...(metadata && { metadata: blankMetadata(metadata) }), spec: blankSpec(spec, metadata?.labels) }
  return { ...set, spec: { ...set.spec, template } }
}

function blankSpec(spec: PodSpec, labels: Labels): PodSpec {
  return isOurs(labels) ? withoutEnvironment(spec) : asClientsSee(spec)
}

function isOurs(labels: Labels = {}): boolean {
  return labels[runLabel] !== undefined || labels.app?.startsWith('rollcall-') === true
}

function ofContainers(spec: PodSpec, change: (one: Container) => Container): PodSpec {
  const { initContainers } = spec
  return {
    ...spec,
    containers: spec.containers.map(change),
    ...(initContainers === undefined ? {} : { initContainers: initContainers.map(change) }),
  }
}

function withoutEnvironment(spec: PodSpec): PodSpec {
  return ofContainers(spec, ({ env: _, envFrom: __, ...container }) => container)
}

/** Commands, probes and volumes may hold credentials as well. */
function asClientsSee({ volumes: _, ephemeralContainers: __, ...spec }: PodSpec): PodSpec {
  return ofContainers(spec, ({ name, image, ports, restartPolicy }) => ({
    name,
    ...(image === undefined ? {} : { image }),
    ...(ports === undefined ? {} : { ports }),
    ...(restartPolicy === undefined ? {} : { restartPolicy }),
  }))
}
