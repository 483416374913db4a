import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, type TestContext, test } from 'vitest'
import { tellSlices } from '../helpers/stage/fake-workloads.ts'
import { agent, printing } from '../helpers/target/fake-exec.ts'
import { failure } from '../helpers/target/fake-store.ts'
import type { Before } from '../helpers/upgrade/before.ts'
import { info, members } from '../helpers/upgrade/fake-members.ts'
import { beforeOf } from '../helpers/upgrade/fixture-sample.ts'
import { readJournal } from '../helpers/upgrade/journal-file.ts'
import { beforeJson } from '../helpers/upgrade/keep-before.ts'
import { eventually } from '../helpers/wait.ts'
import { fakeCluster, plugged } from './fake-run.ts'

/** A fake cluster with a replicated set, whose DNS servers stay silent, and whose samplers take what they are told. */
async function cluster(onTestFinished: TestContext['onTestFinished']) {
  const own = await fakeCluster(onTestFinished)
  tellSlices(own.api.store)
  const redis = members((pod) => info(pod === 'up-kv-0' ? 'master' : 'slave'))
  const usual = own.api.exec
  own.api.exec = (socket, argv, path) => {
    if (path.endsWith('/portforward')) return redis(socket, argv, path)
    if (argv.at(-1) === '/sampler') return printing(`${(Date.now() / 1000).toFixed(6)}\n`)(socket, argv, path)
    // The agent that answers for files is asked for datagrams, too.
    usual(socket, argv, path)
    agent((verb) => (verb === 'udp' ? { code: 124, output: '' } : undefined))(socket, argv, path)
  }
  const run = (...argv: readonly string[]) => own.start([...argv, '--kubeconfig', own.kubeconfig])
  return { ...own, run, file: (name: string) => join(own.folder, 'reports', name) }
}

async function kindsIn(path: string): Promise<string[]> {
  const kinds: string[] = []
  for await (const entry of readJournal(path)) kinds.push(entry.kind)
  return kinds
}

