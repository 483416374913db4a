import { type EndpointSlice, type KubernetesObject, pathOf } from '../../helpers/target/objects.ts'
import type { Bench } from '../bench.ts'
import type { Mechanism, Mutant } from '../mutant.ts'
import { exactly, template } from '../verbs/corefile.ts'
import { asWritten, type CreatedObject, create } from '../verbs/objects.ts'
import { all, dug, stands } from '../witnesses.ts'

const name = 'coredns-liar'
const namespace = 'kube-system'

/** A second Deployment behind the DNS Service, whose servers have been told a lie about one name. */
async function second(bench: Bench, victim: string): Promise<CreatedObject[]> {
  const config = await bench.api.send<{ data: { Corefile: string } }>(pathOf('configmaps', namespace, 'coredns'))
  const lie = template(
    'A',
    () => exactly(victim),
    () => ['answer "{{ .Name }} 5 IN A 10.255.255.2"'],
  )
  const honest = asWritten(await bench.api.send<KubernetesObject>(pathOf('deployments', namespace, 'coredns')))
  const spec = structuredClone(honest.spec) as {
    replicas: number
    selector: { matchLabels: Record<string, string> }
    template: { metadata: { labels: Record<string, string> }; spec: { volumes: { configMap?: { name: string } }[] } }
  }
  const volume = spec.template.spec.volumes.find((one) => one.configMap !== undefined)
  if (volume?.configMap !== undefined) volume.configMap.name = name
  spec.replicas = 1
  spec.selector.matchLabels = { 'k8s-app': 'kube-dns', liar: 'true' }
  spec.template.metadata.labels = { ...spec.template.metadata.labels, liar: 'true' }
  return [
    {
      collection: pathOf('configmaps', namespace),
      object: {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name },
        data: { Corefile: await lie(config.data.Corefile, bench) },
      },
    },
    {
      collection: pathOf('deployments', namespace),
      object: { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name }, spec },
    },
  ]
}

/** A server behind the DNS Service that lies about one absolute name. */
export function lyingServer(victim: (bench: Bench) => string): Mechanism {
  return create('a second Deployment behind the DNS Service', (bench) => second(bench, victim(bench)))
}

/** Whether the liar is among the ready endpoints. */
function isServed(slices: unknown): boolean {
  const { items = [] } = (slices ?? {}) as { items?: EndpointSlice[] }
  return items
    .flatMap((slice) => slice.endpoints ?? [])
    .some((one) => one.conditions?.ready !== false && one.targetRef?.name?.startsWith(name) === true)
}

/** Alone it is a minority: one lucky question finds nothing. */
export const liar: Mutant = {
  id: 'M-D14',
  breaks: 'one of several DNS servers lies about one name',
  mechanism: lyingServer((bench) => bench.fqdn('db-0.db')),
  witness: all(
    dug({ type: 'A', name: (bench) => bench.fqdn('db-0.db'), prints: /10\.255\.255\.2/, at: 'some backend' }),
    stands('the slices of the DNS Service', () => pathOf('endpointslices', namespace), isServed),
  ),
  kills: {
    'dns.headless.host.a': 'DNS backend',
    'dns.headless.srv.target': 'DNS backend',
    'dns.server.replicas-agree': 'DNS backend',
    'sts.dns.per-pod': 'DNS backend',
  },
  culprit: () => name,
}
