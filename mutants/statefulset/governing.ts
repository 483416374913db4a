import { messageOf } from '../../helpers/errors.ts'
import { type EndpointSlice, type KubernetesObject, pathOf } from '../../helpers/target/objects.ts'
import type { Bench } from '../bench.ts'
import { together } from '../mechanism.ts'
import type { Mutant } from '../mutant.ts'
import { altered } from '../verbs/admission.ts'
import { below, corefile, template } from '../verbs/corefile.ts'
import { exchange } from '../verbs/objects.ts'
import { onNodeOf, type PodOf, podFile } from '../verbs/pod-file.ts'
import { dug, slicesHold } from '../witnesses.ts'
import { podsSettled } from './settled.ts'

const ghost = '10.255.255.1'
const setNamed =
  (name: string) =>
  (bench: Bench): string =>
    pathOf('statefulsets', bench.namespaces.headless, name)
const db = setNamed('db')

/** Another Service for a set, which takes another set. Undone, the Pods are waited for that have their old subdomain again. */
function governedBy(serviceName: string, set: 'db' | 'ungoverned', before: { count: number; subdomain?: string }) {
  const settled = podsSettled('the names of the Pods are waited for', set, before.count, ({ spec }) => {
    return spec?.subdomain === before.subdomain
  })
  const other = exchange('the StatefulSet names another Service', setNamed(set), (one) => ({
    ...one,
    spec: { ...(one.spec as object), serviceName },
  }))
  return together(settled, other)
}

const first: PodOf = (bench) => bench.pod('headless', 'db-0')

function hostnames(slices: readonly EndpointSlice[]): string[] {
  return slices.flatMap((slice) => (slice.endpoints ?? []).flatMap((one) => one.hostname ?? []))
}

/** A name and its governing Service do not belong together. */
export const governing: readonly Mutant[] = [
  {
    id: 'M-S22',
    breaks: 'an update that puts a StatefulSet below another Service is taken, and forgotten',
    mechanism: altered('a policy puts the old Service back', {
      group: 'apps',
      resource: 'statefulsets',
      operation: 'UPDATE',
      when: 'object.spec.serviceName != oldObject.spec.serviceName',
      patches: '[JSONPatch{op: "replace", path: "/spec/serviceName", value: oldObject.spec.serviceName}]',
    }),
    witness: {
      looksAt: 'a dry run of an update',
      async see(bench) {
        const asked = bench.api.send<KubernetesObject>(db(bench), {
          method: 'PATCH',
          contentType: 'application/merge-patch+json',
          query: { dryRun: 'All' },
          body: { spec: { serviceName: 'mutant' } },
        })
        const said = await asked.then(({ spec }) => JSON.stringify(spec), messageOf)
        return { shows: said.includes('"serviceName":"db"'), saw: said.slice(0, 300) }
      },
    },
    kills: { 'sts.immutable': 'pod' },
  },
  {
    id: 'M-S38',
    breaks: 'an update that would have a StatefulSet let go of its Pods is taken',
    mechanism: altered('a policy puts the old selector back', {
      group: 'apps',
      resource: 'statefulsets',
      operation: 'UPDATE',
      when: 'object.spec.selector != oldObject.spec.selector',
      patches: '[JSONPatch{op: "replace", path: "/spec/selector", value: oldObject.spec.selector}]',
    }),
    witness: {
      looksAt: 'a dry run of an update',
      async see(bench) {
        const labels = { mutant: 'yes' }
        const asked = bench.api.send<KubernetesObject>(db(bench), {
          method: 'PATCH',
          contentType: 'application/merge-patch+json',
          query: { dryRun: 'All' },
          body: { spec: { selector: { matchLabels: labels }, template: { metadata: { labels } } } },
        })
        const said = await asked.then(({ spec }) => JSON.stringify((spec as { selector: unknown }).selector), messageOf)
        return { shows: said === '{"matchLabels":{"app":"rollcall-db"}}', saw: said.slice(0, 300) }
      },
    },
    kills: { 'sts.immutable.selector': 'pod' },
  },
  {
    id: 'M-S23',
    breaks: 'Pods of a StatefulSet have names below every headless Service that selects them',
    mechanism: corefile(
      'a template answers A of all names below another Service',
      template(
        'A',
        (bench) => `^[^.]+[.]${below(bench.fqdn('db-families'))}`,
        () => [`answer "{{ .Name }} 5 IN A ${ghost}"`],
      ),
    ),
    witness: dug({ type: 'A', name: (bench) => bench.fqdn('db-0.db-families'), prints: new RegExp(ghost) }),
    kills: { 'sts.dns.wrong-service': 'DNS backend' },
  },
  {
    id: 'M-S41',
    breaks: 'Pods have names below a Service that selects them, although their set names none',
    mechanism: corefile(
      'a template answers A of all names below that Service',
      template(
        'A',
        (bench) => `^[^.]+[.]${below(bench.fqdn('ungoverned'))}`,
        () => [`answer "{{ .Name }} 5 IN A ${ghost}"`],
      ),
    ),
    witness: dug({ type: 'A', name: (bench) => bench.fqdn('ungoverned-0.ungoverned'), prints: new RegExp(ghost) }),
    kills: { 'sts.dns.no-service-name': 'DNS backend' },
  },
  {
    id: 'M-S42',
    breaks: 'a StatefulSet that names no Service is governed by the one that has its name',
    mechanism: governedBy('ungoverned', 'ungoverned', { count: 1 }),
    witness: slicesHold('the slices of ungoverned', 'ungoverned', (found) => hostnames(found).includes('ungoverned-0')),
    kills: { 'sts.dns.no-service-name': 'pod' },
    culprit: () => 'ungoverned-0',
  },
  {
    id: 'M-S24',
    breaks: 'a StatefulSet is governed by a Service that is not there',
    mechanism: governedBy('mutant', 'db', { count: 2, subdomain: 'db' }),
    witness: slicesHold('the slices of db', 'db', (found) => {
      const endpoints = found.flatMap((slice) => slice.endpoints ?? [])
      return endpoints.length === 2 && endpoints.every((one) => one.conditions?.ready) && hostnames(found).length === 0
    }),
    kills: { 'sts.dns.per-pod': 'EndpointSlice', 'dns.headless.host.a': 'EndpointSlice' },
    alongside: {
      'dns.headless.ptr.hostname': ['inconclusive'],
      'dns.neg.other-family-nodata': ['inconclusive'],
      'dns.zone.case-insensitive': ['inconclusive'],
    },
  },
  {
    id: 'M-S34',
    breaks: 'a Pod of a StatefulSet takes its hostname for its whole name',
    mechanism: podFile('the two names change places', first, '/etc/hosts', (text) =>
      text.replace(/^(\S+)\s+(db-0\.\S+)\s+(db-0)$/gm, '$1\t$3\t$2'),
    ),
    witness: onNodeOf(first, ['cat', '/proc/PID/root/etc/hosts'], /^\S+\s+db-0\s+db-0\./m),
    kills: { 'sts.hostname.full': 'pod' },
    culprit: () => 'db-0',
  },
]
