import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join, relative } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { Problem } from '../errors.ts'
import { chooseCluster } from './kubeconfig.ts'
import type { KubeconfigChoice } from './kubeconfig-choice.ts'

const isRoot = process.getuid?.() === 0

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'rollcall-kubeconfig-'))
  onTestFinished(() => rm(path, { recursive: true, force: true }))
  return path
}

async function fileOf(text: string): Promise<string> {
  const file = join(await folder(), 'config')
  await writeFile(file, text)
  return file
}

/** A kubeconfig with these contexts, each with a cluster and a user of its own at `https://<name>.<host>`. */
function kubeconfig(names: readonly string[], current = names[0], host = 'example'): string {
  return JSON.stringify({
    clusters: names.map((name) => ({ name, cluster: { server: `https://${name}.${host}` } })),
    users: names.map((name) => ({ name, user: { token: host } })),
    contexts: names.map((name) => ({ name, context: { cluster: name, user: name } })),
    ...(current === undefined ? {} : { 'current-context': current }),
  })
}

/** A kubeconfig whose credentials come from a plugin. */
function withPlugin(command: string): string {
  return (
    'clusters: [{ name: a, cluster: { server: https://a } }]\ncontexts: [{ name: kind-a, context: { cluster: a, user: a } }]\n' +
    `users: [{ name: a, user: { exec: { command: ${command} } } }]\ncurrent-context: kind-a\n`
  )
}

const commandIn = (kubeconfig: string): unknown =>
  (chooseCluster({ kubeconfig }, {})?.config.getCurrentUser()?.exec as { command?: unknown } | undefined)?.command

function problemOf(choice: KubeconfigChoice, env: NodeJS.ProcessEnv = {}): string {
  try {
    chooseCluster(choice, env)
  } catch (error) {
    if (error instanceof Problem && error.cause === undefined && error.exitCode === 2) return error.message
    throw error
  }
  throw new Error('there is no problem')
}

describe('chooseCluster', () => {
  test('finds none where the user names neither context nor kubeconfig', () => {
    expect(chooseCluster({}, {})).toBeUndefined()
    expect(chooseCluster({}, { KUBECONFIG: '' })).toBeUndefined()
    expect(chooseCluster({}, { KUBECONFIG: delimiter })).toBeUndefined()
    expect(chooseCluster({ kind: true }, { KUBECONFIG: '/nowhere' })).toBeUndefined()
  })

  test('takes a named context, whatever is current', async () => {
    const file = await fileOf(kubeconfig(['prod', 'stage'], 'prod'))
    expect(chooseCluster({ kubeconfig: file, context: 'stage' }, { KUBECONFIG: '/nowhere' })).toMatchObject({
      context: 'stage',
      server: 'https://stage.example',
      why: 'named by the user',
    })
    expect(chooseCluster({ context: 'prod' }, { KUBECONFIG: file })?.server).toBe('https://prod.example')
  })

  test.for([
    'kind-rollcall',
    'k3d-x',
    'minikube',
    'docker-desktop',
    'rancher-desktop',
    'colima',
    'colima-arm',
    'orbstack',
  ])('takes the current context %s of an explicit kubeconfig', async (name) => {
    const file = await fileOf(kubeconfig([name]))
    expect(chooseCluster({}, { KUBECONFIG: file })).toMatchObject({
      context: name,
      server: `https://${name}.example`,
      why: 'current context of an explicit kubeconfig, and plainly disposable',
    })
  })

  test.for(['prod', 'my-kind-x', 'minikube2', 'kind', 'admin@kind-x'])(
    'wants the current context %s to be named',
    async (name) => {
      const file = await fileOf(kubeconfig([name]))
      expect(problemOf({ kubeconfig: file })).toBe(
        `The current context "${name}" may be a cluster that matters; say --context ${name} if it is the one to judge.`,
      )
    },
  )

  test('lists the contexts that there are when it does not know the one named', async () => {
    const file = await fileOf(kubeconfig(['prod', 'stage']))
    expect(problemOf({ kubeconfig: file, context: 'prd' })).toBe(
      `${file} has no context "prd": it has prod, stage; name one of these.`,
    )
    const none = await fileOf('apiVersion: v1\nkind: Config\n')
    expect(problemOf({ kubeconfig: none, context: 'prd' })).toBe(
      `${none} has no context "prd": it has none; name one of these.`,
    )
  })

  test('wants a context to be named where none is current, or the current one is not there', async () => {
    for (const current of [undefined, '', 'gone']) {
      const file = await fileOf(kubeconfig(['kind-x'], current ?? ''))
      expect(problemOf({ kubeconfig: file })).toBe(
        `${file} has no current context, so it is not clear which cluster to judge; name one with --context.`,
      )
    }
  })

  test('says that a context names a cluster that is not there', async () => {
    const file = await fileOf('contexts: [{ name: kind-x, context: { cluster: gone } }]\ncurrent-context: kind-x\n')
    expect(problemOf({ kubeconfig: file })).toBe(
      'The context "kind-x" names a cluster that its kubeconfig does not hold; mend the kubeconfig.',
    )
  })
})

