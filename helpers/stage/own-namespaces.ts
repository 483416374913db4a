import { Problem } from '../errors.ts'
import type { KubernetesApi } from '../target/api.ts'
import { createNamespace, deleteNamespace, type NamespaceOptions } from './namespace.ts'
import { SecurityConstraints } from './security-constraints.ts'

/** The namespaces that a run has made. Each may go before the others: Kubernetes takes 5 s and more for one. */
export class OwnNamespaces {
  readonly #api: KubernetesApi
  readonly #constraints: SecurityConstraints
  /** By name; what is being deleted already has its deletion. */
  readonly #deletions = new Map<string, Promise<void> | undefined>()

  constructor(api: KubernetesApi) {
    this.#api = api
    this.#constraints = new SecurityConstraints(api)
  }

  async create(name: string, options: NamespaceOptions): Promise<void> {
    // Beforehand: what fails half-way is to be deleted, too.
    this.#deletions.set(name, undefined)
    await createNamespace(this.#api, name, options)
    await this.#constraints.letPodsIn(name, options.podSecurity)
  }

  /** Begins to delete a namespace of ours, and does not wait for it. What comes of it `remove` tells. */
  release(name: string): void {
    if (!this.#deletions.has(name)) return
    const deletion = this.#deletions.get(name) ?? deleteNamespace(this.#api, name)
    this.#deletions.set(name, deletion)
    deletion.catch(() => {})
  }

  /** Deletes all, and waits until each is gone; a promise of each, which rejects where it could not be. */
  remove(): Promise<void>[] {
    return [...this.#deletions].map(async ([name, deletion]) => {
      if (deletion === undefined) return deleteNamespace(this.#api, name)
      return deletion.catch((error: unknown) => {
        // What is stuck would only be waited for once more; whatever else it was may have been the moment.
        if (error instanceof Problem) throw error
        return deleteNamespace(this.#api, name)
      })
    })
  }
}
