import type { KubernetesObject, StatefulSet } from '../../helpers/target/objects.ts'
import { pathOf } from '../../helpers/target/objects.ts'
import { eventually } from '../../helpers/wait.ts'
import type { Bench } from '../bench.ts'
import { mechanism } from '../mechanism.ts'
import type { Mechanism, Witness } from '../mutant.ts'
import { create, removeAt } from './objects.ts'

/** The name of a Pod of the set that fails over, as its replicas were given it. */
export function kvName(bench: Bench, pod: string): string {
  return `${pod}.kv-headless.${bench.namespaces.failover}.svc`
}

/** A Pod that is none of the set's, as Pod Security and quotas want it. */
export function stranger(bench: Bench, name: string, script: string): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: bench.namespaces.failover },
    spec: {
      automountServiceAccountToken: false,
      terminationGracePeriodSeconds: 1,
      securityContext: { runAsNonRoot: true, runAsUser: 999, seccompProfile: { type: 'RuntimeDefault' } },
      containers: [
        {
          name: 'redis',
          image: 'redis:7-alpine',
          imagePullPolicy: 'IfNotPresent',
          command: ['sh', '-c', script],
          readinessProbe: { tcpSocket: { port: 6379 } },
          securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
          resources: { requests: { cpu: '10m', memory: '32Mi' }, limits: { cpu: '250m', memory: '128Mi' } },
        },
      ],
    },
  }
}

/** Starts a Pod that is none of the set's beside it. */
export function strangerBeside(does: string, name: string, script: (bench: Bench) => string): Mechanism {
  return create(does, (bench) => [
    { collection: pathOf('pods', bench.namespaces.failover), object: stranger(bench, name, script(bench)) },
  ])
}

/**
 * Nothing of its own; once the rest is undone, these Pods are made anew, and the set is waited for. Its controller, which
 * waits longer after each Pod that it may not make, looks again when the set is touched.
 */
export function madeWhole(...spoilt: readonly string[]): Mechanism {
  return mechanism<null>({
    does: 'the set is waited for',
    read: async () => null,
    apply: async () => {},
    undo: async (bench) => {
      const { failover } = bench.namespaces
      for (const pod of spoilt) {
        await unaltered(bench, pod)
        await removeAt(bench.api, pathOf('pods', failover, pod))
      }
      for (const touched of ['mutant', null])
        await bench.api.send(pathOf('statefulsets', failover, 'kv'), {
          method: 'PATCH',
          contentType: 'application/merge-patch+json',
          body: { metadata: { annotations: { 'rollcall.dev/touched': touched } } },
        })
      await eventually(
        async () => {
          const left = await missing(bench)
          return left === undefined ? { done: true, value: undefined } : { done: false, saw: left }
        },
        { reason: 'the set to be whole', deadline: 40_000, signal: bench.signal },
      )
    },
    remains: missing,
  })
}

async function missing(bench: Bench): Promise<string | undefined> {
  const { status } = await bench.api.send<StatefulSet>(pathOf('statefulsets', bench.namespaces.failover, 'kv'))
  return status?.readyReplicas === 3 ? undefined : `${status?.readyReplicas ?? 0} of 3 Pods are Ready`
}

const script = 'as it was written'

/** What the API server makes of a Pod of this name, as a dry run. */
export function dryRun(name: string, prints: RegExp): Witness {
  return {
    looksAt: `a dry run of ${name}`,
    async see(bench) {
      const body = stranger(bench, name, script)
      const options = { method: 'POST', query: { dryRun: 'All' }, body } as const
      const { spec } = await bench.api.send<KubernetesObject>(pathOf('pods', bench.namespaces.failover), options)
      const said = JSON.stringify(spec)
      return { shows: prints.test(said), saw: said.slice(0, 200) }
    },
  }
}

/** Waits until a Pod of this name is made as it is written: a policy that is gone is obeyed for a moment more. */
async function unaltered(bench: Bench, pod: string): Promise<void> {
  const { see } = dryRun(`mutant-${pod}`, new RegExp(script))
  await eventually(
    async () => {
      const { shows, saw } = await see(bench)
      return shows ? { done: true, value: undefined } : { done: false, saw }
    },
    { reason: `${pod} to be made as it is written`, deadline: 20_000, signal: bench.signal },
  )
}
