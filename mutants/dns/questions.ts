import type { Bench } from '../bench.ts'
import type { Mutant, Witness } from '../mutant.ts'
import { corefile, type Edit, exactly, forClient, template, withoutCache } from '../verbs/corefile.ts'
import { dug } from '../witnesses.ts'

const ghost = '10.255.255.3'
const name = (one: string) => (bench: Bench) => bench.fqdn(one)
const only = (one: string) => (bench: Bench) => exactly(bench.fqdn(one))
async function addresses(bench: Bench, app: 'web'): Promise<string[]> {
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
]
