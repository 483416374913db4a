import { describe, directWorks, keptStays, newWorks, specs, staged, virtualWorks } from '../../helpers/harness.ts'

const test = staged('upgrade')

describe('while the cluster is upgraded', () => {
  test(
    'a Pod that is ready is reached at its own address, from every node',
    { meta: { id: 'up.path.direct', level: 'MUST', spec: specs.upgrade } },
    async ({ lookout, decide }) => decide(() => lookout.upgrade.judgeWatch(directWorks), { once: true }),
  )

  test(
    'a Service leads new connections to its endpoints, from every node',
    { meta: { id: 'up.path.virtual', level: 'SHOULD', spec: `${specs.services} virtual IPs` } },
    async ({ lookout, decide }) => decide(() => lookout.upgrade.judgeWatch(virtualWorks), { once: true }),
  )

  test(
    'a connection that is kept ends only with who is at its ends',
    { meta: { id: 'up.path.kept', level: 'SHOULD', spec: specs.upgrade } },
    async ({ lookout, decide }) => decide(() => lookout.upgrade.judgeWatch(keptStays), { once: true }),
  )

  // What was learned before may be remembered by servers that learn nothing any more: health is what comes and goes.
  test(
    'a Service and a Pod that are new come up, are found and reached, and are forgotten, in the end as before',
    { meta: { id: 'up.canary', level: 'MUST', spec: specs.upgrade } },
    async ({ lookout, decide }) => decide(() => lookout.upgrade.judgeWatch(newWorks), { once: true }),
  )
})
