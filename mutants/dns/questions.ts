import type { Bench } from '../bench.ts'
import type { Mutant, Witness } from '../mutant.ts'
import { below, corefile, type Edit, exactly, forClient, template, withoutCache } from '../verbs/corefile.ts'
import { dug } from '../witnesses.ts'

const ghost = '10.255.255.3'
const name = (one: string) => (bench: Bench) => bench.fqdn(one)
const only = (one: string) => (bench: Bench) => exactly(bench.fqdn(one))
const domainOf = (bench: Bench, namespace: string): string => `${namespace}.svc.${bench.clusterDomain}`
const ofHeadless = (bench: Bench): string => domainOf(bench, bench.namespaces.headless)
const ofChanging = (bench: Bench): string => domainOf(bench, bench.namespaces.changing)
const ofVantages = (bench: Bench): string => domainOf(bench, bench.vantageOn(bench.worker(1)).namespace)

async function addresses(bench: Bench, app: 'web' | 'peers'): Promise<string[]> {
  return (await bench.pods(app)).flatMap((pod) => pod.status?.podIP ?? [])
}

/** A lie that is told to the Pods of one node alone. */
function toOneNode(lie: Edit): Edit {
  return forClient((bench) => bench.vantageOn(bench.worker(1)).addresses[0] ?? '', lie)
}

/** What dig prints at that node, and at no other. */
function atOneNode(asked: string, prints: RegExp): Witness {
  return {
    looksAt: 'dig A at two nodes',
    async see(bench) {
      const nodes = [bench.worker(1), bench.worker(2)]
      const said = await Promise.all(
        nodes.map((node) => {
          const { namespace, pod, container } = bench.vantageOn(node)
          return bench.inPod(namespace, pod, container, ['dig', '+noall', '+comments', '+answer', bench.fqdn(asked)])
        }),
      )
      const shows = prints.test(said[0] ?? '') && !prints.test(said[1] ?? '')
      return { shows, saw: said.join(' and at the other node ').replaceAll(/\s+/g, ' ').slice(0, 300) }
    },
  }
}

