import type { LocalWrite } from '../redis-local-writes.ts'
import type { Observation } from '../report/record.ts'
import { atRedis } from './redis.ts'
import { between } from './redis-links.ts'
import { refusedWith, said, valueText } from './redis-said.ts'

/**
 * Decides redis.readonly.local: a replica that is told not to be read-only takes writes, which nobody else has, and refuses
 * them once it is told to. What nobody could write is absent everywhere, which shows nothing.
 */
export function writesStayLocal({ pod, standing, value, write, reads, refused }: LocalWrite): readonly Observation[] {
  const own = reads.find((one) => one.pod === pod)?.read
  const isThere = own?.kind === 'reply' && own.value === value
  const nowhere = `GET is no value for what was written on ${pod} alone`
  return [
    between(pod, [[standing], [standing]], 'role:slave', ({ role }) => [role === 'slave', `role:${role}`]),
    said(pod, write, 'SET is taken with replica-read-only no', () => true),
    ...reads.map((one) => {
      if (one.pod === pod) return said(pod, one.read, `GET is ${valueText(value)}`, (read) => read === value)
      const elsewhere = said(one.pod, one.read, nowhere, (read) => read === null)
      if (isThere || elsewhere.verdict !== 'conformant') return elsewhere
      return atRedis(one.pod, 'inconclusive', nowhere, `${pod} does not show it either`)
    }),
    refusedWith(pod, refused, 'READONLY', 'SET once replica-read-only is what it was'),
  ]
}
