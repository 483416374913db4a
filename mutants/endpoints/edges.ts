import { type EndpointSlice, isReady, type KubernetesObject } from '../../helpers/target/objects.ts'
import type { Bench } from '../bench.ts'
import { together } from '../mechanism.ts'
import type { Mechanism, Mutant } from '../mutant.ts'
import { corefile, exactly, template } from '../verbs/corefile.ts'
import { suspend } from '../verbs/node.ts'
import { type Patch, patch } from '../verbs/objects.ts'
import { all, dug, slicesHold } from '../witnesses.ts'
import { sliceOf, tamperedSlice } from './slices.ts'

/** When what a slice tells of has happened. */
export const triggerAnnotation = 'endpoints.kubernetes.io/last-change-trigger-time'
const triggered = ['web', 'db', 'peers', 'web-clusterip'] as const

const controllerStopped = suspend(
  'SIGSTOP to the controller manager',
  (bench) => bench.controlPlane,
  () => '^kube-controller-manager ',
)

/** The Pod that has ended, as an endpoint. */
async function asEndpoint(bench: Bench, ended: string): Promise<Patch> {
  const pod = await bench.pod('changing', ended)
  if (pod.status?.podIP === undefined || isReady(pod)) throw new Error('the Pod that has ended has no address')
  const { name = '', namespace = '', uid = '' } = pod.metadata ?? {}
  const conditions = { ready: true, serving: false, terminating: false }
  const targetRef = { kind: 'Pod', name, namespace, uid }
  return { addresses: [pod.status.podIP], hostname: pod.spec?.hostname, conditions, targetRef }
}

function endedIsListed(service: string, pod: string): Mechanism {
  return together(
    controllerStopped,
    patch(
      'the Pod that has ended is an endpoint',
      (bench) => sliceOf(bench, service, 'changing'),
      async (_: KubernetesObject, bench) => ({ endpoints: [await asEndpoint(bench, pod)] }),
    ),
  )
}

function endpointsOf(slices: readonly EndpointSlice[]): EndpointSlice['endpoints'] {
  return slices.flatMap((slice) => slice.endpoints ?? [])
}

/** Slices say too much or too little where there is hardly anything to say. */
export const edges: readonly Mutant[] = [
  {
    id: 'M-E50',
    breaks: 'every endpoint of a Service is there twice, and stays so',
    mechanism: tamperedSlice('the endpoints are doubled', 'db', ({ endpoints }) => ({
      endpoints: [...endpoints, ...endpoints],
    })),
    witness: slicesHold('the slices of db', 'db', (found) => endpointsOf(found).length === 4),
    kills: { 'eps.no-duplicates': 'EndpointSlice' },
  },
  {
    id: 'M-E51',
    breaks: 'a Pod that has ended is published, and its address may be another Pod by now',
    mechanism: endedIsListed('ended', 'ended-done'),
    witness: slicesHold('the slices of ended', 'ended', (found) => endpointsOf(found).length === 1, 'changing'),
    kills: { 'eps.cond.terminal': 'EndpointSlice', 'dns.headless.a.terminal-removed': 'EndpointSlice' },
  },
  {
    id: 'M-E63',
    breaks: 'a Pod that has failed is an endpoint, as if it were there',
    mechanism: endedIsListed('failed', 'failed-done'),
    witness: slicesHold('the slices of failed', 'failed', (found) => endpointsOf(found).length === 1, 'changing'),
    kills: { 'eps.cond.failed': 'EndpointSlice' },
  },
  {
    id: 'M-E52',
    breaks: 'DNS still has the address of a Pod that has ended',
    mechanism: corefile(
      'a template answers A of the Service whose Pods have ended',
      template(
        'A',
        (bench) => exactly(bench.fqdn('ended', 'changing')),
        () => ['answer "{{ .Name }} 5 IN A 10.255.255.1"'],
      ),
    ),
    witness: dug({ type: 'A', name: (bench) => bench.fqdn('ended', 'changing'), prints: /10\.255\.255\.1/ }),
    kills: { 'dns.headless.a.terminal-removed': 'DNS backend' },
  },
  {
    id: 'M-E53',
    breaks: 'a Service that selects no Pod has an endpoint',
    mechanism: tamperedSlice('an endpoint of nobody', 'vacant', () => ({
      endpoints: [{ addresses: ['192.0.2.77'], conditions: { ready: true } }],
    })),
    witness: slicesHold('the slices of vacant', 'vacant', (found) => endpointsOf(found).length === 1),
    kills: { 'eps.empty.placeholder': 'EndpointSlice' },
  },
  {
    id: 'M-E54',
    breaks: 'a headless Service without ports has one in its slice',
    mechanism: tamperedSlice('a port', 'portless', () => ({ ports: [{ name: 'http', port: 8080, protocol: 'TCP' }] })),
    witness: slicesHold('the slices of portless', 'portless', (found) => found[0]?.ports?.[0]?.port === 8080),
    kills: { 'eps.ports.empty': 'EndpointSlice' },
  },
  {
    id: 'M-E55',
    breaks: 'the slice of a Service has lost the labels of the Service',
    mechanism: tamperedSlice('the label app is gone', 'web', () => ({ metadata: { labels: { app: null } } })),
    witness: slicesHold('the slices of web', 'web', (found) =>
      found.every((one) => one.metadata?.labels?.app === undefined),
    ),
    kills: { 'eps.label.propagate': 'EndpointSlice' },
  },
  {
    id: 'M-E56',
    breaks: 'no slice says when its change began',
    mechanism: together(
      controllerStopped,
      ...triggered.map((service) =>
        patch('the annotation is gone', (bench) => sliceOf(bench, service), {
          metadata: { annotations: { [triggerAnnotation]: null } },
        }),
      ),
    ),
    witness: all(
      ...triggered.map((service) =>
        slicesHold(`the slices of ${service}`, service, (found) =>
          found.every((one) => one.metadata?.annotations?.[triggerAnnotation] === undefined),
        ),
      ),
    ),
    kills: { 'eps.trigger-time': 'EndpointSlice' },
  },
]
