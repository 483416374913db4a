import type { Deployment, KubernetesObject } from '../../helpers/target/objects.ts'
import { pathOf } from '../../helpers/target/objects.ts'
import { eventually } from '../../helpers/wait.ts'
import type { Bench } from '../bench.ts'
import { together, waits } from '../mechanism.ts'
import type { Mechanism, Witness } from '../mutant.ts'
import { dug } from '../witnesses.ts'
import { dnsSettled } from './dns-server.ts'
import { nodeCommand } from './node.ts'
import { type CreatedObject, create } from './objects.ts'

const system = 'kube-system'
const name = 'node-local-dns'
const labels = { 'k8s-app': name }
/** An address of the range that Kind gives to Services: it has to be known before the Service is there. */
const upstream = '10.96.200.53'

/**
 * A cache of DNS on every node that answers for the address of the DNS Service, as NodeLocal DNSCache does where kube-proxy
 * uses iptables (kubernetes/kubernetes cluster/addons/dns/nodelocaldns): the address is the node's own, and its packets are
 * not tracked, so that nobody translates them. `cache` is how it keeps answers of the cluster's zone,
 * in lines of CoreDNS's plugin `cache`.
 */
export function nodeCaches(cache: readonly string[]): Mechanism {
  return together(
    waits('DNS is waited for', { undone: dnsSettled }),
    onNode(0),
    onNode(1),
    onNode(2),
    create(`a cache of DNS on every node: ${cache.join(', ')}`, (bench) => objects(bench, cache)),
    waits('it is waited for', { applied: ready }),
  )
}

/** What every Pod's resolver answers then, by the TTL: that of the servers is 30 s. */
export function nodeCacheAnswers(prints: RegExp): Witness {
  return dug({
    type: 'A',
    name: (bench) => `kubernetes.default.svc.${bench.clusterDomain}`,
    prints,
    at: 'every resolver',
  })
}

async function address(bench: Bench): Promise<string> {
  const { spec } = await bench.api.send<{ spec: { clusterIP: string } }>(pathOf('services', system, 'kube-dns'))
  return spec.clusterIP
}

/** The address on the node itself, past connection tracking. The addon makes a device for it, which not every kernel can. */
function onNode(index: number): Mechanism {
  return nodeCommand(
    'the address of the DNS Service is that of the node, too',
    (bench) => bench.nodes[index] ?? '',
    async (bench) => {
      const own = await address(bench)
      const rules = ['udp', 'tcp'].flatMap((protocol) => [
        `PREROUTING -d ${own} -p ${protocol} --dport 53 -j NOTRACK`,
        `OUTPUT -s ${own} -p ${protocol} --sport 53 -j NOTRACK`,
      ])
      const each = (verb: string): string => rules.map((rule) => `iptables -w 5 -t raw ${verb} ${rule}`).join(' && ')
      const place = `${own}/32 dev lo`
      return {
        apply: ['sh', '-c', `ip address add ${place} && ${each('-I')}`],
        undo: ['sh', '-c', `${each('-D')}; ip address delete ${place}`],
        test: ['sh', '-c', `ip -oneline address show dev lo | grep -qF ' ${own}/32 '`],
      }
    },
  )
}

async function objects(bench: Bench, cache: readonly string[]): Promise<CreatedObject[]> {
  const own = await address(bench)
  const dns = await bench.api.send<Deployment>(pathOf('deployments', system, 'coredns'))
  const image = dns.spec?.template.spec?.containers[0]?.image ?? ''
  const zone = (names: string, caching = ''): string =>
    `${names} {\n  errors\n  bind ${own}\n  cache ${caching}\n  forward . ${upstream} {\n    force_tcp\n  }\n}\n`
  const corefile = zone(`${bench.clusterDomain}:53`, `{\n    ${cache.join('\n    ')}\n  }`) + zone('.:53')
  const metadata = { name, labels }
  const ports = ['UDP', 'TCP'].map((protocol) => ({ name: protocol.toLowerCase(), port: 53, protocol }))
  const container = {
    name: 'node-cache',
    image,
    imagePullPolicy: 'IfNotPresent',
    args: ['-conf', '/etc/coredns/Corefile'],
    readinessProbe: { tcpSocket: { host: own, port: 53 }, periodSeconds: 1 },
    volumeMounts: [{ name: 'config', mountPath: '/etc/coredns' }],
  }
  const spec = {
    hostNetwork: true,
    dnsPolicy: 'Default',
    terminationGracePeriodSeconds: 1,
    tolerations: [{ operator: 'Exists' }],
    containers: [container],
    volumes: [{ name: 'config', configMap: { name } }],
  }
  const all: readonly (readonly ['services' | 'configmaps' | 'daemonsets', object])[] = [
    [
      'services',
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'kube-dns-upstream' },
        spec: { clusterIP: upstream, selector: { 'k8s-app': 'kube-dns' }, ports },
      },
    ],
    ['configmaps', { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { Corefile: corefile } }],
    [
      'daemonsets',
      {
        apiVersion: 'apps/v1',
        kind: 'DaemonSet',
        metadata,
        spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec } },
      },
    ],
  ]
  return all.map(([resource, object]) => ({ collection: pathOf(resource, system), object: object as KubernetesObject }))
}

async function ready(bench: Bench): Promise<void> {
  await eventually(
    async () => {
      const path = pathOf('daemonsets', system, name)
      const { status } = await bench.api.send<{ status?: Record<string, number> }>(path)
      const { numberReady = 0, desiredNumberScheduled = 0 } = status ?? {}
      const saw = `${numberReady} of ${desiredNumberScheduled} ready`
      return numberReady === bench.nodes.length ? { done: true, value: undefined } : { done: false, saw }
    },
    { reason: 'the cache on every node', deadline: 40_000, interval: 200, signal: bench.signal },
  )
}
