import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { KubernetesApi } from './api.ts'
import { takeOver } from './credentials.ts'
import { fakeApi, rejection } from './fake-client.ts'
import { chooseCluster, handOver } from './kubeconfig.ts'

async function folderOf(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-token-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  for (const [name, text] of Object.entries(files)) {
    await mkdir(join(folder, name, '..'), { recursive: true })
    await writeFile(join(folder, name), text)
  }
  return folder
}

/** A kubeconfig with one user for each of these. */
function kubeconfig(users: Readonly<Record<string, object>>): string {
  const names = Object.keys(users)
  return JSON.stringify({
    clusters: [{ name: 'c', cluster: { server: 'https://fake' } }],
    users: names.map((name) => ({ name, user: users[name] })),
    contexts: names.map((name) => ({ name, context: { cluster: 'c', user: name } })),
  })
}

/** What a user is let in with. */
async function authorizationOf(kubeconfig: string, context: string): Promise<unknown> {
  const options: { headers?: Record<string, string> } = {}
  await chooseCluster({ kubeconfig, context }, {})?.config.applyToHTTPSOptions(options)
  return options.headers?.Authorization
}

describe('a token that a user keeps in a file', () => {
  test('is found beside the kubeconfig that names it, and taken without its line end', async () => {
    const folder = await folderOf({ token: 'in-file\n' })
    await writeFile(join(folder, 'a'), kubeconfig({ relative: { tokenFile: './token' } }))
    await writeFile(join(folder, 'b'), kubeconfig({ absolute: { tokenFile: join(folder, 'token') } }))
    expect(await authorizationOf(join(folder, 'a'), 'relative')).toBe('Bearer in-file')
    expect(await authorizationOf(join(folder, 'b'), 'absolute')).toBe('Bearer in-file')
  })

  test('is that of its own kubeconfig where several are merged', async () => {
    const user = { tokenFile: 'token' }
    const folder = await folderOf({
      'a/config': kubeconfig({ 'kind-a': user }),
      'a/token': 'of-a',
      'b/config': kubeconfig({ 'kind-b': user, 'kind-a': user }),
      'b/token': 'of-b',
    })
    const list = [join(folder, 'a', 'config'), join(folder, 'b', 'config')].join(delimiter)
    expect(await authorizationOf(list, 'kind-a')).toBe('Bearer of-a')
    expect(await authorizationOf(list, 'kind-b')).toBe('Bearer of-b')
  })

  test('comes before one that is written down, unless the file is not there, and not before a plugin', async () => {
    const status = { token: 'of-plugin' }
    const args = ['-e', `console.log(${JSON.stringify(JSON.stringify({ status }))})`]
    const folder = await folderOf({
      token: 'in-file',
      config: kubeconfig({
        both: { token: 'written', tokenFile: 'token' },
        gone: { token: 'written', tokenFile: 'nope' },
        none: { token: 'written', tokenFile: '' },
        plugin: { exec: { command: process.execPath, args }, tokenFile: 'token' },
      }),
    })
    const config = join(folder, 'config')
    expect(await authorizationOf(config, 'both')).toBe('Bearer in-file')
    expect(await authorizationOf(config, 'gone')).toBe('Bearer written')
    expect(await authorizationOf(config, 'none')).toBe('Bearer written')
    expect(await authorizationOf(config, 'plugin')).toBe('Bearer of-plugin')
  })

  test('is missed in a sentence where the file is not there', async () => {
    const folder = await folderOf({ config: kubeconfig({ gone: { tokenFile: 'nope' } }) })
    expect(await rejection(authorizationOf(join(folder, 'config'), 'gone'))).toMatchObject({
      name: 'Problem',
      message: `The tokenFile ${folder}/nope of context "gone" does not exist; put a readable one there, or mend the kubeconfig.`,
    })
  })

  test('is read again when it has changed, in another thread, too', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    onTestFinished(() => void vi.useRealTimers())
    const api = await fakeApi()
    const written = JSON.parse(api.kubeconfig()) as { users: { user: object }[] }
    for (const one of written.users) one.user = { tokenFile: 'token' }
    const folder = await folderOf({ config: JSON.stringify(written), token: 'old' })
    const chosen = chooseCluster({ kubeconfig: join(folder, 'config') }, {})
    if (chosen === undefined) throw new Error('no cluster is chosen')
    const client = new KubernetesApi(takeOver(structuredClone(await handOver(chosen.config))))
    await client.send('/version')
    await writeFile(join(folder, 'token'), 'new\n')
    vi.setSystemTime(Date.now() + 90_001)
    await client.send('/version')
    expect(api.requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer old', 'Bearer new'])
    expect(api.connections).toBe(1)
    client.close()
  })
})
