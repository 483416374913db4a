import { answersExactly, describe, notApplicable, specs, staged, writtenAddresses } from '../../helpers/harness.ts'

// What somebody has written as Endpoints reaches a DNS server only by the slices that mirror them.
const test = staged('slices')

describe('a headless Service without selector', () => {
  test(
    'answers with the ready addresses of the Endpoints that somebody has written for it, and with their hostnames',
    { meta: { id: 'mirror.headless-dns', level: 'MUST', spec: `${specs.dns} 2.4.1; ${specs.services}` } },
    async ({ stage, lookout, decide }) =>
      decide(async () => {
        const written = writtenAddresses(await stage.snapshot('endpoints'), 'mirrored')
        if (written.length === 0) return notApplicable('v1 Endpoints are not in sight')
        const asked = written.map(async ({ address, hostname }) => {
          if (hostname === undefined) return []
          return answersExactly(await lookout.dns.ask('A', stage.fqdn(`${hostname}.mirrored`)), [address])
        })
        const every = await lookout.dns.ask('A', stage.fqdn('mirrored'))
        const addresses = written.map((one) => one.address)
        return [...answersExactly(every, addresses), ...(await Promise.all(asked)).flat()]
      }),
  )
})
