import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { describe, expect, test } from 'vitest'
import type { KubernetesObject } from '../target/objects.ts'
import { fixturesFolder, readFixtures } from './fixture.ts'

interface Container {
  readonly name: string
  readonly image: string
  readonly resources?: { readonly requests?: object; readonly limits?: object }
  readonly securityContext?: Record<string, unknown>
}

interface PodSpec {
  readonly containers: readonly Container[]
  readonly initContainers?: readonly Container[]
  readonly securityContext?: Record<string, unknown>
  readonly volumes?: readonly Record<string, unknown>[]
  readonly [field: string]: unknown
}

const sets = readdirSync(fixturesFolder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name)
  .sort()
const objects = objectsOf(sets)
const texts = sets.flatMap((set) =>
  readdirSync(join(fixturesFolder, set)).map((file) => ({
    file: join(set, file),
    text: readFileSync(join(fixturesFolder, set, file), 'utf8'),
  })),
)

function objectsOf(some: readonly string[]): { set: string; object: KubernetesObject }[] {
  return some.flatMap((set) => readFixtures(set).map((object) => ({ set, object })))
}

/** The spec of the Pods that an object makes. */
function podSpecOf(object: KubernetesObject): PodSpec | undefined {
  const spec = object.spec as { template?: { spec?: PodSpec }; containers?: unknown } | undefined
  return object.kind === 'Pod' ? (object.spec as PodSpec) : spec?.template?.spec
}

function podLabelsOf(object: KubernetesObject): Record<string, string> {
  const spec = object.spec as { template?: { metadata?: { labels?: Record<string, string> } } } | undefined
  return (object.kind === 'Pod' ? object.metadata.labels : spec?.template?.metadata?.labels) ?? {}
}

function selectorOf(object: KubernetesObject): Record<string, string> | undefined {
  const selector = (object.spec as { selector?: Record<string, unknown> } | undefined)?.selector
  return (object.kind === 'Service' ? selector : selector?.matchLabels) as Record<string, string> | undefined
}

const subject = (object: KubernetesObject): string => `${object.kind}/${object.metadata.name}`
const podsOf = (some: typeof objects) =>
  some.flatMap(({ set, object }) => {
    const spec = podSpecOf(object)
    return spec === undefined ? [] : [{ set, subject: subject(object), spec, labels: podLabelsOf(object) }]
  })
const pods = podsOf(objects)
const containers = pods.flatMap((pod) =>
  [...pod.spec.containers, ...(pod.spec.initContainers ?? [])].map((container) => ({ ...pod, container })),
)

/** What Pod Security `restricted` finds wrong with a Pod (pod-security-admission, policy checks). */
function violations(spec: PodSpec): string[] {
  const shared = spec.securityContext ?? {}
  const own = [...spec.containers, ...(spec.initContainers ?? [])].flatMap(({ name, securityContext = {} }) => {
    const capabilities = (securityContext.capabilities ?? {}) as { drop?: string[]; add?: string[] }
    const profile = (securityContext.seccompProfile ?? shared.seccompProfile) as { type?: string } | undefined
    return [
      securityContext.privileged === true && `${name} is privileged`,
      securityContext.allowPrivilegeEscalation !== false && `${name} allows privilege escalation`,
      !capabilities.drop?.includes('ALL') && `${name} keeps capabilities`,
      capabilities.add?.some((one) => one !== 'NET_BIND_SERVICE') && `${name} adds capabilities`,
      (securityContext.runAsNonRoot ?? shared.runAsNonRoot) !== true && `${name} may run as root`,
      (securityContext.runAsUser ?? shared.runAsUser) === 0 && `${name} runs as root`,
      !['RuntimeDefault', 'Localhost'].includes(profile?.type ?? '') && `${name} has no seccomp profile`,
    ]
  })
  const allowed = ['configMap', 'csi', 'downwardAPI', 'emptyDir', 'ephemeral', 'persistentVolumeClaim', 'projected']
  const volumes = (spec.volumes ?? []).flatMap((volume) =>
    Object.keys(volume).filter((key) => key !== 'name' && ![...allowed, 'secret'].includes(key)),
  )
  const host = ['hostNetwork', 'hostPID', 'hostIPC'].filter((key) => spec[key] === true)
  return [...own, ...volumes, ...host].filter((one) => typeof one === 'string')
}

