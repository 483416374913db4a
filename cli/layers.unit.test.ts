import { execFile } from 'node:child_process'
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'

const root = join(import.meta.dirname, '..')
const rule = 'lint/style/noRestrictedImports'

/** Files with one line of code, and whether the linter must stop it. */
const cases = [
  ['suites/dns/a.test.ts', "import { test } from 'vitest'", true],
  ['suites/dns/b.test.ts', "import { readFile } from 'node:fs/promises'", true],
  ['suites/dns/c.test.ts', "import { judge } from '../../helpers/report/verdict.ts'", true],
  ['suites/dns/d.test.ts', "import { other } from './other.ts'", true],
  ['suites/dns/e.test.ts', "import { staged } from '../../helpers/harness.ts'", false],

  ['helpers/target/a.ts', "import { readSnapshot } from '../stage/snapshot.ts'", true],
  ['helpers/target/b.ts', "import { Vantage } from '../probes/vantage/vantage.ts'", true],
  ['helpers/target/c.ts', "import { V1Pod } from '@kubernetes/client-node'", false],
  ['helpers/target/d.ts', "import WebSocket from 'ws'", false],
  ['helpers/target/e.ts', "import { Redis } from 'ioredis'", true],

  ['helpers/stage/a.ts', "import type { V1Pod } from '@kubernetes/client-node'", false],
  ['helpers/stage/b.ts', "import WebSocket from 'ws'", true],
  ['helpers/stage/c.ts', "import { ttlCap } from '../matchers/ttl.ts'", true],
  ['helpers/stage/d.ts', "import { up } from '../../cluster/up.ts'", true],

  ['helpers/probes/a.ts', "import { setText } from '../matchers/truth.ts'", true],
  ['helpers/probes/b.ts', "import { applyAll } from '../stage/apply.ts'", true],
  ['helpers/probes/c.ts', "import type { Snapshot } from '../stage/snapshot.ts'", false],
  ['helpers/probes/d.ts', "import { KubeConfig } from '@kubernetes/client-node'", true],
  ['helpers/probes/e.ts', "import { Redis } from 'ioredis'", true],
  ['helpers/probes/redis-x.ts', "import { Redis } from 'ioredis'", false],
  ['helpers/probes/redis-y.ts', "import { decode } from 'dns-packet'", true],
  ['helpers/probes/dns/a.ts', "import { decode } from 'dns-packet'", false],
  ['helpers/probes/dns/b.ts', "import { Redis } from 'ioredis'", true],
  ['helpers/probes/vantage/a.ts', "import { decode } from 'dns-packet'", true],
  ['helpers/probes/vantage/b.ts', "import { staged } from '../../harness.ts'", true],

  ['helpers/matchers/a.ts', "import type { Sighting } from '../probes/dns/outcome.ts'", false],
  ['helpers/matchers/b.ts', "import { fold } from '../probes/dns/message.ts'", false],
  ['helpers/matchers/c.ts', "import { fetchFrom } from '../probes/http.ts'", true],
  ['helpers/matchers/d.ts', "import { readSnapshot } from '../stage/snapshot.ts'", true],
  ['helpers/matchers/e.ts', "import { expect } from 'vitest'", true],
  ['helpers/matchers/e.unit.test.ts', "import { expect } from 'vitest'", false],
  ['helpers/matchers/f.ts', "import { decode } from 'dns-packet'", true],

  ['helpers/upgrade/a.ts', "import { readSnapshot } from '../stage/snapshot.ts'", false],
  ['helpers/upgrade/b.ts', "import { Redis } from 'ioredis'", true],
  ['helpers/upgrade/c.ts', "import { up } from '../../cluster/up.ts'", true],

  ['helpers/report/a.ts', "import { readSnapshot } from '../stage/snapshot.ts'", true],
  ['helpers/report/b.ts', "import { setText } from '../matchers/truth.ts'", true],
  ['helpers/report/c.ts', "import type { TestError } from 'vitest'", true],
  ['helpers/report/collector.ts', "import type { TestError } from 'vitest'", false],

  ['helpers/report/d.ts', "import type { Tape } from '../eyes/tape.ts'", false],
  ['helpers/report/e.ts', "import { plain } from '../eyes/tape.ts'", true],
  ['helpers/report/f.ts', "import { worldOf } from '../worlds/world.ts'", true],

  ['helpers/eyes/a.ts', "import { Vantage } from '../probes/vantage/vantage.ts'", false],
  ['helpers/eyes/b.ts', "import { setText } from '../matchers/truth.ts'", true],
  ['helpers/eyes/c.ts', "import { readWorld } from '../worlds/world.ts'", true],
  ['helpers/eyes/d.ts', "import { Lookout } from '../look.ts'", true],
  ['helpers/probes/s.ts', "import type { StageView } from '../stage-view.ts'", true],
  ['helpers/worlds/a.ts', "import type { Tape } from '../eyes/tape.ts'", false],
  ['helpers/worlds/b.ts', "import { readSnapshot } from '../stage/snapshot.ts'", true],
  ['helpers/worlds/c.ts', "import { expect } from 'vitest'", true],
  ['helpers/matchers/g.ts', "import type { Tape } from '../eyes/tape.ts'", true],
  ['helpers/probes/vantage/c.ts', "import { Recorder } from '../../eyes/tape.ts'", true],

  ['helpers/look.ts', "import { inject } from 'vitest'", false],
  ['helpers/settle.ts', "import { inject } from 'vitest'", true],
  ['helpers/wait.ts', "import { main } from '../cli/main.ts'", true],
  ['helpers/a.ts', "import { $ } from 'zx/core'", true],
  ['helpers/b.ts', "import { inject } from 'vitest'", true],

  ['cli/a.ts', "import { $ } from 'zx'", true],
  ['cli/b.ts', "import { startVitest } from 'vitest/node'", true],
  ['cli/run.ts', "import { startVitest } from 'vitest/node'", false],
  ['cli/observe.ts', "import { startVitest } from 'vitest/node'", false],
  ['cli/c.ts', "import { staged } from '../helpers/harness.ts'", true],
  ['cli/d.ts', "import { mutants } from '../mutants/catalogue.ts'", false],
  ['cluster/a.ts', "import { $ } from 'zx/core'", false],
  ['cluster/b.ts', "import { Problem } from '../helpers/errors.ts'", false],
  ['cluster/c.ts', "import { KubeConfig } from '@kubernetes/client-node'", true],
  ['cluster/d.ts', "import { main } from '../cli/main.ts'", true],

  ['mutants/a.ts', "import { list } from '../helpers/target/objects.ts'", false],
  ['mutants/b.ts', "import { clusterExec } from '../cluster/kind.ts'", false],
  ['mutants/c.ts', "import { readSnapshot } from '../helpers/stage/snapshot.ts'", false],
  ['mutants/d.ts', "import type { Hop } from '../helpers/report/record.ts'", false],
  ['mutants/e.ts', "import type { VantagePod } from '../helpers/probes/vantage/vantage.ts'", false],
  ['mutants/f.ts', "import { fetchFrom } from '../helpers/probes/http.ts'", true],
  ['mutants/g.ts', "import { setText } from '../helpers/matchers/truth.ts'", true],
  ['mutants/h.ts', "import { Lookout } from '../helpers/look.ts'", true],
  ['mutants/i.ts', "import { staged } from '../helpers/harness.ts'", true],
  ['mutants/dns/j.ts', "import '../../suites/dns/ttl.test.ts'", true],
  ['mutants/verbs/k.ts', "import { run } from '../../cli/run.ts'", true],
  ['mutants/l.ts', "import { KubeConfig } from '@kubernetes/client-node'", true],
  ['suites/dns/m.test.ts', "import { mutants } from '../../mutants/catalogue.ts'", true],
  ['helpers/m.ts', "import { mutants } from '../mutants/catalogue.ts'", true],
  ['helpers/harness.ts', "import { mutants } from '../mutants/catalogue.ts'", true],
  ['helpers/report/failure.ts', "import { mutants } from '../../mutants/catalogue.ts'", true],
  ['helpers/report/m.ts', "import { mutants } from '../../mutants/catalogue.ts'", true],
  ['helpers/stage/m.ts', "import { mutants } from '../../mutants/catalogue.ts'", true],
  ['helpers/probes/m.ts', "import { mutants } from '../../mutants/catalogue.ts'", true],
  ['helpers/matchers/m.ts', "import { mutants } from '../../mutants/catalogue.ts'", true],
  ['helpers/target/m.ts', "import { mutants } from '../../mutants/catalogue.ts'", true],
  ['cluster/m.ts', "import { mutants } from '../mutants/catalogue.ts'", true],
] as const

