import {
  addressType,
  answersAlike,
  describe,
  familiesOf,
  namedEndpoints,
  serviceNamed,
  specs,
  staged,
  versionTold,
} from '../../helpers/harness.ts'

const test = staged('headless')

/** Every second letter as a capital: what a resolver that mixes the case against forgers sends. */
function mixed(name: string): string {
  return [...name].map((letter, index) => (index % 2 === 0 ? letter.toUpperCase() : letter)).join('')
}

describe('cluster DNS', () => {
  test(
    'answers the same whatever the case of the letters that it is asked with',
    { meta: { id: 'dns.zone.case-insensitive', level: 'MUST', spec: `${specs.dns} 2.1; RFC 4343 3` } },
    async ({ stage, lookout, decide }) =>
      decide(async () => {
        const snapshot = await stage.snapshot()
        const [family = 'IPv4'] = familiesOf(serviceNamed(snapshot, 'db'))
        const hosts = namedEndpoints(snapshot, 'db', family).map(({ hostname }) => `${hostname}.db`)
        const questions = [
          ...['web', ...hosts].map((name) => ({ name: stage.fqdn(name), type: addressType(family) })),
          { name: stage.fqdn('_http._tcp.db'), type: 'SRV' as const },
        ]
        const small = await lookout.dns.everywhere(questions)
        const large = await lookout.dns.everywhere(questions.map(({ name, type }) => ({ name: mixed(name), type })))
        return answersAlike(
          large,
          small,
          (one, twin) => one.question.name === mixed(twin.question.name) && one.question.type === twin.question.type,
        )
      }),
  )

  test(
    'tells the version of the schema that it keeps',
    // The specification has it as a must, but no client of a Service asks for it.
    { meta: { id: 'dns.zone.schema-version', level: 'SHOULD', spec: `${specs.dns} 2.2` } },
    async ({ lookout, decide }) =>
      decide(async () =>
        versionTold(await lookout.dns.ask('TXT', `dns-version.${lookout.roll.facts.dns.clusterDomain}`)),
      ),
  )
})
