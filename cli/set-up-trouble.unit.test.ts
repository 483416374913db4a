import { writeFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { freePort } from '../helpers/target/fake-client.ts'
import { type Desk, desk, fakeCluster, reportOf } from './fake-run.ts'

interface Attributes {
  readonly verb?: string
  readonly resource?: string
  readonly subresource?: string
}

/** Runs one suite file; the sentence must be the one thing that is said, everywhere. */
async function expectSentence({ folder, start }: Desk, argv: readonly string[], sentence: string): Promise<void> {
  const { code, stdout, stderr } = await start(['run', 'dns/ttl', ...argv]).ended
  expect(code).toBe(2)
  expect(stdout.split(sentence).length - 1).toBe(1)
  expect(stderr.split('\n').filter((line) => line !== '' && !/^ +\d+\.\d s {2}\S/.test(line))).toEqual([])
  const { run, requirements } = await reportOf(folder)
  expect([run.exit, run.problems, run.interrupted]).toEqual([2, [sentence], false])
  expect(requirements.map(({ verdict, reason }) => ({ verdict, reason }))).toEqual([
    { verdict: 'inconclusive', reason: sentence },
  ])
}

describe.concurrent('a run ends with one sentence, exit code 2 and reports', { timeout: 120_000 }, () => {
  test('where the context is wrong', async ({ onTestFinished }) => {
    const cluster = await fakeCluster(onTestFinished)
    const { api, kubeconfig } = cluster
    await expectSentence(
      cluster,
      ['--kubeconfig', kubeconfig, '--context', 'prod'],
      `${kubeconfig} has no context "prod": it has kind-fake; name one of these.`,
    )
    expect(api.requests).toEqual([])
  })

  test('where the kubeconfig cannot be read', async ({ onTestFinished }) => {
    const own = await desk(onTestFinished)
    await expectSentence(
      own,
      ['--kubeconfig', own.folder, '--context', 'prod'],
      `The kubeconfig ${own.folder} is a directory; give a readable one with --kubeconfig.`,
    )
  })

  test('where the API cannot be reached', async ({ onTestFinished }) => {
    const cluster = await fakeCluster(onTestFinished)
    const { api, kubeconfig } = cluster
    const port = await freePort()
    await writeFile(kubeconfig, api.kubeconfig('kind-fake', `https://127.0.0.1:${port}`))
    await expectSentence(
      cluster,
      ['--kubeconfig', kubeconfig],
      `The API server of context kind-fake cannot be reached (GET /version: connect ECONNREFUSED 127.0.0.1:${port}); start the cluster, or name another context.`,
    )
  })

  test.for([
    [
      'exec is forbidden',
      ({ subresource }: Attributes) => subresource === 'exec',
      [],
      'You may not create pods/exec (no RBAC policy matched), which the suite needs; ask for that right, or name a namespace of which you are admin with --namespace.',
    ],
    [
      'namespaces may be made and not deleted',
      ({ verb, resource }: Attributes) => verb === 'delete' && resource === 'namespaces',
      [],
      'You may not delete namespaces (no RBAC policy matched), which the suite needs; name an existing one of which you are admin with --namespace.',
    ],
    [
      'Services of a namespace may not be deleted',
      ({ verb, resource }: Attributes) => verb === 'delete' && resource === 'services',
      ['--namespace', 'team'],
      'You may not delete services in namespace team (no RBAC policy matched), which the suite needs; ask for that right, or name a namespace of which you are admin with --namespace.',
    ],
  ] as const)('where %s, before anything is staged', async ([, isForbidden, argv, sentence], { onTestFinished }) => {
    const cluster = await fakeCluster(onTestFinished)
    const { api, kubeconfig } = cluster
    api.answer = ({ path, body }) => {
      if (!path.endsWith('/selfsubjectaccessreviews')) return undefined
      const { resourceAttributes } = (body as { spec: { resourceAttributes: Attributes } }).spec
      const status = isForbidden(resourceAttributes)
        ? { allowed: false, reason: 'no RBAC policy matched' }
        : { allowed: true }
      return { status: 201, body: { status } }
    }
    await expectSentence(cluster, ['--kubeconfig', kubeconfig, ...argv], sentence)
    expect(api.asked().filter((one) => one.startsWith('PATCH') || one.endsWith('/namespaces'))).toEqual([])
  })

  test('where the image is missing', async ({ onTestFinished }) => {
    const cluster = await fakeCluster(onTestFinished)
    const { api, kubeconfig } = cluster
    const runAll = api.store.onChange
    const message = 'Back-off pulling image "wbitt/network-multitool:latest": ErrImagePull: not found'
    api.store.onChange = (object) => {
      if (object.kind !== 'DaemonSet') return runAll(object)
      const { namespace = '' } = object.metadata
      api.store.put({
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'vantage-x', namespace, labels: { app: 'rollcall-vantage' } },
        spec: { nodeName: 'node-a' },
        status: {
          phase: 'Pending',
          containerStatuses: [
            {
              name: 'multitool',
              image: 'wbitt/network-multitool:latest',
              state: { waiting: { reason: 'ImagePullBackOff', message } },
            },
          ],
        },
      })
    }
    await expectSentence(
      cluster,
      ['--kubeconfig', kubeconfig],
      `Fixture vantage cannot become ready: pod vantage-x on node-a: container multitool (image wbitt/network-multitool:latest): ${message}; name a registry that nodes can pull it from with --images-from.`,
    )
    expect([...api.store.objects.keys()]).toEqual([])
  })
})

describe.concurrent('a wrong command line ends with one sentence and exit code 2', { timeout: 120_000 }, () => {
  test.for([
    ...(['run', 'after'] as const).map(
      (command) =>
        [
          [command, '--keep', '--down'],
          '--keep and --down exclude each other: what is kept would go with the Kind cluster; leave one out.\n',
        ] as const,
    ),
    [['run', '--strct'], "error: unknown option '--strct'\n(Did you mean --strict?)\n"],
    [
      ['run', '-t', '('],
      '-t is no regular expression: Invalid regular expression: /(/: Unterminated group; put a backslash before ( ) [ ] { } . * + ? ^ $ | \\.\n',
    ],
  ] as const)('%j', async ([argv, stderr], { onTestFinished }) => {
    const { start } = await desk(onTestFinished)
    expect(await start(argv).ended).toEqual({ code: 2, stdout: '', stderr })
  })
})
