import { describe, expect, test } from 'vitest'
import { loadConfig } from '../helpers/config.ts'
import { sampleRecord } from '../helpers/report/report-sample.ts'
import { flagsAgain, nextCommand, nextOnFixture } from './next-command.ts'
import { readSuites } from './suite-files.ts'

const config = loadConfig(
  { context: "my team's", kubeconfig: 'a b/c', namespace: 'ns', imagesFrom: 'r.example.test/m', disruptive: true },
  {},
  'none.yaml',
)

describe('what is called next', () => {
  test('is for the same cluster, quoted for a shell', () => {
    expect(nextCommand(config, 'rollcall sweep --all')).toBe(
      "rollcall sweep --all --context 'my team'\\''s' --kubeconfig 'a b/c' --namespace ns",
    )
    expect(nextOnFixture(config, 'rollcall watch')).toMatch(/ --namespace ns$/)
    expect(nextOnFixture({ ...config, reports: 'r' }, 'rollcall watch')).toMatch(/ --namespace ns --reports r$/)
    expect(flagsAgain({ ...config, reports: 'r' })(sampleRecord({ area: 'upgrade' }))).toContain('--reports r')
    expect(nextCommand(loadConfig({}, {}, 'none.yaml'), 'rollcall sweep --all')).toBe('rollcall sweep --all')
    expect(nextCommand(loadConfig({ kind: true }, {}, 'none.yaml'), 'rollcall sweep')).toBe('rollcall sweep --kind')
  })

  test('is disruptive only where the requirement is', () => {
    const [disruptive = ''] = readSuites().find((one) => one.disruptive)?.ids ?? []
    const flags = flagsAgain(config)
    expect(flags(sampleRecord())).not.toContain('--disruptive')
    expect(flags(sampleRecord({ id: disruptive }))).toEqual([...flags(sampleRecord()), '--disruptive'])
    expect(flags(sampleRecord()).join(' ')).toMatch(/--namespace ns --images-from r\.example\.test\/m$/)
  })
})
