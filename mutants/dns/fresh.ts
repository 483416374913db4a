import type { Verdict } from '../../helpers/report/record.ts'

/** The requirements that change something and watch the names follow. */
const following = [
  'dns.externalname.type-change',
  'dns.externalname.update',
  'dns.fresh.add',
  'dns.fresh.ghost',
  'dns.fresh.hostname',
  'dns.fresh.negative',
  'dns.fresh.port',
  'dns.fresh.ready',
  'dns.fresh.recreate',
  'dns.fresh.remove',
  'lat.dns-propagation',
  'lat.dns-removal',
  'svc.headless.delete-gc',
] as const

/** What a DNS that does not answer as it should takes along: nothing that changes can be seen to have arrived. */
export const nothingFollows: Readonly<Record<string, readonly Verdict[]>> = Object.fromEntries(
  following.map((id) => [id, ['non-conformant', 'inconclusive'] as const]),
)
