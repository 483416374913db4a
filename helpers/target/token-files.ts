import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { KubeConfig } from '@kubernetes/client-node'
import { parse } from 'yaml'

interface Written {
  readonly users?: readonly { readonly name: string; readonly user?: { readonly tokenFile?: unknown } | null }[] | null
}

/**
 * Has the client read the tokens that users keep in files, `folder` being that of the kubeconfig. It leaves out what kubectl calls
 * `tokenFile`, so that requests would be nobody's, but follows such a file where it has made the user itself, inside of a cluster.
 */
export function followTokenFiles(config: KubeConfig, kubeconfig: string, folder: string): void {
  if (!kubeconfig.includes('tokenFile')) return
  const files = new Map<string, string>()
  for (const { name, user } of (parse(kubeconfig, { merge: true }) as Written).users ?? [])
    if (typeof user?.tokenFile === 'string' && user.tokenFile !== '') files.set(name, resolve(folder, user.tokenFile))
  config.users = config.users.map((user) => {
    const tokenFile = files.get(user.name)
    // A plugin is left alone. As for kubectl, a token that is written down counts only where the file is not there.
    if (tokenFile === undefined || user.exec || user.authProvider) return user
    const { token, ...others } = user
    if (token && !existsSync(tokenFile)) return user
    return { ...others, authProvider: { name: 'tokenFile', config: { tokenFile } } }
  })
}
