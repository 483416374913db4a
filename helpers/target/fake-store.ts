import type { KubernetesObject } from './objects.ts'

/** One request as the fake API server got it. */
export interface FakeRequest {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  /** Decoded JSON; undefined without a body. */
  readonly body: unknown
}

export interface FakeAnswer {
  readonly status: number
  readonly body: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** Resources that the fake server knows, as its resource lists tell them. */
const kinds: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  '/api/v1': {
    configmaps: 'ConfigMap',
    endpoints: 'Endpoints',
    events: 'Event',
    namespaces: 'Namespace',
    nodes: 'Node',
    persistentvolumeclaims: 'PersistentVolumeClaim',
    pods: 'Pod',
    serviceaccounts: 'ServiceAccount',
    services: 'Service',
  },
  '/apis/apps/v1': {
    controllerrevisions: 'ControllerRevision',
    daemonsets: 'DaemonSet',
    deployments: 'Deployment',
    statefulsets: 'StatefulSet',
  },
  '/apis/discovery.k8s.io/v1': { endpointslices: 'EndpointSlice' },
  '/apis/networking.k8s.io/v1': { networkpolicies: 'NetworkPolicy' },
  '/apis/storage.k8s.io/v1': { storageclasses: 'StorageClass' },
}

/** A `Status` as the API server answers with. */
export function failure(status: number, reason: string, message: string): FakeAnswer {
  return { status, body: { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason, message, code: status } }
}

/** Objects in memory behind the verbs of the API. It admits everything, and nothing happens by itself. */
export class FakeStore {
  /** Objects by the path that they are read at. */
  readonly objects = new Map<string, KubernetesObject>()
  /** Called with each object that a request has created or applied: the place of a controller. */
  onChange: (object: KubernetesObject) => void = () => {}

  /** Puts an object in its place, as a test's own hand or a controller would. */
  put(object: KubernetesObject): void {
    const plural = Object.entries(kinds[baseOf(object.apiVersion)] ?? {}).find(([, kind]) => kind === object.kind)?.[0]
    if (plural === undefined) throw new Error(`the fake API server knows no ${object.kind} in ${object.apiVersion}`)
    const { name, namespace } = object.metadata
    const scope = namespace === undefined ? '' : `/namespaces/${namespace}`
    this.objects.set(`${baseOf(object.apiVersion)}${scope}/${plural}/${name}`, object)
  }

  /** Paths of the objects of one resource: `pods`, `namespaces`. */
  paths(plural: string): string[] {
    return [...this.objects.keys()].filter((path) => path.split('/').at(-2) === plural).sort()
  }

  answer(request: FakeRequest): FakeAnswer {
    const resources = kinds[request.path]
    if (resources !== undefined) return { status: 200, body: resourceList(resources) }
    const target = parsePath(request.path)
    if (target === undefined) return failure(404, 'NotFound', 'the server could not find the requested resource')
    if (request.method === 'POST') return this.#create(target, request)
    if (target.name === undefined) return this.#list(target, request.query)
    if (request.method === 'PATCH') return this.#apply(request)
    if (request.method === 'DELETE') return this.#delete(target, request.path)
    const found = this.objects.get(request.path)
    return found === undefined ? missing(target) : { status: 200, body: found }
  }

  #create(target: Target, request: FakeRequest): FakeAnswer {
    const object = structuredClone(request.body) as KubernetesObject
    const path = `${request.path}/${object.metadata.name}`
    if (request.query.get('dryRun') === 'All') return { status: 201, body: object }
    if (this.objects.has(path))
      return failure(409, 'AlreadyExists', `${target.plural} "${object.metadata.name}" already exists`)
    if (target.namespace !== undefined) object.metadata.namespace = target.namespace
    this.objects.set(path, object)
    this.onChange(object)
    return { status: 201, body: object }
  }

  #apply({ path, body }: FakeRequest): FakeAnswer {
    const known = this.objects.has(path)
    const object = { ...this.objects.get(path), ...(structuredClone(body) as KubernetesObject) }
    this.objects.set(path, object)
    this.onChange(object)
    return { status: known ? 200 : 201, body: object }
  }

  #list({ base, plural, namespace }: Target, query: URLSearchParams): FakeAnswer {
    const items = [...this.objects].filter(([path, object]) => {
      const one = parsePath(path)
      const inScope = namespace === undefined || one?.namespace === namespace
      return one?.base === base && one.plural === plural && inScope && isSelected(object, query)
    })
    return { status: 200, body: { items: items.map(([, object]) => object) } }
  }

  #delete(target: Target, path: string): FakeAnswer {
    const found = this.objects.get(path)
    if (found === undefined) return missing(target)
    this.objects.delete(path)
    for (const one of this.objects.keys())
      if (target.plural === 'namespaces' && parsePath(one)?.namespace === target.name) this.objects.delete(one)
    return { status: 200, body: found }
  }
}

interface Target {
  readonly base: string
  readonly plural: string
  readonly namespace?: string
  readonly name?: string
}

function parsePath(path: string): Target | undefined {
  const base = Object.keys(kinds).find((one) => path.startsWith(`${one}/`))
  if (base === undefined) return undefined
  const words = path.slice(base.length + 1).split('/')
  const scoped = words[0] === 'namespaces' && words.length > 2
  const [plural = '', name] = scoped ? words.slice(2) : words
  if (kinds[base]?.[plural] === undefined) return undefined
  return {
    base,
    plural,
    ...(scoped && words[1] !== undefined ? { namespace: words[1] } : {}),
    ...(name === undefined ? {} : { name }),
  }
}

function missing({ plural, name }: Target): FakeAnswer {
  return failure(404, 'NotFound', `${plural} "${name}" not found`)
}

function baseOf(apiVersion: string): string {
  return apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`
}

function resourceList(resources: Readonly<Record<string, string>>): unknown {
  const cluster = ['namespaces', 'nodes', 'storageclasses']
  return {
    kind: 'APIResourceList',
    resources: Object.entries(resources).flatMap(([name, kind]) => [
      { name: `${name}/status`, kind, namespaced: !cluster.includes(name) },
      { name, kind, namespaced: !cluster.includes(name) },
    ]),
  }
}

/** Label selectors `key` and `key=value`, field selectors `key=value` on the top level. */
function isSelected(object: KubernetesObject, query: URLSearchParams): boolean {
  const clauses = (name: string): string[][] => (query.get(name)?.split(',') ?? []).map((one) => one.split('='))
  const labels = object.metadata.labels ?? {}
  return (
    clauses('labelSelector').every(([key = '', value]) =>
      value === undefined ? key in labels : labels[key] === value,
    ) && clauses('fieldSelector').every(([key = '', value]) => object[key] === value)
  )
}
