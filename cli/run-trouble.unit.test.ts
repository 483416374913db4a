import { execFile } from 'node:child_process'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { provideServiceAccounts } from '../helpers/stage/fake-workloads.ts'
import { desk, fakeCluster, reportOf } from './fake-run.ts'
import { readSuites } from './suite-files.ts'

const run = promisify(execFile)
const areas = [...new Set(readSuites().map((one) => one.area))].sort().join(', ')
const noSuite = `No suite file matches nosuch; name a part of its path, such as ${areas}.`

describe.concurrent('an interrupt', { timeout: 120_000 }, () => {
  test('while pods are awaited takes everything away, writes the reports and ends with 130', async ({
    onTestFinished,
  }) => {
    const { api, folder, kubeconfig, start } = await fakeCluster(onTestFinished)
    provideServiceAccounts(api.store)
    const started = start(['run', 'dns/ttl', '--kubeconfig', kubeconfig])
    let asked = 0
    api.answer = ({ method, path }) => {
      // Once: on a busy machine the next look comes before the signal does, and a second one ends the process at once.
      if (method === 'GET' && path.endsWith('/daemonsets') && asked++ === 0) started.kill('SIGINT')
      return undefined
    }
    const { code, stdout, stderr } = await started.ended
    expect(code).toBe(130)
    expect(stderr).toMatch(/\nSIGINT: cleaning up; once more to stop at once and leave things behind\n.*cleaning up\n$/)
    expect(stdout.split('\n')).toContain('The run was interrupted.')
    // Sets are staged side by side: the signal may come before the second one has begun.
    const made = api.asked().filter((one) => one === 'POST /api/v1/namespaces')
    expect(made.length).toBeGreaterThan(0)
    const deleted = api.asked().filter((one) => /^DELETE \/api\/v1\/namespaces\/[^/]+$/.test(one))
    expect(deleted).toHaveLength(made.length)
    expect([...api.store.objects.keys()]).toEqual([])
    const report = await reportOf(folder)
    expect(report.run).toMatchObject({ exit: 130, interrupted: true })
    expect(report.run.problems).toEqual(['interrupted by SIGINT'])
    expect(report.requirements.map(({ verdict }) => verdict)).toEqual(['inconclusive'])
  })

  test('while suites look takes everything away, writes the reports and ends with 130', async ({ onTestFinished }) => {
    const { api, folder, kubeconfig, start } = await fakeCluster(onTestFinished)
    const started = start(['run', 'dns/ttl', '--kubeconfig', kubeconfig])
    api.answer = ({ method, path }) => {
      if (method === 'GET' && /\/rollcall-headless-[a-z0-9]+\/services$/.test(path)) started.kill('SIGTERM')
      return undefined
    }
    const { code, stderr } = await started.ended
    expect(code).toBe(130)
    expect(stderr).toMatch(/ready: looking\n\nSIGTERM: cleaning up; .*\n.*cleaning up\n$/)
    expect([...api.store.objects.keys()]).toEqual([])
    const report = await reportOf(folder)
    expect(report.run).toMatchObject({ exit: 130, interrupted: true, problems: [] })
    expect(report.requirements.map(({ verdict }) => verdict)).toEqual(['inconclusive'])
    // Vitest reports that a test begins with some delay.
    expect(report.requirements[0]?.reason).toMatch(/^interrupted (before|while) it ran$/)
  })

  test.for([
    ['by Ctrl-C, which ends the reader of its output, too,', 'SIGINT', undefined],
    ['by a terminal that closes, of which its shell tells as well,', 'SIGHUP', 'SIGHUP'],
  ] as const)('%s takes everything away all the same', async ([, signal, again], { onTestFinished }) => {
    const { api, folder, kubeconfig, start } = await fakeCluster(onTestFinished)
    const started = start(['run', 'dns/ttl', '--kubeconfig', kubeconfig])
    api.answer = ({ method, path }) => {
      if (method === 'DELETE' && again !== undefined) started.kill(again)
      if (method !== 'GET' || !/\/rollcall-headless-[a-z0-9]+\/services$/.test(path)) return undefined
      started.hangUp()
      started.kill(signal)
      return undefined
    }
    expect(await started.ended).toMatchObject({ code: 130 })
    expect([...api.store.objects.keys()]).toEqual([])
    expect((await reportOf(folder)).run).toMatchObject({ exit: 130, interrupted: true, problems: [] })
  })
})

test('a fault that nobody catches is no verdict', async ({ onTestFinished }) => {
  const { folder, start } = await desk(onTestFinished)
  const fault = join(folder, 'fault.mjs')
  await writeFile(
    fault,
    `const timer = setInterval(() => {
       if (process.listenerCount('uncaughtException') === 0) return
       clearInterval(timer)
       throw new Error('lost')
     }, 1)`,
  )
  const { code, stderr } = await start(['catalog'], { NODE_OPTIONS: `--import ${fault}` }).ended
  expect(code).toBe(2)
  expect(stderr).toContain('Error: lost')
})

