import { pathOf } from '../../helpers/target/objects.ts'
import type { Mutant } from '../mutant.ts'
import { corefile, exactly, template } from '../verbs/corefile.ts'
import { create } from '../verbs/objects.ts'
import { all, dug } from '../witnesses.ts'
import { addressOf, fullName, shut } from './replication.ts'

/** A second Pod behind the name of one. */
function alsoNamed(hostname: string, pod: string): Pick<Mutant, 'mechanism' | 'witness' | 'culprit'> {
  return {
    mechanism: create(`a slice that gives the hostname of ${hostname} to ${pod}`, async (bench) => [
      {
        collection: pathOf('endpointslices', bench.namespaces.redis),
        object: {
          apiVersion: 'discovery.k8s.io/v1',
          kind: 'EndpointSlice',
          metadata: {
            name: `mutant-second-${hostname}`,
            labels: {
              'kubernetes.io/service-name': 'redis-headless',
              'endpointslice.kubernetes.io/managed-by': 'mutant.example',
            },
          },
          addressType: 'IPv4',
          endpoints: [{ addresses: [await addressOf(bench, pod)], hostname }],
          ports: [{ name: 'redis', port: 6379, protocol: 'TCP' }],
        },
      },
    ]),
    witness: {
      looksAt: 'getent in a Pod',
      see: async (bench) => {
        const looked = ['getent', 'ahosts', `${fullName(bench, hostname)}.`]
        const said = await bench.inPod(bench.namespaces.redis, 'redis-2', 'redis', looked)
        return { shows: said.includes(await addressOf(bench, pod)), saw: said.replaceAll(/\s+/g, ' ') }
      },
    },
    culprit: () => `${hostname}.redis-headless`,
  }
}

/** Servers are as they should be, and their names lead elsewhere, or nowhere. */
export const names: readonly Mutant[] = [
  {
    id: 'M-R14',
    breaks: 'the name to which clients send their writes stands for a replica, too',
    ...alsoNamed('redis-0', 'redis-1'),
    kills: { 'redis.routing.headless-vs-master': 'node resolver' },
  },
  {
    id: 'M-R65',
    breaks: 'the name at which clients read stands for two replicas',
    // The other way round the witness, which asks in redis-2, would be told by its /etc/hosts.
    ...alsoNamed('redis-1', 'redis-2'),
    kills: { 'redis.propagate.by-name': 'node resolver' },
  },
  {
    id: 'M-R66',
    breaks: 'a replica has lost its name, which nobody in the set ever asks for',
    mechanism: corefile(
      'a template denies the name of one replica',
      template(
        'A',
        (bench) => exactly(fullName(bench, 'redis-1')),
        () => ['rcode NXDOMAIN'],
      ),
    ),
    witness: all(
      dug({ type: 'A', name: (bench) => fullName(bench, 'redis-1'), prints: /NXDOMAIN/ }),
      dug({ type: 'A', name: (bench) => fullName(bench, 'redis-2'), prints: /NOERROR/ }),
    ),
    kills: { 'redis.propagate.by-name': 'node resolver' },
    culprit: () => 'redis-1.redis-headless',
  },
  {
    id: 'M-R67',
    breaks: 'a replica follows its master, and takes no connection from anywhere else',
    ...shut('redis-1', 'replica'),
    kills: { 'redis.propagate.by-name': 'data path', 'redis.routing.headless-vs-master': 'data path' },
  },
]
