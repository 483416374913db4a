import type { KubernetesApi } from '../target/api.ts'
import { isStatus } from '../target/kubernetes-error.ts'
import { type KubernetesObject, list, pathOf } from '../target/objects.ts'
import { canaryLabel } from './own.ts'

/** Where a canary is made, and how long each request may take in ms. */
export interface CanaryPlace {
  readonly api: KubernetesApi
  readonly namespace: string
  readonly signal?: AbortSignal
  /** Of the watch that makes canaries; of others, which may go on, only those are deleted that have been left. */
  readonly watch?: string
}

/** Milliseconds after which a canary of another watch has been left by it: all steps together take less. */
const abandoned = 300_000

/** A name for the next canary of a watch. */
export function canaryName(watch: string): string {
  return `${prefixOf(watch)}${Date.now().toString(36)}`
}

function prefixOf(watch: string): string {
  return `up-canary-${watch}-`
}

/**
 * A headless Service, one with an address, and a Pod behind both, which serves as those of the fixture do. The marks are for
 * whoever sweeps what a watch has left (`marksOf`).
 */
export function canaryObjects(name: string, marks: Readonly<Record<string, string>> = {}): readonly KubernetesObject[] {
  const labels = { ...marks, [canaryLabel]: name, app: `rollcall-${name}` }
  const ports = [{ name: 'http', port: 8080, targetPort: 'http' }]
  const service = (own: string, spec: object): KubernetesObject => ({
    ...{ apiVersion: 'v1', kind: 'Service', metadata: { name: own, labels } },
    spec: { ...spec, selector: { app: `rollcall-${name}` }, ports },
  })
  return [
    service(name, { clusterIP: 'None' }),
    service(virtualOf(name), {}),
    { apiVersion: 'v1', kind: 'Pod', metadata: { name, labels }, spec: podSpec },
  ]
}

/** The name of the Service that has an address. */
export function virtualOf(name: string): string {
  return `${name}-ip`
}

/** Deletes what canaries have left: those of the watch, or all without one, and what others have left long ago. It is gone a little later. */
export async function removeCanaries({ api, namespace, signal, watch }: CanaryPlace): Promise<void> {
  for (const resource of ['services', 'pods'] as const) {
    const left = await list(api, resource, { namespace, labels: canaryLabel, signal, timeout })
    for (const { metadata } of left) {
      if (metadata?.deletionTimestamp !== undefined) continue
      const isMine = watch === undefined || metadata?.labels?.[canaryLabel]?.startsWith(prefixOf(watch)) === true
      if (!isMine && Date.now() - Date.parse(metadata?.creationTimestamp ?? '') < abandoned) continue
      const path = pathOf(resource, namespace, metadata?.name)
      await api.send(path, { method: 'DELETE', signal, timeout }).catch((error: unknown) => {
        if (!isStatus(error, 404)) throw error
      })
    }
  }
}

const timeout = 5000

const podSpec = {
  automountServiceAccountToken: false,
  nodeSelector: { 'kubernetes.io/os': 'linux' },
  terminationGracePeriodSeconds: 1,
  securityContext: { runAsNonRoot: true, runAsUser: 101, seccompProfile: { type: 'RuntimeDefault' } },
  containers: [
    {
      name: 'nginx',
      image: 'nginx:alpine',
      imagePullPolicy: 'IfNotPresent',
      command: ['sh', '/etc/rollcall/serve.sh'],
      ports: [{ name: 'http', containerPort: 8080 }],
      readinessProbe: { tcpSocket: { port: 'http' }, periodSeconds: 1 },
      securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
      resources: { requests: { cpu: '10m', memory: '16Mi' }, limits: { cpu: '250m', memory: '64Mi' } },
      volumeMounts: [{ name: 'config', mountPath: '/etc/rollcall' }],
    },
  ],
  volumes: [{ name: 'config', configMap: { name: 'up-nginx' } }],
}
