import { type Pod, pathOf } from '../../helpers/target/objects.ts'
import type { Bench } from '../bench.ts'
import { tamperedSlice } from '../endpoints/slices.ts'
import type { Mechanism, Mutant } from '../mutant.ts'
import { corefile, exactly, template } from '../verbs/corefile.ts'
import { nodeCommand } from '../verbs/node.ts'
import { exchange } from '../verbs/objects.ts'
import { nodeVantage, onNodeOf, type PodOf, podFile, processOf, resolverPod, vantage } from '../verbs/pod-file.ts'
import { all, dug, slicesHold, stands } from '../witnesses.ts'

const resolv = '/etc/resolv.conf'
const hosts = '/etc/hosts'
const ghost = '10.255.255.1'
const asks = resolverPod('asks')
const asked = resolverPod('asked')
const byItself = resolverPod('resolves-by-itself-and-has-a-name-that-is-longer-than-a-hostname-may-be')

const reads = (pod: PodOf, path: string, prints: RegExp | ((bench: Bench) => RegExp)) =>
  onNodeOf(pod, ['cat', `/proc/PID/root${path}`], prints)
const tooLong = (bench: Bench): string => pathOf('pods', bench.namespaces.resolvers, 'full-name-too-long')
const ownDomain = (bench: Bench): string => `${bench.namespaces.resolvers}.svc.${bench.clusterDomain}`

const oneDomainMore = (pod: PodOf): Mechanism =>
  podFile('one search domain more', pod, resolv, (text) =>
    text.replace(/^search .*$/m, (line) => `${line} mutant.example`),
  )

/** Another hostname in the kernel of a Pod. */
function renamed(pod: PodOf, hostname: string): Pick<Mutant, 'mechanism' | 'witness'> {
  return {
    mechanism: nodeCommand(
      `the kernel of one Pod is told the hostname ${hostname}`,
      async (bench) => (await pod(bench)).spec?.nodeName ?? '',
      async (bench) => {
        const { node, pid } = await processOf(bench, await pod(bench))
        const inside = ['nsenter', '-t', pid, '-u', 'hostname']
        const before = (await bench.onNode(node, inside)).trim()
        const test = ['sh', '-c', 'n=$1; shift; test "$("$@")" = "$n"', 'sh', hostname, ...inside]
        return { apply: [...inside, hostname], undo: [...inside, before], test }
      },
    ),
    witness: onNodeOf(
      pod,
      ['nsenter', '-t', 'PID', '-u', 'cat', '/proc/sys/kernel/hostname'],
      new RegExp(`^${hostname}$`, 'm'),
    ),
  }
}

