import { readdir, readFile, rm, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import { bridgePrefix, removeBridgeRules } from '../bridge.ts'
import type { Places } from '../places.ts'
import { attempt } from '../run.ts'
import { cgroupParent } from './config.ts'
import { restoreInotify } from './inotify.ts'

/** Takes away what a stopped engine left on the host: mounts, bridges and their rules, control groups, its run folder. */
export async function removeRemains(places: Places): Promise<void> {
  for (const mount of mountsUnder(await readFile('/proc/self/mounts', 'utf8'), [places.engineRun, places.engineData])) {
    await attempt(['umount', '-l', mount])
  }
  for (const bridge of await bridges(places)) {
    await removeBridgeRules(bridge)
    await attempt(['ip', 'link', 'delete', bridge])
  }
  await removeControlGroups(cgroupParent(places))
  await restoreInotify(places)
  await rm(places.engineRun, { recursive: true, force: true })
}

/** The mount points of a `/proc/mounts` text that lie in one of `folders`, deepest first. */
export function mountsUnder(mounts: string, folders: string[]): string[] {
  return mounts
    .split('\n')
    .map((line) => (line.split(' ')[1] ?? '').replaceAll('\\040', ' '))
    .filter((point) => folders.some((folder) => point.startsWith(`${folder}/`)))
    .sort((a, b) => b.length - a.length)
}

async function bridges(places: Places): Promise<string[]> {
  const names = await readdir('/sys/class/net')
  return names.filter((name) => name.startsWith(bridgePrefix(places)))
}

async function removeControlGroups(parent: string): Promise<void> {
  const root = '/sys/fs/cgroup'
  const hierarchies = [root, ...(await readdir(root)).map((name) => join(root, name))]
  for (const hierarchy of hierarchies) await removeEmptyGroups(join(hierarchy, parent))
}

async function removeEmptyGroups(group: string): Promise<void> {
  const entries = await readdir(group, { withFileTypes: true }).catch(() => [])
  for (const entry of entries) if (entry.isDirectory()) await removeEmptyGroups(join(group, entry.name))
  await rmdir(group).catch(() => undefined)
}
