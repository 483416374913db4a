/** Something that is built from a Go module; its module file is in `modules/NAME`. */
export interface Component {
  name: string
  /** Main packages, each becoming a binary. */
  packages: string[]
  ldflags: string[]
  /** Binaries that Go names otherwise than we want: from, to. */
  rename?: [string, string]
}

/** Every component of a cluster of this Kubernetes version, in the order in which they are built. */
export function componentsFor(kubernetesVersion: string): Component[] {
  return [kindComponent, kubernetes(kubernetesVersion), containerd, cni, etcd, coredns, localPathProvisioner]
}

/** The `kind` tool itself. */
export const kindComponent: Component = { name: 'kind', packages: ['sigs.k8s.io/kind'], ldflags: [] }

const containerd: Component = {
  name: 'containerd',
  packages: ['containerd', 'containerd-shim-runc-v2', 'ctr'].map((c) => `github.com/containerd/containerd/v2/cmd/${c}`),
  ldflags: [],
}

const cni: Component = {
  name: 'cni',
  packages: ['main/bridge', 'main/loopback', 'ipam/host-local', 'meta/portmap'].map(
    (plugin) => `github.com/containernetworking/plugins/plugins/${plugin}`,
  ),
  ldflags: [],
}

const etcd: Component = {
  name: 'etcd',
  packages: ['go.etcd.io/etcd/server/v3'],
  ldflags: [],
  rename: ['server', 'etcd'],
}

const coredns: Component = { name: 'coredns', packages: ['github.com/coredns/coredns'], ldflags: [] }

/** What gives claims their volumes, as in Kind's own node images. */
const localPathProvisioner: Component = {
  name: 'local-path-provisioner',
  packages: ['github.com/rancher/local-path-provisioner'],
  ldflags: [],
}

function kubernetes(version: string): Component {
  const minor = version.split('.')[1] ?? ''
  const stamp = (field: string, value: string) => `-X k8s.io/component-base/version.${field}=${value}`
  return {
    name: 'kubernetes',
    packages: [
      'kubeadm',
      'kube-apiserver',
      'kube-controller-manager',
      'kube-scheduler',
      'kubelet',
      'kube-proxy',
      'kubectl',
    ].map((command) => `k8s.io/kubernetes/cmd/${command}`),
    // kubeadm refuses to work with the v0.0.0 of an unstamped build.
    ldflags: [stamp('gitVersion', `v${version}`), stamp('gitMajor', '1'), stamp('gitMinor', minor)],
  }
}