describe('the fixtures', () => {
  test('begin with a line that says what they stage', () => {
    expect(texts.filter(({ text }) => !/^# \S.{20,}/.test(text)).map(({ file }) => file)).toEqual([])
  })

  test('hold no integer with a leading zero and no bare yes, no, on or off: YAML 1.1 and 1.2 read these differently', () => {
    const ambiguous = /(?:^|[:,[{-]\s+)(0\d+|y|n|yes|no|on|off)\s*(?:[,\]}#]|$)/im
    for (const sample of ['mode: 0644', '- yes', '{ a: off }', '[a, NO]', 'x: 007 # c'])
      expect(sample, sample).toMatch(ambiguous)
    expect(texts.filter(({ text }) => ambiguous.test(withoutBlocks(text))).map(({ file }) => file)).toEqual([])
  })

  test('name a request and a limit of processor and memory for each container: a quota may want them', () => {
    const bad = containers.filter(({ container: { resources } }) =>
      [resources?.requests, resources?.limits].some((one) => !['cpu', 'memory'].every((key) => key in (one ?? {}))),
    )
    expect(bad.map((one) => `${one.subject} ${one.container.name}`)).toEqual([])
  })

  test('are admitted where Pod Security is restricted, but for the node vantage', () => {
    const found = pods.filter(({ spec }) => violations(spec).length > 0)
    expect(found.map(({ set, spec }) => ({ set, violations: violations(spec) }))).toEqual([
      {
        set: 'node-vantage',
        violations: [
          'multitool is privileged',
          'multitool allows privilege escalation',
          'multitool keeps capabilities',
          'multitool may run as root',
          'multitool has no seccomp profile',
          'hostNetwork',
          'hostPID',
        ],
      },
      { set: 'node-vantage', violations: ['hostNetwork'] },
    ])
  })

  test('give no Pod a token for the API, and each a short grace period', () => {
    const bad = pods.filter(
      ({ spec }) => spec.automountServiceAccountToken !== false || spec.terminationGracePeriodSeconds !== 1,
    )
    expect(bad.map((one) => one.subject)).toEqual([])
  })
})

// The second is staged in the place of the first, and never beside it.
describe.each(['upgrade-redis', 'upgrade-redis-kept'])('all sets but %s in one namespace', (other) => {
  const objects = objectsOf(sets.filter((set) => set !== other))
  const pods = podsOf(objects)

  test('send no Pod to a node of another system, which has no image for it', () => {
    // Or to none at all.
    const nowhere = { 'rollcall.dev/nowhere': 'yes' }
    const anywhere = pods.filter(({ spec: { nodeSelector = {}, nodeName, schedulerName } }) => {
      const isBound = [{ 'kubernetes.io/os': 'linux' }, nowhere].some((one) => isDeepStrictEqual(one, nodeSelector))
      return !isBound && nodeName === undefined && schedulerName === undefined
    })
    expect(anywhere.map((one) => one.subject)).toEqual([])
  })

  test('have no two objects of one kind and name', () => {
    const names = objects.map(({ object }) => subject(object))
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([])
  })

  test('select only Pods of their own set', () => {
    const selected = objects.flatMap(({ set, object }) => {
      const selector = Object.entries(selectorOf(object) ?? {})
      // That label is nobody's: the Services that want it are about the slice that is written for them all the same.
      if (selector.length === 0 || selector.some(([, value]) => value === 'rollcall-nobody')) return []
      const own = pods.filter(({ labels }) => selector.every(([key, value]) => labels[key] === value))
      return [{ subject: `${set} ${subject(object)}`, sets: [...new Set(own.map((pod) => pod.set))], set }]
    })
    expect(selected.length).toBeGreaterThan(0)
    // A Service may select nobody: then it is there to show what comes of that.
    expect(selected.filter((one) => one.sets.some((set) => set !== one.set))).toEqual([])
  })

  test('have workloads that select no Pod of another', () => {
    const workloads = objects.filter(({ object }) => ['Deployment', 'StatefulSet', 'DaemonSet'].includes(object.kind))
    const greedy = workloads.map(({ object }) => {
      const selector = Object.entries(selectorOf(object) ?? {})
      const own = pods.filter(({ labels }) => selector.every(([key, value]) => labels[key] === value))
      return { subject: subject(object), owners: own.map((pod) => pod.subject) }
    })
    expect(greedy.filter((one) => one.owners.join() !== one.subject)).toEqual([])
  })
})

/** A manifest without its block scalars, whose lines are no YAML. */
function withoutBlocks(text: string): string {
  let deeper: number | undefined
  return text
    .split('\n')
    .filter((line) => {
      const indent = line.search(/\S/)
      if (deeper !== undefined && (indent === -1 || indent > deeper)) return false
      deeper = /[:-] [|>][+-]?\s*$/.test(line) ? indent : undefined
      return true
    })
    .join('\n')
}

test('what listens at [::] is started so that it does without on a kernel that has no IPv6', () => {
  const listening = objects.filter(({ object }) => {
    const { data = {} } = object as { data?: Record<string, string> }
    return data['nginx.conf']?.includes('listen [::]') === true
  })
  expect(listening.length).toBeGreaterThan(0)
  for (const { object } of listening) {
    const { data } = object as unknown as { data: Record<string, string> }
    expect(data['serve.sh']).toContain('test -e /proc/net/if_inet6')
  }
  const direct = podsOf(objects).filter(({ spec }) =>
    JSON.stringify(spec.containers).includes('/etc/rollcall/nginx.conf'),
  )
  expect(direct.map((one) => one.subject)).toEqual([])
})
