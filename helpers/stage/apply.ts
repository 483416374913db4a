import type { KubernetesApi } from '../target/api.ts'
import { KubernetesError } from '../target/kubernetes-error.ts'
import type { KubernetesObject } from '../target/objects.ts'
import { withImages } from './images.ts'

const fieldManager = 'rollcall'

interface ResourceList {
  resources: { name: string; kind: string; namespaced: boolean }[]
}

/** What an object is. */
export type KubernetesKind = Pick<KubernetesObject, 'apiVersion' | 'kind'>

/** What an API server serves, by group and version: each test has hands of its own, and all of them ask the same. */
const served = new WeakMap<KubernetesApi, Map<string, Promise<ResourceList>>>()

/** Applies manifests, by what the API lists as its resources. */
export class Applier {
  readonly #api: KubernetesApi
  readonly #imagesFrom: string | undefined
  readonly #lists: Map<string, Promise<ResourceList>>

  /** With a registry to take our images from (`withImages`). */
  constructor(api: KubernetesApi, imagesFrom?: string) {
    this.#api = api
    this.#imagesFrom = imagesFrom
    this.#lists = served.get(api) ?? new Map()
    served.set(api, this.#lists)
  }

  /**
   * Server-side apply of an object exactly as written, but for its namespace, where its images are taken from, and the labels that
   * mark it as ours among the objects of a namespace that is not (`marksOf`).
   * @throws KubernetesError where the API refuses; a conflict means that the name belongs to somebody else.
   */
  async apply(
    object: KubernetesObject,
    namespace: string,
    marks?: Readonly<Record<string, string>>,
    signal?: AbortSignal,
  ): Promise<KubernetesObject> {
    const labels = marks === undefined ? object.metadata.labels : { ...object.metadata.labels, ...marks }
    const metadata = { ...object.metadata, namespace, ...(labels === undefined ? {} : { labels }) }
    return this.#api.send<KubernetesObject>(await this.path(object, namespace), {
      method: 'PATCH',
      query: { fieldManager, force: 'true' },
      contentType: 'application/apply-patch+yaml',
      body: withImages({ ...object, metadata }, this.#imagesFrom),
      signal,
    })
  }

  /** The API path of one object. */
  async path({ apiVersion, kind, metadata }: KubernetesObject, namespace: string): Promise<string> {
    return `${await this.collection({ apiVersion, kind }, namespace)}/${metadata.name}`
  }

  /**
   * The API path of all objects of a kind, from the server's own list of resources.
   * @throws KubernetesError 404 where the server does not serve it.
   */
  async collection({ apiVersion, kind }: KubernetesKind, namespace: string): Promise<string> {
    const base = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`
    let resources = this.#lists.get(base)
    if (resources === undefined) {
      resources = this.#api.send<ResourceList>(base)
      this.#lists.set(base, resources)
      // What went wrong once may be right the next time.
      resources.catch(() => this.#lists.delete(base))
    }
    const found = (await resources).resources.find((one) => one.kind === kind && !one.name.includes('/'))
    if (found === undefined)
      throw new KubernetesError(404, 'NotFound', `the API server serves no ${kind} in ${apiVersion}`)
    return `${base}${found.namespaced ? `/namespaces/${namespace}` : ''}/${found.name}`
  }
}
