import type { EndpointSlice, KubernetesObject } from '../target/objects.ts'
import type { Hands } from './hands.ts'

/** An endpoint as far as somebody has written it. */
type MadeEndpoint = Partial<EndpointSlice['endpoints'][number]>

export interface MadeService {
  /** Headless unless told; `undefined` lets the cluster choose an address. */
  readonly clusterIP?: 'None' | undefined
  /** Number of its port `http`; 80 unless told. */
  readonly port?: number
  /** Without one, no controller writes slices for it. */
  readonly selector?: Readonly<Record<string, string>>
  /** Makes it another name for this one, with nothing of its own. */
  readonly externalName?: string
}

/** A Service of type ClusterIP, headless unless told otherwise, or of type ExternalName. */
export function madeService(name: string, made: MadeService = {}): KubernetesObject {
  const { port = 80, selector, externalName } = made
  const clusterIP = 'clusterIP' in made ? made.clusterIP : 'None'
  const own = {
    ...(clusterIP === undefined ? {} : { clusterIP }),
    ...(selector === undefined ? {} : { selector }),
    ports: [{ name: 'http', port, protocol: 'TCP' }],
  }
  const spec = externalName === undefined ? { type: 'ClusterIP', ...own } : { type: 'ExternalName', externalName }
  return { apiVersion: 'v1', kind: 'Service', metadata: { name }, spec }
}

/** The slice `<service>-1` of IPv4 that somebody writes for a Service; `port` is that of `http`. */
export function madeSlice(service: string, endpoints: readonly MadeEndpoint[], port = 80): KubernetesObject {
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name: `${service}-1`,
      labels: { 'kubernetes.io/service-name': service, 'endpointslice.kubernetes.io/managed-by': 'rollcall.dev' },
    },
    addressType: 'IPv4',
    ports: [{ name: 'http', port, protocol: 'TCP' }],
    endpoints,
  }
}

/** A deed that writes a headless Service and the one slice that it has, from whatever is there. */
export function writing(service: string, endpoints: readonly MadeEndpoint[], port = 80) {
  return async (hands: Hands): Promise<void> => {
    await hands.apply(madeService(service, { port }))
    await hands.apply(madeSlice(service, endpoints, port))
  }
}