/** A Pod is told something else of its resolver, or of itself, than its spec says. */
export const pods: readonly Mutant[] = [
  {
    id: 'M-N01',
    breaks: 'a Pod searches all namespaces before its own',
    mechanism: podFile('the first two search domains change places', asks, resolv, (text) =>
      text.replace(/^search (\S+) (\S+)/m, 'search $2 $1'),
    ),
    witness: reads(asks, resolv, (bench) => new RegExp(`^search svc\\.\\S+ ${ownDomain(bench)}`, 'm')),
    kills: { 'pod.resolv.cluster-first': 'pod', 'pod.resolv.search-order': 'pod' },
    culprit: () => 'asks',
  },
  {
    id: 'M-N02',
    breaks: 'a Pod asks a nameserver that is not of the cluster',
    mechanism: podFile('a second nameserver', asks, resolv, (text) => `${text.trimEnd()}\nnameserver 192.0.2.53\n`),
    witness: reads(asks, resolv, /^nameserver 192\.0\.2\.53$/m),
    kills: { 'pod.resolv.cluster-first': 'pod' },
    culprit: () => 'asks',
  },
  {
    id: 'M-N03',
    breaks: 'a Pod takes names with a dot for absolute ones',
    mechanism: podFile('ndots:1', asks, resolv, (text) => text.replace('ndots:5', 'ndots:1')),
    witness: reads(asks, resolv, /ndots:1\b/),
    kills: { 'pod.resolv.ndots': 'pod' },
    // musl does not search for such a name at all, glibc asks for it as it is first.
    alongside: { 'pod.resolv.search-order': ['non-conformant'], 'pod.resolv.short-names': ['non-conformant'] },
    culprit: () => 'asks',
  },
  {
    id: 'M-D28.pod',
    breaks: 'a Pod is told another cluster domain than DNS serves',
    mechanism: podFile('the search list has the domain wrong.local', asks, resolv, (text, _, bench) =>
      text.replaceAll(bench.clusterDomain, 'wrong.local'),
    ),
    witness: reads(asks, resolv, /svc\.wrong\.local/),
    kills: {
      'pod.resolv.cluster-first': 'pod',
      'pod.resolv.search-order': 'pod',
      'pod.resolv.short-names': 'pod',
    },
    culprit: () => 'asks',
  },
  {
    id: 'M-D28.node',
    breaks: 'one node tells its Pods another cluster domain than DNS serves',
    mechanism: podFile('the search list has the domain wrong.local', vantage, resolv, (text, _, bench) =>
      text.replaceAll(bench.clusterDomain, 'wrong.local'),
    ),
    witness: reads(vantage, resolv, /svc\.wrong\.local/),
    kills: { 'pod.resolv.cluster-first': 'pod' },
    culprit: (bench) => bench.worker(2),
  },
  {
    id: 'M-N03.node',
    breaks: 'one node has its Pods take names with a dot for absolute ones',
    mechanism: podFile('ndots:1', vantage, resolv, (text) => text.replace('ndots:5', 'ndots:1')),
    witness: reads(vantage, resolv, /ndots:1\b/),
    kills: { 'pod.resolv.ndots': 'pod' },
    culprit: (bench) => bench.worker(2),
  },
  {
    id: 'M-D30',
    breaks: "a Pod's /etc/hosts leads a name elsewhere than DNS does",
    mechanism: podFile(
      'a line for the name of another Pod',
      asks,
      hosts,
      (text, _, bench) => `${text.trimEnd()}\n${ghost}\tpod-0.asked.${ownDomain(bench)}\n`,
    ),
    witness: reads(asks, hosts, (bench) => new RegExp(`^${ghost}\\s+pod-0\\.asked\\.${ownDomain(bench)}$`, 'm')),
    kills: { 'pod.resolv.fqdn': 'pod' },
    culprit: () => 'asks',
  },
  {
    id: 'M-N04',
    breaks: 'DNS answers for names that only the search list has made up',
    mechanism: corefile(
      'a template answers A of a short name with the whole search domain behind it',
      template(
        'A',
        (bench) => exactly(`asked.${bench.namespaces.resolvers}.${ownDomain(bench)}`),
        () => [`answer "{{ .Name }} 5 IN A ${ghost}"`],
      ),
    ),
    witness: dug({
      type: 'A',
      name: (bench) => `asked.${bench.namespaces.resolvers}.${ownDomain(bench)}`,
      prints: new RegExp(ghost.replaceAll('.', '\\.')),
    }),
    kills: { 'pod.resolv.short-names': 'DNS backend' },
  },
  {
    id: 'M-N05',
    breaks: "a Pod's /etc/hosts does not hold its full name",
    mechanism: podFile('the full name is gone', asked, hosts, (text) => text.replace(/pod-0\.asked\.\S+\s+/, '')),
    witness: reads(asked, hosts, /^[0-9a-f.:]+\s+pod-0$/m),
    kills: { 'pod.hosts.fqdn': 'pod' },
    culprit: () => 'asked',
  },
  {
    id: 'M-N06',
    breaks: 'a Pod without a hostname of its own has another one than its name',
    ...renamed(asks, 'mutant'),
    kills: { 'pod.hostname.spec': 'pod' },
    culprit: () => 'asks',
  },
  {
    id: 'M-N07',
    breaks: 'a Pod that asks for its full name as hostname has the short one',
    ...renamed(resolverPod('full-name'), 'f'),
    kills: { 'pod.hostname.fqdn-flag': 'pod' },
    culprit: () => 'full-name',
  },
  {
    id: 'M-N16',
    breaks: 'a Pod starts whose full name is too long for the hostname that it was to be',
    mechanism: exchange('the Pod is made anew, and forgets what it has asked for', tooLong, (pod) => {
      const { setHostnameAsFQDN: _, ...spec } = pod.spec as { setHostnameAsFQDN: boolean }
      return { ...pod, spec }
    }),
    witness: stands('the Pod', tooLong, (pod) => (pod as Pod | undefined)?.status?.phase === 'Running'),
    kills: { 'pod.hostname.fqdn-limit': 'pod' },
    culprit: () => 'full-name-too-long',
  },
  {
    id: 'M-N08',
    breaks: 'a Pod whose policy is None is given the search list of the cluster all the same',
    mechanism: podFile('the domain of the cluster is searched, too', byItself, resolv, (text, _, bench) =>
      text.replace(/^search .*$/m, (line) => `${line} svc.${bench.clusterDomain}`),
    ),
    witness: reads(byItself, resolv, (bench) => new RegExp(`^search .* svc\\.${bench.clusterDomain}$`, 'm')),
    kills: { 'pod.resolv.none': 'pod' },
    culprit: () => 'resolves-by-itself',
  },
  {
    id: 'M-N09',
    breaks: 'a Pod whose policy is Default asks another nameserver than its node',
    mechanism: podFile('another nameserver', resolverPod('namesake'), resolv, (text) =>
      text.replace(/^nameserver \S+$/m, 'nameserver 192.0.2.53'),
    ),
    witness: reads(resolverPod('namesake'), resolv, /^nameserver 192\.0\.2\.53$/m),
    kills: { 'pod.resolv.default': 'pod' },
    culprit: () => 'namesake',
  },
  {
    id: 'M-N10',
    breaks: "a Pod's resolver lacks a search domain of its dnsConfig",
    mechanism: podFile('the domain is gone', asked, resolv, (text) => text.replace(' rollcall.example', '')),
    witness: reads(
      asked,
      resolv,
      (bench) => new RegExp(`^search ${ownDomain(bench)} \\S+ ${bench.clusterDomain}$`, 'm'),
    ),
    kills: { 'pod.resolv.config-merged': 'pod' },
    culprit: () => 'asked',
  },
  {
    id: 'M-N15',
    breaks: 'a Pod searches a domain that nobody has named: neither the cluster, nor its node, nor its spec',
    mechanism: oneDomainMore(asks),
    witness: reads(asks, resolv, (bench) => new RegExp(`^search ${ownDomain(bench)} .* mutant\\.example$`, 'm')),
    kills: { 'pod.resolv.node-domains': 'pod' },
    culprit: () => 'asks',
  },
  {
    id: 'M-N15.node',
    breaks: 'one node has its Pods search a domain that it does not search itself',
    mechanism: oneDomainMore(vantage),
    witness: reads(vantage, resolv, /^search .* mutant\.example$/m),
    kills: { 'pod.resolv.node-domains': 'pod' },
    culprit: (bench) => bench.worker(2),
  },
  {
    id: 'M-N11',
    breaks: 'Pods hold a virtual address, in their variables, of a Service that has become headless',
    mechanism: exchange(
      'the ClusterIP Service is replaced by a headless one',
      (bench) => pathOf('services', bench.namespaces.resolvers, 'once-clusterip'),
      (service) => {
        const { selector, ports } = service.spec as { selector: unknown; ports: unknown }
        return { ...service, spec: { clusterIP: 'None', selector, ports } }
      },
    ),
    witness: all(
      stands(
        'the Service',
        (bench) => pathOf('services', bench.namespaces.resolvers, 'once-clusterip'),
        (one) => (one as { spec?: { clusterIP?: string } }).spec?.clusterIP === 'None',
      ),
      onNodeOf(asks, ['cat', '/proc/PID/environ'], /ONCE_CLUSTERIP_SERVICE_HOST=/),
    ),
    kills: { 'pod.env.no-headless': 'pod' },
    culprit: () => 'asks',
  },
  {
    id: 'M-N12',
    breaks: 'a Pod in the network of its node is given the search list of the cluster',
    mechanism: podFile('the search list of the cluster', nodeVantage, resolv, (text, pod, bench) => {
      const lines = text.split('\n').filter((line) => !line.startsWith('search'))
      const domain = `svc.${bench.clusterDomain}`
      return [`search ${pod.metadata?.namespace}.${domain} ${domain}`, ...lines].join('\n')
    }),
    witness: reads(nodeVantage, resolv, (bench) => new RegExp(`^search \\S+ svc\\.${bench.clusterDomain}$`, 'm')),
    kills: { 'pod.resolv.hostnetwork': 'pod' },
    culprit: () => 'node-vantage',
  },
  {
    id: 'M-N13',
    breaks: 'a Pod that asks for another name in its kernel is given its hostname all the same',
    ...renamed(resolverPod('overridden'), 'known'),
    kills: { 'pod.hostname.override-no-dns': 'pod' },
    culprit: () => 'overridden',
  },
  {
    id: 'M-N14',
    breaks: 'a Pod that asks for another name in its kernel is known by that to its peers',
    mechanism: tamperedSlice(
      'endpoints[].hostname is hostnameOverride',
      'overridden',
      ({ endpoints }) => ({ endpoints: endpoints.map((one) => ({ ...one, hostname: 'unheard-of' })) }),
      'resolvers',
    ),
    witness: slicesHold(
      'the slices of overridden',
      'overridden',
      (slices) => slices.some((slice) => (slice.endpoints ?? []).some((one) => one.hostname === 'unheard-of')),
      'resolvers',
    ),
    kills: { 'pod.hostname.override-no-dns': 'EndpointSlice' },
  },
]