describe.concurrent('a run of nothing', { timeout: 120_000 }, () => {
  test('says that no suite file matches, writes the reports and touches no cluster', async ({ onTestFinished }) => {
    const { api, folder, kubeconfig, start } = await fakeCluster(onTestFinished)
    expect(await start(['run', 'nosuch', '--kubeconfig', kubeconfig]).ended).toEqual({
      code: 2,
      stdout: `${noSuite}\n\nReports: reports/conformance.json, reports/junit.xml\n\n0 not applicable, 0 warnings\n0 passed, 0 failed\n`,
      stderr: '',
    })
    expect(await reportOf(folder)).toMatchObject({ run: { exit: 2, problems: [noSuite] }, requirements: [] })
    expect(api.requests).toEqual([])
  })

  test.for([
    [['dns/ttl', 'nosuch'], noSuite],
    [
      ['dns/ttl', 'upgrade'],
      'All that matches upgrade judges what stands since before an upgrade; use rollcall after.',
    ],
  ] as const)('is what one of two filters selects: %j', async ([filters, sentence], { onTestFinished }) => {
    const { api, folder, kubeconfig, start } = await fakeCluster(onTestFinished)
    expect(await start(['run', ...filters, '--kubeconfig', kubeconfig]).ended).toMatchObject({ code: 2, stderr: '' })
    expect(await reportOf(folder)).toMatchObject({ run: { exit: 2, problems: [sentence] }, requirements: [] })
    expect(api.requests).toEqual([])
  })

  test('says that all it could run is disruptive, and that one has to ask for it', async ({ onTestFinished }) => {
    const { api, folder, kubeconfig, start } = await fakeCluster(onTestFinished)
    const { code } = await start(['run', 'dns/rollout', '--kubeconfig', kubeconfig]).ended
    const sentence = 'All that matches dns/rollout is disruptive, which a run is not unless told; add --disruptive.'
    expect(code).toBe(2)
    expect(await reportOf(folder)).toMatchObject({ run: { exit: 2, problems: [sentence] }, requirements: [] })
    expect(api.requests).toEqual([])
  })

  test('says that no title matches, and leaves nothing behind', async ({ onTestFinished }) => {
    const { api, folder, kubeconfig, start } = await fakeCluster(onTestFinished)
    const { code, stdout } = await start(['run', 'dns/ttl', '-t', 'nosuch', '--kubeconfig', kubeconfig]).ended
    expect(code).toBe(2)
    const sentence = 'No requirement has a title that matches -t nosuch.'
    expect(stdout).toBe(
      `${sentence}\n\nReports: reports/conformance.json, reports/junit.xml\n\n0 not applicable, 0 warnings\n0 passed, 0 failed\n`,
    )
    expect(await reportOf(folder)).toMatchObject({ run: { exit: 2, problems: [sentence] }, requirements: [] })
    expect([...api.store.objects.keys()]).toEqual([])
  })
})

test('what is kept is looked at again, and removed, on the same cluster', async ({ onTestFinished }) => {
  const { kubeconfig, start } = await fakeCluster(onTestFinished)
  const argv = ['run', 'dns/ttl', '-t', 'nosuch', '--keep', '--kubeconfig', kubeconfig, '--context', 'kind-fake']
  const { stderr } = await start(argv).ended
  const flags = `--context kind-fake --kubeconfig ${kubeconfig}`
  expect(stderr).toMatch(/look again with npm test -- --stage [0-9a-f]{6} --context/)
  expect(stderr).toContain(` ${flags}, remove them with npx rollcall sweep --all ${flags}\n`)
}, 120_000)

describe.concurrent('reports that cannot be written', { timeout: 120_000 }, () => {
  test('are told on the terminal, with exit code 2', async ({ skip, onTestFinished }) => {
    skip(process.getuid?.() !== 0, 'only root can mount a file system')
    const { folder, start } = await desk(onTestFinished)
    const reports = join(folder, 'reports')
    await mkdir(reports)
    const failed = await run('mount', ['-t', 'tmpfs', '-o', 'size=4k', 'tmpfs', reports]).then(
      () => false,
      () => true,
    )
    skip(failed, 'this machine does not let root mount a file system')
    onTestFinished(async () => void (await run('umount', [reports])))
    await writeFile(join(reports, 'ballast'), Buffer.alloc(4096))
    expect(await start(['run', 'nosuch']).ended).toEqual({
      code: 2,
      stdout: `${noSuite}\nCannot write reports/junit.xml: the disk is full; free some space, or choose another directory for the reports.\n\n0 not applicable, 0 warnings\n0 passed, 0 failed\n`,
      stderr: '',
    })
    expect(await readdir(reports)).toEqual(['ballast'])
  })
})
