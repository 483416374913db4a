import type { Mutant } from '../mutant.ts'
import { corefile, exactly, kubernetesOption, template } from '../verbs/corefile.ts'
import { dug } from '../witnesses.ts'

const ghost = '10.255.255.1'

/** The server says something else than what the slices hold. */
export const answers: readonly Mutant[] = [
  {
    id: 'M-D01',
    breaks: 'a headless name resolves to an address that no Pod has',
    mechanism: corefile(
      'a template answers A of the headless Service',
      template(
        'A',
        (bench) => exactly(bench.fqdn('web')),
        () => [`answer "{{ .Name }} 5 IN A ${ghost}"`],
      ),
    ),
    witness: dug({ type: 'A', name: (bench) => bench.fqdn('web'), prints: new RegExp(ghost) }),
    kills: { 'dns.headless.a.exact-set': 'DNS backend' },
  },
  {
    id: 'M-D12',
    breaks: 'DNS serves no endpoints, as after an upgrade that lost the right to list them',
    mechanism: corefile('noendpoints', kubernetesOption('noendpoints')),
    witness: dug({ type: 'A', name: (bench) => bench.fqdn('web'), prints: /NXDOMAIN/ }),
    kills: {
      'dns.headless.a.exact-set': 'DNS backend',
      'dns.headless.host.a': 'DNS backend',
      'dns.headless.srv.n-by-m': 'DNS backend',
      'dns.headless.srv.target': 'DNS backend',
    },
    alongside: { 'dns.ttl.bound': ['inconclusive'] },
  },
]
