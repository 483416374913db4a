import type { RequestOptions } from 'node:https'
import { isIP } from 'node:net'
import { resolve } from 'node:path'
import { checkServerIdentity } from 'node:tls'
import { KubeConfig } from '@kubernetes/client-node'
import { credentialsProblem } from './kubeconfig-trouble.ts'

/** The client's KubeConfig, whose troubles with credentials are sentences, and what it leaves undone. */
export class Kubeconfig extends KubeConfig {
  /**
   * Makes what a kubeconfig names beside itself known by its full path: certificates, keys, and plugins, whose command is
   * looked for on PATH only where it is a bare name (client-go, tools/clientcmd/loader.go).
   */
  override makePathsAbsolute(folder: string): void {
    super.makePathsAbsolute(folder)
    for (const { exec } of this.users as { exec?: { command?: unknown } }[])
      if (typeof exec?.command === 'string' && exec.command.includes('/')) exec.command = resolve(folder, exec.command)
  }

  /** @throws Problem where there are no credentials to be had. */
  override async applyToHTTPSOptions(options: RequestOptions): Promise<void> {
    try {
      await super.applyToHTTPSOptions(options)
    } catch (error) {
      const [cluster, user] = [this.getCurrentCluster(), this.getCurrentUser()]
      throw credentialsProblem(error, { context: this.getCurrentContext(), cluster, user })
    }
    this.#knowTheServer(options)
    const { headers } = options as { headers?: Record<string, string> }
    // A file ends with its last line, and a header must not.
    if (headers?.Authorization !== undefined) headers.Authorization = headers.Authorization.trim()
  }

  /** An agent for SOCKS does not tell TLS whom it speaks to, unless that has a name: any certificate would be one for somebody else. */
  #knowTheServer(options: RequestOptions): void {
    const { server, proxyUrl, tlsServerName } = this.getCurrentCluster() ?? {}
    if (server === undefined || !proxyUrl?.startsWith('socks') || tlsServerName) return
    const host = new URL(server).hostname.replaceAll(/[[\]]/g, '')
    if (isIP(host)) options.checkServerIdentity = (_, certificate) => checkServerIdentity(host, certificate)
  }
}