/** Answers that depend on who asks, in which form, or how often. */
export const questions: readonly Mutant[] = [
  {
    id: 'M-D50',
    breaks: 'the Pods of one node hear another address of a ClusterIP Service than all others',
    mechanism: corefile(
      'a template answers A of the ClusterIP Service to one client',
      toOneNode(template('A', only('web-clusterip'), () => [`answer "{{ .Name }} 5 IN A ${ghost}"`])),
    ),
    witness: atOneNode('web-clusterip', new RegExp(ghost)),
    kills: { 'dns.clusterip.address': 'DNS backend', 'dns.vantage.agree': 'DNS backend' },
    culprit: (bench) => bench.worker(1),
  },
  {
    id: 'M-D51',
    breaks: 'the Pods of one node hear of one endpoint alone, as if a proxy chose for them',
    mechanism: corefile(
      'a template answers A of a headless Service to one client with one Pod',
      toOneNode(
        template('A', only('nearby'), async (bench) => [
          `answer "{{ .Name }} 5 IN A ${(await addresses(bench, 'web'))[0]}"`,
        ]),
      ),
    ),
    witness: atOneNode('nearby', /ANSWER: 1,/),
    kills: { 'dns.headless.a.no-topology-filter': 'DNS backend' },
    culprit: (bench) => bench.worker(1),
  },
  {
    id: 'M-D52',
    breaks: 'one answer of twenty is another',
    // The id of a question is the client's dice.
    mechanism: corefile('a template answers A by the id of the question', async (text, bench) => {
      const says = template('A', only('nearby'), async (one) =>
        (await addresses(one, 'web')).map(
          (address, index) =>
            `answer "{{ .Name }} 5 IN A {{ if lt .Message.Id 3277 }}10.255.254.${index}{{ else }}${address}{{ end }}"`,
        ),
      )
      return says(withoutCache(text), bench)
    }),
    witness: {
      looksAt: 'dig A, sixty times',
      async see(bench) {
        const { namespace, pod, container } = bench.vantageOn(bench.worker(1))
        const asked = Array.from({ length: 60 }, () => bench.fqdn('nearby'))
        const said = await bench.inPod(namespace, pod, container, ['dig', '+short', ...asked])
        const lies = said.split('\n').filter((line) => line.startsWith('10.255.254.')).length
        const lines = said.split('\n').filter((line) => line !== '').length
        return { shows: lies > 0 && lies < lines, saw: `${lies} of ${lines} addresses are made up` }
      },
    },
    kills: { 'dns.headless.a.deterministic': 'DNS backend' },
    alongside: { 'dns.headless.a.no-topology-filter': ['non-conformant'] },
  },
  {
    id: 'M-D53',
    breaks: 'the name of the API leads elsewhere',
    mechanism: corefile(
      'a template answers A of kubernetes.default',
      template(
        'A',
        (bench) => exactly(`kubernetes.default.svc.${bench.clusterDomain}`),
        () => [`answer "{{ .Name }} 5 IN A ${ghost}"`],
      ),
    ),
    witness: dug({
      type: 'A',
      name: (bench) => `kubernetes.default.svc.${bench.clusterDomain}`,
      prints: new RegExp(ghost),
    }),
    kills: { 'dns.clusterip.kubernetes-default': 'DNS backend' },
  },
  {
    id: 'M-D54',
    breaks: 'a ClusterIP Service without endpoints resolves to an address that is not its own',
    mechanism: corefile(
      'a template answers A of the Service that has nobody',
      template('A', only('unmanned'), () => [`answer "{{ .Name }} 5 IN A ${ghost}"`]),
    ),
    witness: dug({ type: 'A', name: name('unmanned'), prints: new RegExp(ghost) }),
    kills: { 'dns.clusterip.empty': 'DNS backend' },
  },
  {
    id: 'M-D55',
    breaks: 'SRV of a ClusterIP Service names the port of the Pods',
    mechanism: corefile(
      'a template answers SRV with the target port',
      template('SRV', only('_http._tcp.remapped'), (bench) => [
        `answer "{{ .Name }} 5 IN SRV 0 100 8080 ${bench.fqdn('remapped')}."`,
      ]),
    ),
    witness: dug({ type: 'SRV', name: name('_http._tcp.remapped'), prints: /0 100 8080/ }),
    kills: { 'dns.clusterip.srv': 'DNS backend' },
  },
  {
    id: 'M-D56',
    breaks: 'SRV of a headless Service names the port of the Service, on which no Pod listens',
    mechanism: corefile(
      'a template answers SRV with the port of the Service',
      template('SRV', only('_http._tcp.nearby'), async (bench) =>
        (await addresses(bench, 'web')).map(
          (address) => `answer "{{ .Name }} 5 IN SRV 0 50 80 ${address.replaceAll('.', '-')}.${bench.fqdn('nearby')}."`,
        ),
      ),
    ),
    witness: dug({ type: 'SRV', name: name('_http._tcp.nearby'), prints: /0 50 80 / }),
    kills: { 'dns.headless.srv.port-reaches': 'DNS backend' },
  },
  {
    id: 'M-D57',
    breaks: 'every name below the namespace of the asking Pod is there, so that no search list is walked to its end',
    mechanism: corefile(
      'a template answers A below the namespace of the vantages with nothing',
      template(
        'A',
        (bench) => `^.+[.]${below(ofVantages(bench))}`,
        () => ['rcode NOERROR'],
      ),
    ),
    witness: dug({
      type: 'A',
      name: (bench) => `nobody.here.${ofVantages(bench)}`,
      prints: /NOERROR[\s\S]*ANSWER: 0,/,
    }),
    kills: { 'dns.headless.a.cross-namespace': 'DNS backend' },
  },
  {
    id: 'M-D58',
    breaks: 'DNS withholds a Pod that is not ready from a Service that publishes such Pods',
    mechanism: corefile(
      'a template answers A of the publishing Service with the Pod that is ready',
      template('A', only('other'), async (bench) => [
        `answer "{{ .Name }} 5 IN A ${(await addresses(bench, 'peers'))[0]}"`,
      ]),
    ),
    witness: dug({ type: 'A', name: name('other'), prints: /ANSWER: 1,/ }),
    kills: { 'dns.headless.a.publish-not-ready': 'DNS backend' },
  },
  {
    id: 'M-D59',
    breaks: 'a headless Service that has no ready endpoint resolves to the one that is not ready',
    mechanism: corefile(
      'a template answers A of the Service with its Pod',
      template('A', only('none-ready'), async (bench) => [
        `answer "{{ .Name }} 5 IN A ${(await addresses(bench, 'peers'))[1]}"`,
      ]),
    ),
    witness: dug({ type: 'A', name: name('none-ready'), prints: /ANSWER: 1,/ }),
    kills: { 'dns.headless.empty': 'DNS backend', 'dns.headless.empty.no-address': 'DNS backend' },
  },
  {
    id: 'M-D60',
    breaks: 'an ExternalName Service is an alias of another name than it is given',
    mechanism: corefile(
      'a template answers CNAME of the ExternalName Service',
      template('CNAME', only('alias'), () => ['answer "{{ .Name }} 5 IN CNAME stale.example.invalid."']),
    ),
    witness: dug({ type: 'CNAME', name: name('alias'), prints: /stale\.example/ }),
    kills: { 'dns.externalname.cname': 'DNS backend' },
  },
  {
    id: 'M-D61',
    breaks: 'every name below an ExternalName Service resolves',
    mechanism: corefile(
      'a template answers A of all names below the ExternalName Service',
      template(
        'A',
        (bench) => `^[^.]+[.]${below(bench.fqdn('alias'))}`,
        () => [`answer "{{ .Name }} 5 IN A ${ghost}"`],
      ),
    ),
    witness: dug({ type: 'A', name: name('anybody.alias'), prints: new RegExp(ghost) }),
    kills: { 'dns.externalname.no-subname': 'DNS backend' },
  },
  {
    id: 'M-D62',
    breaks: 'the aliases of names in the cluster lead to an address of nobody',
    mechanism: corefile(
      'a template answers A of the ExternalName Services',
      template(
        'A',
        (bench) => `^alias-of-(all|one)[.]${below(ofChanging(bench))}`,
        () => [`answer "{{ .Name }} 5 IN A ${ghost}"`],
      ),
    ),
    witness: dug({ type: 'A', name: (bench) => `alias-of-all.${ofChanging(bench)}`, prints: new RegExp(ghost) }),
    kills: { 'dns.externalname.chain': 'DNS backend', 'dns.externalname.headless-target': 'DNS backend' },
  },
  {
    id: 'M-D63',
    breaks: 'a name does not exist for whoever asks for a type that it does not have, and nobody says for how long',
    mechanism: corefile(
      'a template denies TXT of all Services',
      template(
        'TXT',
        (bench) => below(`svc.${bench.clusterDomain}`),
        () => ['rcode NXDOMAIN'],
      ),
    ),
    witness: dug({ type: 'TXT', name: name('web-clusterip'), prints: /NXDOMAIN/ }),
    kills: { 'dns.neg.unknown-type': 'DNS backend', 'dns.neg.soa': 'DNS backend' },
  },
  {
    id: 'M-D64',
    breaks: 'a namespace does not exist, though there are names below it',
    mechanism: corefile(
      'a template denies A of the namespace',
      template(
        'A',
        (bench) => exactly(ofHeadless(bench)),
        () => ['rcode NXDOMAIN'],
      ),
    ),
    witness: dug({ type: 'A', name: ofHeadless, prints: /NXDOMAIN/ }),
    kills: { 'dns.neg.empty-nonterminal': 'DNS backend' },
  },
]