interface Report {
  diagnostics: { category: string; location: { path: string | { file: string } } }[]
}

let folder: string
const stopped = new Map<string, string[]>()

/** Lints all cases at once, under the configuration of this repository. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollcall-layers-'))
  for (const file of ['biome.json', 'biome.layers.json']) await copyFile(join(root, file), join(folder, file))
  for (const [path, line] of [
    ...cases,
    ['helpers/talk.ts', "console.log('hello')"],
    ['cli/talk.ts', "console.log('hello')"],
  ]) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), `${line}\n`)
  }
  const biome = join(root, 'node_modules', '.bin', 'biome')
  const argv = ['lint', '--reporter=json', '--vcs-enabled=false', '--max-diagnostics=none', '.']
  const output = await new Promise<string>((resolve) =>
    execFile(biome, argv, { cwd: folder, maxBuffer: 2 ** 24 }, (_error, stdout) => resolve(stdout)),
  )
  for (const { category, location } of (JSON.parse(output) as Report).diagnostics) {
    const path = typeof location.path === 'string' ? location.path : location.path.file
    stopped.set(path, [...(stopped.get(path) ?? []), category])
  }
}, 30_000)

afterAll(async () => rm(folder, { recursive: true }))

test.for(cases)('%s with %s is stopped: %s', ([path, , expected]) => {
  expect((stopped.get(path) ?? []).includes(rule)).toBe(expected)
})

test('only the command line writes to the console', () => {
  const category = 'lint/suspicious/noConsole'
  expect([stopped.get('helpers/talk.ts'), stopped.get('cli/talk.ts')]).toEqual([[category], undefined])
})