describe.concurrent('around an upgrade', { timeout: 120_000 }, () => {
  test('before stages what stays and writes it down, in a file and in the cluster; watch goes on from either', async ({
    onTestFinished,
  }) => {
    const { api, run, file } = await cluster(onTestFinished)
    const ended = await run('before').ended
    expect(ended).toMatchObject({ code: 0, stderr: expect.stringContaining('what is so before the upgrade is in') })
    const before = JSON.parse(await readFile(file('before.json'), 'utf8')) as Before
    const namespaces = ['upgrade', 'upgrade-redis'].map((set) => `rollcall-${set}-${before.id}`)
    expect(before.sets.map((one) => one.namespace)).toEqual(namespaces)
    expect(before.redis.map((one) => `${one.pod} ${one.role}`)).toEqual([
      'up-kv-0 master',
      'up-kv-1 slave',
      'up-kv-2 slave',
    ])
    expect(before.answers.length).toBeGreaterThan(0)
    for (const name of namespaces) {
      const { labels = {} } = api.store.objects.get(`/api/v1/namespaces/${name}`)?.metadata ?? {}
      expect(labels['rollcall.dev/kept']).toBe('true')
      expect(Number(labels['rollcall.dev/expires'])).toBeGreaterThan(Date.now() / 1000 + 6 * 24 * 3600)
    }
    const again = await run('before').ended
    expect(again).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(`the fixture ${before.id}, which is still in the cluster`),
    })
    const watched = await run('watch', '--for', '2', '--reports', 'elsewhere').ended
    expect(watched).toMatchObject({
      code: 0,
      stderr: expect.stringContaining(`watching the fixture ${before.id}, into`),
    })
    const kinds = await kindsIn(file('../elsewhere/watch.ndjson'))
    expect([kinds.slice(0, 3), kinds.at(-1)]).toEqual([['begin', 'truth', 'targets'], 'end'])
  })

  test('before takes away what it could not stage', async ({ onTestFinished }) => {
    const { api, run, file } = await cluster(onTestFinished)
    api.answer = ({ method, path }) =>
      method === 'PATCH' && path.endsWith('/daemonsets/sampler')
        ? failure(403, 'Forbidden', 'no DaemonSets here')
        : undefined
    expect(await run('before').ended).toMatchObject({ code: 2, stderr: expect.stringContaining('no DaemonSets here') })
    expect(api.store.paths('namespaces')).toEqual([])
    await expect(readFile(file('before.json'))).rejects.toThrow('ENOENT')
  })

  test('before leaves out what an admin of a namespace may not write', async ({ onTestFinished }) => {
    const { api, run, file } = await cluster(onTestFinished)
    api.store.put({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'team' } })
    api.answer = ({ path, body }) => {
      const { spec } = (body ?? {}) as { spec?: { resourceAttributes?: { resource?: string; verb?: string } } }
      const { resource, verb } = spec?.resourceAttributes ?? {}
      const allowed = !(resource === 'endpointslices' && verb === 'patch')
      return path.endsWith('reviews') ? { status: 201, body: { status: { allowed } } } : undefined
    }
    expect(await run('before', '--namespace', 'team').ended).toMatchObject({ code: 0 })
    const { sets, snapshots } = JSON.parse(await readFile(file('before.json'), 'utf8')) as Before
    expect(new Set(sets.map((one) => one.namespace))).toEqual(new Set(['team']))
    expect(snapshots.upgrade?.services.map((one) => one.metadata?.name)).not.toContain('up-hand')
    expect(api.asked()).not.toContain('PATCH /apis/discovery.k8s.io/v1/namespaces/team/endpointslices/up-hand-1')
  })

  test('a soak is watched, and takes its fixture away when it is interrupted', async ({ onTestFinished }) => {
    const { api, run, file } = await cluster(onTestFinished)
    const started = run('soak', '1', '--watch')
    await eventually(
      async () => {
        const kinds = await kindsIn(file('soak/watch.ndjson')).catch((): string[] => [])
        return kinds.includes('targets') ? { done: true, value: undefined } : { done: false, saw: kinds.join(', ') }
      },
      { reason: 'the watch to begin', deadline: 60_000 },
    )
    started.kill('SIGINT')
    expect(await started.ended).toMatchObject({ code: 130 })
    expect(api.store.paths('namespaces')).toEqual([])
    expect((await kindsIn(file('soak/watch.ndjson'))).at(-1)).toBe('end')
    const report = JSON.parse(await readFile(file('soak.json'), 'utf8')) as object
    expect(report).toMatchObject({ run: { asked: 1, done: 0, exit: 130 }, watched: { canaries: { stuck: 0 } } })
  })

  test('a soak whose reports cannot be written leaves no fixture, and prints what there is', async ({
    onTestFinished,
  }) => {
    const { api, folder, run } = await cluster(onTestFinished)
    await writeFile(join(folder, 'reports'), 'in the place of the folder')
    const { code, stdout } = await run('soak', '1', '--watch').ended
    expect(code).toBe(2)
    expect(stdout).toContain('Cannot write reports/soak: a file is in the place of a directory')
    expect(stdout).toContain('Cannot write reports: a file is in the place of the directory')
    expect(stdout).toContain('0 of 1 runs')
    expect(api.store.paths('namespaces')).toEqual([])
  })

  test('watch ends well when it is interrupted', async ({ onTestFinished }) => {
    const { api, folder, run, file } = await cluster(onTestFinished)
    await mkdir(join(folder, 'reports'))
    await writeFile(file('before.json'), beforeJson(beforeOf()))
    const { pods } = await import('../helpers/upgrade/fixture-sample.ts').then(({ shown }) => shown())
    for (const one of pods) api.store.put(one as never)
    const started = run('watch')
    const asked = new Promise<void>((resolve) => {
      api.answer = ({ path }) => {
        if (path.endsWith('/nodes')) resolve()
        return undefined
      }
    })
    await asked
    started.kill('SIGINT')
    expect(await started.ended).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('watched; what was seen is in'),
    })
    expect((await kindsIn(file('watch.ndjson'))).at(-1)).toBe('end')
  })

  test('watch finds its way with credentials that a plugin makes anew', async ({ onTestFinished }) => {
    const { api, folder, kubeconfig, start } = await cluster(onTestFinished)
    const [apiVersion, kind] = ['client.authentication.k8s.io/v1', 'ExecCredential']
    const credential = JSON.stringify({ apiVersion, kind, status: { token: 'made-anew' } })
    const echoes = { command: 'echo', args: [credential] }
    await writeFile(join(folder, 'plugged'), plugged(await readFile(kubeconfig, 'utf8'), echoes))
    const said = await start(['watch', '--kubeconfig', join(folder, 'plugged')]).ended
    expect(new Set(api.requests.map(({ headers }) => headers.authorization))).toEqual(new Set(['Bearer made-anew']))
    // It was asked, and knows of no fixture.
    expect(said).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('No namespace that rollcall before has made'),
    })
  })

  test('watch says what is missing', async ({ onTestFinished }) => {
    const { run } = await cluster(onTestFinished)
    const said = async (...argv: readonly string[]) => (await run('watch', ...argv).ended).stderr
    expect(await said()).toContain('No namespace that rollcall before has made holds its record')
    expect(await said('--state', 'none.json')).toContain('There is no none.json')
    expect(await said('--for', 'ever')).toContain('--for is "ever" but must be seconds')
  })
})
