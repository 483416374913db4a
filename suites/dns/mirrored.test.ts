import {
  answersExactly,
  describe,
  isMirrored,
  mirrorsHostnamesAndReadiness,
  specs,
  staged,
  writtenAddresses,
} from '../../helpers/harness.ts'

// What somebody has written as Endpoints reaches a DNS server only by the slices that mirror them.
const test = staged('slices')

describe('a headless Service without selector', () => {
  test(
    'answers with the ready addresses of the Endpoints that somebody has written for it, and with their hostnames',
    { meta: { id: 'mirror.headless-dns', level: 'MUST', spec: `${specs.dns} 2.4.1; ${specs.services}` } },
    async ({ stage, lookout, decide }) =>
      decide(async () => {
        const snapshot = await stage.snapshot('endpoints')
        const { gitVersion } = lookout.roll.facts.version
        const mirrors = [isMirrored, mirrorsHostnamesAndReadiness].flatMap((of) => of(snapshot, 'mirrored', gitVersion))
        // Where nothing is to be mirrored, or nobody may know, no name follows from it.
        const open = mirrors.filter(({ verdict }) => verdict === 'not-applicable' || verdict === 'inconclusive')
        if (open.length > 0) return open
        const written = writtenAddresses(snapshot, 'mirrored')
        const asked = written.map(async ({ address, hostname }) => {
          if (hostname === undefined) return []
          return answersExactly(await lookout.dns.ask('A', stage.fqdn(`${hostname}.mirrored`)), [address])
        })
        const every = await lookout.dns.ask('A', stage.fqdn('mirrored'))
        const addresses = written.map((one) => one.address)
        return [...mirrors, ...answersExactly(every, addresses), ...(await Promise.all(asked)).flat()]
      }),
  )
})
