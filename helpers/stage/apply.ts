import type { KubernetesApi } from '../target/api.ts'
import { KubernetesError } from '../target/kubernetes-error.ts'
import type { KubernetesObject } from '../target/objects.ts'
import { runLabel } from './labels.ts'

const fieldManager = 'rollcall'

interface ResourceList {
  resources: { name: string; kind: string; namespaced: boolean }[]
}

/** Applies manifests, and remembers the API's resource lists while it does. One per run. */
export class Applier {
  readonly #api: KubernetesApi
  readonly #lists = new Map<string, Promise<ResourceList>>()

  constructor(api: KubernetesApi) {
    this.#api = api
  }

  /**
   * Server-side apply of an object exactly as written, but for its namespace and, with `run`, a label that marks it as
   * ours among the objects of a namespace that is not.
   * @throws KubernetesError where the API refuses; a conflict means that the name belongs to somebody else.
   */
  async apply(
    object: KubernetesObject,
    namespace: string,
    run?: string,
    signal?: AbortSignal,
  ): Promise<KubernetesObject> {
    const labels = run === undefined ? object.metadata.labels : { ...object.metadata.labels, [runLabel]: run }
    const metadata = { ...object.metadata, namespace, ...(labels === undefined ? {} : { labels }) }
    return this.#api.send<KubernetesObject>(await this.path(object, namespace), {
      method: 'PATCH',
      query: { fieldManager, force: 'true' },
      contentType: 'application/apply-patch+yaml',
      body: { ...object, metadata },
      signal,
    })
  }

  /** The API path of one object, from the server's own list of resources. */
  async path(object: KubernetesObject, namespace: string): Promise<string> {
    const base = object.apiVersion.includes('/') ? `/apis/${object.apiVersion}` : `/api/${object.apiVersion}`
    let resources = this.#lists.get(base)
    if (resources === undefined) {
      resources = this.#api.send<ResourceList>(base)
      this.#lists.set(base, resources)
    }
    const found = (await resources).resources.find((one) => one.kind === object.kind && !one.name.includes('/'))
    if (found === undefined)
      throw new KubernetesError(404, 'NotFound', `the API server serves no ${object.kind} in ${object.apiVersion}`)
    const scope = found.namespaced ? `/namespaces/${namespace}` : ''
    return `${base}${scope}/${found.name}/${object.metadata.name}`
  }
}
