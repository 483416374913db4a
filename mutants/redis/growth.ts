import type { Bench } from '../bench.ts'
import type { Mutant } from '../mutant.ts'
import { altered, frozen } from '../verbs/admission.ts'
import { below, corefile, template } from '../verbs/corefile.ts'
import { dryRun } from '../verbs/failover.ts'
import { all, dug, stands } from '../witnesses.ts'

const governing = (bench: Bench): string => bench.fqdn('pool-headless', 'failover')
/** As the template denies, without an SOA: nobody is there yet, and the cluster denies these names, too. */
const denied = /NXDOMAIN[\s\S]*AUTHORITY: 0/
const onPods = { set: 'failover', group: '', resource: 'pods', operation: 'CREATE' } as const

/** A replicated set does not come up as it is meant to. */
export const growth: readonly Mutant[] = [
  {
    id: 'M-R60',
    breaks: 'that a Service publishes Pods before they are ready comes to nothing',
    mechanism: frozen(
      'endpointslices',
      'discovery.k8s.io',
      ['CREATE', 'UPDATE'],
      (bench) => bench.namespaces.failover,
      'endpointslice-controller',
    ),
    witness: stands(
      'the admission policy',
      () => '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies/mutant-endpointslices',
      (one) => one !== undefined,
    ),
    kills: { 'redis.bootstrap.unready': 'EndpointSlice', 'redis.scale': 'EndpointSlice' },
  },
  {
    id: 'M-R61',
    breaks: 'Pods are ready before they have found each other',
    mechanism: altered('an admission policy takes the readiness probe from Pods', {
      ...onPods,
      when: "object.metadata.name.contains('pool-')",
      patches: '[JSONPatch{op: "remove", path: "/spec/containers/0/readinessProbe"}]',
    }),
    witness: dryRun('mutant-pool-0', /^(?!.*readinessProbe)/),
    kills: { 'redis.bootstrap.unready': 'Redis' },
  },
  {
    id: 'M-R62',
    breaks: 'the last replica of a set that grows follows nobody',
    mechanism: altered('an admission policy takes its master from the fifth Pod', {
      ...onPods,
      when: "object.metadata.name.endsWith('pool-4')",
      patches: `[JSONPatch{op: "replace", path: "/spec/containers/0/command/2", value: "exec redis-server --dir /tmp --save '' --protected-mode no"}]`,
    }),
    witness: dryRun('mutant-pool-4', /exec redis-server/),
    kills: { 'redis.scale': 'Redis' },
  },
  {
    id: 'M-R63',
    breaks: 'DNS knows nobody behind the Service through which a replicated set finds its master',
    mechanism: corefile(
      'a template denies the Service and all names below it',
      template(
        'A',
        (bench) => `(^|[.])${below(governing(bench))}`,
        () => ['rcode NXDOMAIN'],
      ),
    ),
    witness: all(
      dug({ type: 'A', name: governing, prints: denied }),
      dug({ type: 'A', name: (bench) => `pool-0.${governing(bench)}`, prints: denied }),
    ),
    kills: { 'redis.bootstrap.unready': 'DNS backend', 'redis.scale': 'DNS backend' },
  },
]