describe('a kubeconfig that cannot be used', () => {
  test('does not exist', async () => {
    const file = join(await folder(), 'config')
    const sentence = `The kubeconfig ${file} does not exist; give a readable one with --kubeconfig.`
    expect(problemOf({ kubeconfig: file })).toBe(sentence)
    expect(problemOf({ context: 'x' }, { KUBECONFIG: file })).toBe(sentence)
  })

  test('is a directory', async () => {
    const path = await folder()
    expect(problemOf({ kubeconfig: path })).toBe(
      `The kubeconfig ${path} is a directory; give a readable one with --kubeconfig.`,
    )
  })

  test('may not be read', async ({ skip }) => {
    skip(isRoot, 'root may read every file')
    const file = await fileOf(kubeconfig(['kind-x']))
    await chmod(file, 0)
    expect(problemOf({ kubeconfig: file })).toBe(
      `The kubeconfig ${file} may not be read; give a readable one with --kubeconfig.`,
    )
  })

  test.for([
    ['is empty', '', 'it is empty'],
    ['holds only comments', '\n# nothing\n  # here\n', 'it is empty'],
    ['is not YAML', 'a: [\n', 'unexpected end of the stream within a flow collection (2:1)'],
    ['lacks a server', 'clusters: [{ name: a, cluster: {} }]', 'clusters[0].cluster.server is missing'],
    ['lacks a name', 'contexts: [{ context: { cluster: a } }]', 'contexts[0].name is missing'],
  ] as const)('%s', async ([, text, trouble]) => {
    const file = await fileOf(text)
    expect(problemOf({ kubeconfig: file })).toBe(
      `The kubeconfig ${file} is not valid: ${trouble}; give a readable one with --kubeconfig.`,
    )
  })
})

describe('a list of kubeconfigs', () => {
  test('is merged, and what comes first counts', async () => {
    const list = [
      await fileOf(kubeconfig(['kind-a'], '', 'one')),
      join(await folder(), 'missing'),
      await fileOf(kubeconfig(['kind-b', 'kind-a'], 'kind-b', 'two')),
      await fileOf(kubeconfig(['kind-c'], 'kind-c', 'three')),
    ].join(delimiter)
    expect(chooseCluster({}, { KUBECONFIG: list })).toMatchObject({ context: 'kind-b', server: 'https://kind-b.two' })
    const named = chooseCluster({ context: 'kind-a' }, { KUBECONFIG: list })
    expect(named?.server).toBe('https://kind-a.one')
    expect(named?.config.getCurrentUser()?.token).toBe('one')
    expect(named?.config.getContexts().map(({ name }) => name)).toEqual(['kind-a', 'kind-b', 'kind-c'])
  })

  test('needs one file that exists, and none that is broken', async () => {
    const path = await folder()
    const missing = [join(path, 'a'), join(path, 'b')]
    expect(problemOf({}, { KUBECONFIG: missing.join(delimiter) })).toBe(
      `None of the kubeconfigs ${missing.join(', ')} exists; give a readable one with --kubeconfig.`,
    )
    expect(problemOf({}, { KUBECONFIG: [await fileOf(kubeconfig(['kind-a'])), path].join(delimiter) })).toBe(
      `The kubeconfig ${path} is a directory; give a readable one with --kubeconfig.`,
    )
  })

  test('finds certificates beside the file that names them', async () => {
    const file = await fileOf(
      'clusters: [{ name: a, cluster: { server: https://a, certificate-authority: ca.crt } }]\n' +
        'contexts: [{ name: kind-a, context: { cluster: a } }]\ncurrent-context: kind-a\n',
    )
    expect(chooseCluster({ kubeconfig: file }, {})?.config.getCurrentCluster()?.caFile).toBe(join(file, '..', 'ca.crt'))
  })

  test.each([
    ['./login', 'login'],
    ['bin/login', 'bin/login'],
    ['../login', '../login'],
  ])('finds the plugin %s beside the file that names it', async (command, path) => {
    const file = await fileOf(withPlugin(command))
    expect(commandIn(file)).toBe(join(dirname(file), path))
    // Wherever the file is named from.
    expect(commandIn(relative(process.cwd(), file))).toBe(join(dirname(file), path))
  })

  test.each(['login', '/opt/login'])('leaves the plugin %s to PATH, or where it is', async (command) => {
    expect(commandIn(await fileOf(withPlugin(command)))).toBe(command)
  })
})
