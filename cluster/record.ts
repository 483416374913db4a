import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { NodeNetwork } from './network.ts'
import type { KindOptions } from './options.ts'
import { clusterFolder, type Places } from './places.ts'

/** What is written down about a cluster before anything of it exists, so that a crash at any point can be cleaned up. */
export interface ClusterRecord {
  options: KindOptions
  provider: 'docker' | 'podman'
  ownEngine: boolean
  /** Set when the nodes are of our own image, on a network with our upstream DNS server. */
  network?: NodeNetwork
  state: 'making' | 'ready'
}

const file = 'cluster.json'

/** The record of a cluster, or undefined when there is none. */
export async function readRecord(places: Places, name: string): Promise<ClusterRecord | undefined> {
  try {
    return JSON.parse(await readFile(join(clusterFolder(places, name), file), 'utf8')) as ClusterRecord
  } catch {
    // A record is renamed into place whole: one that cannot be read is not there.
    return undefined
  }
}

/** Writes the record of a cluster in one step. */
export async function writeRecord(places: Places, record: ClusterRecord): Promise<void> {
  const folder = clusterFolder(places, record.options.name)
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, `${file}.new`), JSON.stringify(record, undefined, 2))
  await rename(join(folder, `${file}.new`), join(folder, file))
}

/** Removes everything on disk about a cluster. */
export async function removeRecord(places: Places, name: string): Promise<void> {
  await rm(clusterFolder(places, name), { recursive: true, force: true })
}

/** The names of all clusters that are written down. */
export async function recordedNames(places: Places): Promise<string[]> {
  return (await readdir(join(places.cache, 'clusters')).catch(() => [])).sort()
}
