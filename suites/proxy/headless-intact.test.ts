import { carriesWhole, describe, dialledAt, specs, staged } from '../../helpers/harness.ts'

// No packet on its way between two Pods is as large, jumbo frames of 9,001 bytes included.
const test = staged('headless')
const sent = Array.from({ length: 3200 }, (_, at) => String(at).padStart(5, '0')).join('')

describe('a connection to a Pod of a headless Service', () => {
  test(
    'carries what no single packet holds, there and back, from every node',
    { meta: { id: 'proxy.headless.intact', level: 'MUST', spec: specs.network } },
    async ({ stage, lookout, decide }) =>
      decide(async () => {
        const snapshot = await stage.snapshot()
        const { addresses, podAt } = dialledAt(snapshot, 'db')
        const [echoes, small] = await Promise.all([
          lookout.echoAll(addresses, 8080, sent),
          lookout.fetchAll(addresses, 8080),
        ])
        return carriesWhole({ sent, echoes, small }, podAt)
      }),
  )
})
