import type { Verdict } from '../../helpers/report/record.ts'

type Losses = Readonly<Record<string, readonly Verdict[]>>

function each(verdicts: readonly Verdict[], ...requirements: readonly string[]): Losses {
  return Object.fromEntries(requirements.map((id) => [id, verdicts]))
}

/** Names that have AAAA records, and are looked up with both types. */
const ofBothFamilies = [
  'dns.custom.hostname',
  'dns.custom.slice-a',
  'dns.headless.a.portless',
  'dns.headless.host.system-id',
  'dns.headless.ptr.system-id',
  'ds.dns-both',
]
/** Other names, addresses and ports that are there. */
const present = [
  ...ofBothFamilies,
  'dns.custom.ready-nil',
  'dns.custom.serving-ignored',
  'dns.custom.unlabelled',
  'dns.headless.a.dedup',
  'dns.headless.a.join-slices',
  'dns.headless.host.shared',
  'dns.headless.ptr.multi',
  'dns.headless.srv.per-endpoint-port',
  'dns.headless.srv.port-value',
]
/** Names that are not there. */
const absent = [
  'dns.custom.no-service',
  'dns.custom.srv-needs-port-name',
  'dns.headless.srv.portless',
  'sts.dns.no-service-name',
]

/** What is lost of hand-made slices, and of what else was asked for since, along with more: by no server at all, … */
export const withoutServers = each(['non-conformant'], ...present, ...absent, 'dns.headless.srv.additional')
/** … by a server without endpoints, beside which nothing can be said of what is absent, … */
export const withoutEndpoints = { ...each(['non-conformant'], ...present), ...each(['inconclusive'], ...absent) }
/** … by a server of another zone, which asks its upstream server, … */
export const withoutZone = {
  ...each(['non-conformant'], ...present),
  ...each(['inconclusive', 'non-conformant'], ...absent, 'dns.headless.srv.additional'),
}
/** … and by a server that asks its upstream server for what it does not have, … */
export const withoutEnd = each(['non-conformant'], ...absent, 'dns.custom.ready-nil', 'dns.custom.unlabelled')
