import { stringify } from 'yaml'
import type { KindOptions } from './options.ts'

/** Files of the host that a node sees. */
export interface NodeMount {
  hostPath: string
  containerPath: string
  readOnly: boolean
}

/** How a cluster of our own node image differs from one of the stock image. */
export interface OwnImageSetup {
  controlPlaneImage: string
  workerImage: string
  /** The mounts of the node with this number, counted from 0. */
  mounts: (node: number) => NodeMount[]
}

/** What the machine under the nodes lacks, whatever image they are of. */
export interface NodeGaps {
  cgroupV1: boolean
  /** Without capabilities that the nodes would use. */
  reduced: boolean
}

/** Where a node of our own image finds what the host tells it. */
export const nodeFolder = '/etc/rollcall'

/** The names that kind gives to the nodes of a cluster, the control plane first. */
export function nodeNames(cluster: string, nodes: number): string[] {
  const workers = Array.from({ length: nodes - 1 }, (_, n) => `${cluster}-worker${n === 0 ? '' : n + 1}`)
  return [`${cluster}-control-plane`, ...workers]
}

/** The configuration file for `kind create cluster`: with `own` for our node image and network, without it all stock. */
export function kindConfig(options: KindOptions, gaps: NodeGaps, own?: OwnImageSetup): string {
  const nodes = Array.from({ length: options.nodes }, (_, n) => ({
    role: n === 0 ? 'control-plane' : 'worker',
    ...(own === undefined
      ? { image: stockImage(options.kubernetesVersion) }
      : { image: n === 0 ? own.controlPlaneImage : own.workerImage, extraMounts: own.mounts(n) }),
  }))
  return stringify(
    {
      kind: 'Cluster',
      apiVersion: 'kind.x-k8s.io/v1alpha4',
      networking: {
        ipFamily: options.ipFamily,
        kubeProxyMode: options.proxyMode,
        disableDefaultCNI: own !== undefined,
        apiServerAddress: '127.0.0.1',
      },
      nodes,
      kubeadmConfigPatches: patches(options, gaps, own).map((patch) => stringify(patch, { lineWidth: 0 })),
    },
    { lineWidth: 0 },
  )
}

/** The public node image of a version. */
export function stockImage(kubernetesVersion: string): string {
  return `kindest/node:v${kubernetesVersion}`
}

function patches(options: KindOptions, gaps: NodeGaps, own?: OwnImageSetup): object[] {
  const minor = Number(options.kubernetesVersion.split('.')[1])
  const kubelet = {
    ...(own === undefined ? {} : { resolvConf: `${nodeFolder}/resolv.conf` }),
    // The field is younger than 1.31, and older kubelets refuse what they do not know.
    ...(gaps.cgroupV1 && minor >= 31 ? { failCgroupV1: false } : {}),
  }
  const untouched = { maxPerCore: 0, tcpEstablishedTimeout: '0s', tcpCloseWaitTimeout: '0s' }
  return [
    {
      kind: 'ClusterConfiguration',
      networking: { dnsDomain: options.clusterDomain },
      apiServer: lessGarbageCollection(minor),
      etcd: {
        local: {
          dataDir: '/var/lib/etcd',
          extraArgs: extraArguments(minor, { 'unsafe-no-fsync': 'true' }),
          ...lessGarbageCollection(minor),
        },
      },
      controllerManager: {
        extraArgs: extraArguments(minor, controllerManagerArguments(options)),
        ...lessGarbageCollection(minor),
      },
      scheduler: { extraArgs: extraArguments(minor, schedulerArguments(options)) },
    },
    ...(Object.keys(kubelet).length === 0
      ? []
      : [{ kind: 'KubeletConfiguration', apiVersion: 'kubelet.config.k8s.io/v1beta1', ...kubelet }]),
    ...(gaps.reduced
      ? [
          {
            kind: 'KubeProxyConfiguration',
            apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
            conntrack: untouched,
          },
        ]
      : []),
  ]
}

/** Nobody else is there to lead: a lease would only be what a quiet cluster writes most, and what a new process waits for. */
const withoutLease = { 'leader-elect': 'false' }

/**
 * What kind sets by itself, since a patch replaces the whole list, and what makes a young cluster quick: fifty controllers do
 * not queue for twenty requests a second.
 */
function controllerManagerArguments({ ipFamily }: KindOptions): Record<string, string> {
  const address = ipFamily === 'ipv6' ? { 'bind-address': '::' } : {}
  return {
    'enable-hostpath-provisioner': 'true',
    'kube-api-qps': '200',
    'kube-api-burst': '400',
    ...withoutLease,
    ...address,
  }
}

function schedulerArguments({ ipFamily }: KindOptions): Record<string, string> {
  return ipFamily === 'ipv6' ? { ...withoutLease, 'bind-address': '::1' } : withoutLease
}

/** Room for the programs that do most of the work, up to half a gigabyte for the API server; in kubeadm's format of 1.36 alone. */
function lessGarbageCollection(minor: number): object {
  return minor >= 36 ? { extraEnvs: [{ name: 'GOGC', value: '400' }] } : {}
}

/** Arguments in kubeadm's format: kind writes the older one, a map, for releases before 1.36. */
function extraArguments(minor: number, values: Record<string, string>): unknown {
  return minor >= 36 ? Object.entries(values).map(([name, value]) => ({ name, value })) : values
}
