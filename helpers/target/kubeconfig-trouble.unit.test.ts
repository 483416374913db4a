import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { stringify } from 'yaml'
import { Problem } from '../errors.ts'
import { takeOver } from './credentials.ts'
import { rejection } from './fake-client.ts'
import { chooseCluster, handOver } from './kubeconfig.ts'

interface Parts {
  readonly cluster?: object
  readonly user?: object
}

/** Asks for the credentials of the one context of a kubeconfig made of these, as another thread does; its folder is told as `…`. */
async function troubleWith({ cluster = {}, user = {} }: Parts): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-trouble-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const kubeconfig = join(folder, 'config')
  const config = {
    clusters: [{ name: 'c', cluster: { server: 'https://fake', ...cluster } }],
    users: [{ name: 'u', user }],
    contexts: [{ name: 'kind-x', context: { cluster: 'c', user: 'u' } }],
    'current-context': 'kind-x',
  }
  await writeFile(kubeconfig, stringify(config))
  const error = await rejection(
    (async () => {
      const chosen = chooseCluster({ kubeconfig }, {})
      return chosen && takeOver(structuredClone(await handOver(chosen.config))).applyToHTTPSOptions({})
    })(),
  )
  if (!(error instanceof Problem) || error.exitCode !== 2) throw error
  return error.message.replace(folder, '…')
}

/** A user whose plugin is Node with this script. */
function plugin(script: string): object {
  return { exec: { apiVersion: 'client.authentication.k8s.io/v1', command: process.execPath, args: ['-e', script] } }
}

const token = `eyJhbGciOiJSUzI1NiIsImtpZCI6IjAifQ.eyJzdWIiOiJzeXN0ZW06c2VydmljZWFjY291bnQifQ.${'s'.repeat(40)}`
const ofNode = `The plugin ${process.execPath}, which makes the credentials of context "kind-x",`

describe('credentials that cannot be had are a sentence', () => {
  test.for([
    [
      'an authority that is not there',
      { cluster: { 'certificate-authority': 'nope.crt' } },
      'The certificate-authority …/nope.crt of context "kind-x" does not exist; put a readable one there, or mend the kubeconfig.',
    ],
    [
      'a certificate that is not there',
      { user: { 'client-certificate': 'nope.crt' } },
      'The client-certificate …/nope.crt of context "kind-x" does not exist; put a readable one there, or mend the kubeconfig.',
    ],
    [
      'a key below what is no folder',
      { user: { 'client-key': 'config/nope.key' } },
      'The client-key …/config/nope.key of context "kind-x" cannot be read (ENOTDIR); put a readable one there, or mend the kubeconfig.',
    ],
    [
      'a plugin that is not there',
      { user: { exec: { command: 'aws-nope' } } },
      'The plugin aws-nope, which makes the credentials of context "kind-x", is not installed; install it where PATH finds it.',
    ],
    [
      'a plugin that is not where the kubeconfig says',
      { user: { exec: { command: 'bin/nope' } } },
      'The plugin …/bin/nope, which makes the credentials of context "kind-x", does not exist, or what its first line names does not; put it there, or mend the kubeconfig.',
    ],
    [
      'an authority that is not there, beside a plugin',
      { cluster: { 'certificate-authority': 'nope.crt' }, user: { exec: { command: 'aws-nope' } } },
      'The certificate-authority …/nope.crt of context "kind-x" does not exist; put a readable one there, or mend the kubeconfig.',
    ],
    [
      'a plugin that is a folder',
      { user: { exec: { command: tmpdir() } } },
      `The plugin ${tmpdir()}, which makes the credentials of context "kind-x", cannot be started (EACCES); make it executable.`,
    ],
    [
      'a plugin without a command',
      { user: { exec: { args: ['a'] } } },
      'The plugin, which makes the credentials of context "kind-x", has no command; name one in the kubeconfig.',
    ],
    [
      'a plugin that says why it fails, in many words',
      { user: plugin(`console.error('\\n  error: token ${token} is old\\n  at a.py:1'); process.exit(255)`) },
      `${ofNode} has failed (error: token […] is old); log in again, or see why it fails when you run it.`,
    ],
    [
      'a plugin that says too much',
      { user: plugin("console.error('no '.repeat(1000)); process.exit(1)") },
      `${ofNode} has failed (${'no '.repeat(1000).slice(0, 160)}…); log in again, or see why it fails when you run it.`,
    ],
    [
      'a plugin that fails without a word',
      { user: plugin('process.exit(1)') },
      `${ofNode} has failed (it gave no reason); log in again, or see why it fails when you run it.`,
    ],
    [
      'a plugin that prints no JSON',
      { user: plugin("console.log('secret')") },
      `${ofNode} has printed something else, where an ExecCredential was expected; see what it prints when you run it.`,
    ],
    [
      'a plugin that prints other JSON',
      { user: plugin(`console.log('{"token":"secret"}')`) },
      `${ofNode} has printed something else, where an ExecCredential was expected; see what it prints when you run it.`,
    ],
    [
      'a provider that fails otherwise',
      { user: { 'auth-provider': { name: 'azure', config: { expiry: '2001' } } } },
      'The credentials of context "kind-x" cannot be had (Token is expired!); renew them.',
    ],
  ] as const)('%s', async ([, parts, sentence]) => {
    expect(await troubleWith(parts)).toBe(sentence)
  })
})

describe('an address that cannot be used is a sentence', () => {
  test.for([
    [
      'a server without https',
      { server: '10.0.0.1:6443' },
      'The context "kind-x" names the server "10.0.0.1:6443", where a URL was expected; write it with https:// in the kubeconfig.',
    ],
    [
      'a server that looks as if it had another protocol',
      { server: 'localhost:6443' },
      'The context "kind-x" names the server "localhost:6443", where a URL was expected; write it with https:// in the kubeconfig.',
    ],
    [
      'a server whose URL is broken',
      { server: 'https://[::1' },
      'The context "kind-x" names the server "https://[::1", where a URL was expected; write it with https:// in the kubeconfig.',
    ],
    [
      'a server that everybody may listen to',
      { server: 'http://10.0.0.1:8080' },
      'The context "kind-x" names the server http://10.0.0.1:8080, where https:// was expected; write that in the kubeconfig, or insecure-skip-tls-verify: true if it is meant.',
    ],
    [
      'a proxy without a protocol, which may hold a password',
      { 'proxy-url': 'me:secret@proxy:3128' },
      'The context "kind-x" names a proxy-url where one with http://, https:// or socks5:// was expected; mend it in the kubeconfig.',
    ],
  ] as const)('%s', async ([, cluster, sentence]) => {
    expect(await troubleWith({ cluster })).toBe(sentence)
  })
})
