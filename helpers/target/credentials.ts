import { Agent, type RequestOptions } from 'node:https'

/** Where the API server is, and who we are there: a KubeConfig, or what another thread has made of one. */
export interface Access {
  getCurrentCluster(): { readonly server: string } | null
  applyToHTTPSOptions(options: RequestOptions): Promise<void>
}

/** Credentials that stay as they are, in PEM where they are keys. */
export interface StandingCredentials {
  readonly ca?: string
  readonly cert?: string
  readonly key?: string
  readonly servername?: string
  readonly rejectUnauthorized?: boolean
  readonly auth?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** Access as one thread hands it to another. Cloneable; holds secrets, and is never written to a report. */
export interface HandedAccess {
  readonly server: string
  /** An exported kubeconfig with the context under test as its current one. */
  readonly kubeconfig: string
  /** Absent where credentials are made anew by a plugin, or the way leads through a proxy. */
  readonly standing?: StandingCredentials
}

/** A cluster as one process or thread hands it to another, which need not read kubeconfigs then. Holds secrets. */
export interface HandedCluster {
  readonly context: string
  readonly server: string
  /** How the context was chosen, for the first line of the output. */
  readonly why: string
  readonly access: HandedAccess
}

/**
 * Takes what `handOver` of kubeconfig.ts has made of a KubeConfig. Standing credentials are used as they are: the client that
 * reads kubeconfigs would cost each thread 80 MB, and is loaded for all others alone.
 */
export function takeOver({ server, kubeconfig, standing }: HandedAccess): Access {
  const getCurrentCluster = (): { server: string } => ({ server })
  if (standing === undefined) {
    const config = import('./kubeconfig.ts').then(({ readExport }) => readExport(kubeconfig))
    return { getCurrentCluster, applyToHTTPSOptions: async (options) => (await config).applyToHTTPSOptions(options) }
  }
  const { auth: _, headers: __, ...tls } = standing
  const agent = new Agent(tls)
  return {
    getCurrentCluster,
    applyToHTTPSOptions: async (options) => {
      Object.assign(options, standing, { agent })
    },
  }
}
