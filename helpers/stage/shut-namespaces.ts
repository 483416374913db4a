import { someOf } from '../some-of.ts'
import type { KubernetesApi } from '../target/api.ts'
import { ApiUnreachable, KubernetesError } from '../target/kubernetes-error.ts'
import { list, pathOf } from '../target/objects.ts'
import { readWidePolicies } from '../target/wide-policies.ts'

const name = 'rollcall-open'
/** Names told in a line of progress. */
const mostNames = 5

/**
 * Opens namespaces of our own that somebody's policies have shut: what is isolated on purpose says nothing of the cluster's word.
 * NetworkPolicies that come with each new namespace add up (networking.k8s.io/v1 NetworkPolicy spec.ingress), so that one which lets
 * everything through is enough. It is enough, too, against policies of the whole cluster that deny whatever nobody has allowed; not
 * against those that deny first.
 */
export class ShutNamespaces {
  readonly #api: KubernetesApi
  readonly #signal: AbortSignal
  readonly #progress: (line: string) => void
  /** Policies of the whole cluster; read once. */
  #wide: Promise<readonly string[]> | undefined

  constructor(api: KubernetesApi, { signal, progress }: { signal: AbortSignal; progress: (line: string) => void }) {
    this.#api = api
    this.#signal = signal
    this.#progress = progress
  }

  /** Does nothing where nothing is shut, or where nobody may see or open anything. */
  async open(namespace: string): Promise<void> {
    this.#wide ??= readWidePolicies(this.#api, this.#signal)
    const wide = await this.#wide
    try {
      const policies = await list(this.#api, 'networkpolicies', { namespace, signal: this.#signal })
      const others = policies.map((one) => one.metadata?.name ?? '').filter((one) => one !== name)
      const isOpen = others.length < policies.length
      if (isOpen || others.length + wide.length === 0) return
      await this.#letThrough(namespace)
      this.#progress(
        `namespace ${namespace} is open for this run, whatever ${someOf([...others, ...wide], mostNames)} would shut`,
      )
    } catch (error) {
      if (!(error instanceof KubernetesError || error instanceof ApiUnreachable)) throw error
    }
  }

  async #letThrough(namespace: string): Promise<void> {
    // Not cut short by the signal: the server might still create it after the clean-up.
    await this.#api.send(pathOf('networkpolicies', namespace), {
      method: 'POST',
      body: {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'NetworkPolicy',
        metadata: { name },
        spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'], ingress: [{}], egress: [{}] },
      },
    })
  }
}
