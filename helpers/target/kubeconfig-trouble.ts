import type { Cluster, User } from '@kubernetes/client-node'
import { messageOf, Problem } from '../errors.ts'

/** Whose credentials are meant. */
export interface Whose {
  readonly context: string
  readonly cluster: Cluster | null
  readonly user: User | null
}

/** Says of a file what its error says; undefined where that is not about a file. */
export function fileTrouble(error: unknown): string | undefined {
  const { code, path } = error as NodeJS.ErrnoException
  if (code === 'ENOENT') return 'does not exist'
  if (code === 'EACCES') return 'may not be read'
  if (code === 'EISDIR') return 'is a directory'
  return path === undefined ? undefined : `cannot be read (${code})`
}

/** What keeps a context from its server before anybody has tried; undefined without any. */
export function addressProblem(context: string, { server, proxyUrl, skipTLSVerify }: Cluster): Problem | undefined {
  if (!/^https?:\/\//i.test(server) || !URL.canParse(server))
    return new Problem(
      `The context "${context}" names the server "${server}", where a URL was expected; write it with https:// in the kubeconfig.`,
    )
  // The client refuses it as well, with every request.
  if (/^http:/i.test(server) && !skipTLSVerify)
    return new Problem(
      `The context "${context}" names the server ${server}, where https:// was expected; write that in the kubeconfig, or insecure-skip-tls-verify: true if it is meant.`,
    )
  // It may hold a password, so that it is not told.
  if (proxyUrl && !(/^(https?|socks(4a?|5h?)?):\/\//.test(proxyUrl) && URL.canParse(proxyUrl)))
    return new Problem(
      `The context "${context}" names a proxy-url where one with http://, https:// or socks5:// was expected; mend it in the kubeconfig.`,
    )
  return undefined
}

/** The sentence for whatever the client has thrown when it was asked for credentials. */
export function credentialsProblem(error: unknown, whose: Whose): Problem {
  const { syscall, path } = error as NodeJS.ErrnoException
  const plugin = whose.user?.exec as { command?: string } | undefined
  const of = `of context "${whose.context}"`
  if (plugin && (path === undefined || syscall?.startsWith('spawn')))
    return new Problem(
      `The plugin${plugin.command ? ` ${plugin.command}` : ''}, which makes the credentials ${of}, ${pluginTrouble(error, plugin.command)}.`,
    )
  const trouble = path === undefined ? undefined : fileTrouble(error)
  if (trouble !== undefined)
    return new Problem(
      `The ${roleOf(path, whose)} ${path} ${of} ${trouble}; put a readable one there, or mend the kubeconfig.`,
    )
  return new Problem(`The credentials ${of} cannot be had (${briefly(messageOf(error))}); renew them.`)
}

function pluginTrouble(error: unknown, command: string | undefined): string {
  if (!command) return 'has no command; name one in the kubeconfig'
  const { code, syscall } = error as NodeJS.ErrnoException
  // The same code where the interpreter of a script is not there.
  if (code === 'ENOENT' && command.includes('/'))
    return 'does not exist, or what its first line names does not; put it there, or mend the kubeconfig'
  if (code === 'ENOENT') return 'is not installed; install it where PATH finds it'
  if (syscall?.startsWith('spawn')) return `cannot be started (${code}); make it executable`
  // Its output is not told: it may be half a credential.
  if (error instanceof SyntaxError || error instanceof TypeError)
    return 'has printed something else, where an ExecCredential was expected; see what it prints when you run it'
  const said = briefly((error as Error).message)
  return `has failed (${said === '' ? 'it gave no reason' : said}); log in again, or see why it fails when you run it`
}

function roleOf(path: string | undefined, { cluster, user }: Whose): string {
  if (path === cluster?.caFile) return 'certificate-authority'
  if (path === user?.certFile) return 'client-certificate'
  return path === user?.keyFile ? 'client-key' : 'tokenFile'
}

/** The first line of what others have said, without whatever is long and close enough to be a secret. */
function briefly(said: string): string {
  const [line = ''] = said.trim().split('\n')
  const safe = line.trim().replaceAll(/[\w+=~-]{24,}(\.[\w+=~-]+)*/g, '[…]')
  return safe.length > 160 ? `${safe.slice(0, 160)}…` : safe
}
