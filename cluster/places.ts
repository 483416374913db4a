import { createHash } from 'node:crypto'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'

/** Where this layer keeps what it makes. Everything under `cache` can be deleted when no cluster is up. */
export interface Places {
  /** `ROLLCALL_CACHE`, else `$XDG_CACHE_HOME/rollcall`, else `~/.cache/rollcall`. */
  cache: string
  /** Eight characters that tell two caches apart, in names that are shared by the whole host. */
  id: string
  /** Sockets, logs and state of the private engine while it runs; short, since socket paths are limited. */
  engineRun: string
  /** Images and containers of the private engine. */
  engineData: string
}

/** The places for an environment. */
export function placesFrom(env: Record<string, string | undefined> = process.env): Places {
  const given = env.ROLLCALL_CACHE
  const xdg = env.XDG_CACHE_HOME
  const cache = given ? resolve(given) : join(xdg ? xdg : join(homedir(), '.cache'), 'rollcall')
  const id = createHash('sha256').update(cache).digest('hex').slice(0, 8)
  return { cache, id, engineRun: `/run/rollcall-${id}`, engineData: join(cache, 'engine') }
}

/** The folder of one cluster: its kubeconfig, its record and what is mounted into its nodes. */
export function clusterFolder(places: Places, name: string): string {
  return join(places.cache, 'clusters', name)
}

/** The kubeconfig of one cluster; the user's own kubeconfig is never touched. */
export function kubeconfigPath(places: Places, name: string): string {
  return join(clusterFolder(places, name), 'kubeconfig')
}

/** The configuration that kind is given for one cluster. */
export function kindConfigPath(places: Places, name: string): string {
  return join(clusterFolder(places, name), 'kind.yaml')
}
