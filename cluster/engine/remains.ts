import { readdir, readFile, rm, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import { bridgePrefix, removeBridgeRules } from '../bridge.ts'
import { pause } from '../io.ts'
import type { Places } from '../places.ts'
import { attempt } from '../run.ts'
import { cgroupParent } from './config.ts'
import { restoreInotify } from './inotify.ts'

/** Takes away what a stopped engine left on the host: mounts, bridges and their rules, control groups, its run folder. */
export async function removeRemains(places: Places): Promise<void> {
  await removeControlGroups(cgroupParent(places))
  for (const mount of mountsUnder(await readFile('/proc/self/mounts', 'utf8'), [places.engineRun, places.engineData])) {
    await attempt(['umount', '-l', mount])
  }
  for (const bridge of await bridges(places)) {
    await removeBridgeRules(bridge)
    await attempt(['ip', 'link', 'delete', bridge])
  }
  await restoreInotify(places)
  await rm(places.engineRun, { recursive: true, force: true })
}

/** The mount points of a `/proc/mounts` text that are, or lie in, one of `folders`, deepest first. */
export function mountsUnder(mounts: string, folders: string[]): string[] {
  return mounts
    .split('\n')
    .map((line) => (line.split(' ')[1] ?? '').replaceAll('\\040', ' '))
    .filter((point) => folders.some((folder) => point === folder || point.startsWith(`${folder}/`)))
    .sort((a, b) => b.length - a.length)
}

async function bridges(places: Places): Promise<string[]> {
  const names = await readdir('/sys/class/net')
  return names.filter((name) => name.startsWith(bridgePrefix(places)))
}

/** Ends whatever still runs in the control groups of the engine, such as containers that outlived it, and removes the groups. */
async function removeControlGroups(parent: string): Promise<void> {
  const root = '/sys/fs/cgroup'
  const hierarchies = [root, ...(await readdir(root)).map((name) => join(root, name))]
  const groups = (await Promise.all(hierarchies.map((hierarchy) => groupsIn(join(hierarchy, parent))))).flat()
  for (let attempt = 0; attempt < 50 && (await endProcesses(groups)) > 0; attempt++) await pause(100)
  for (const group of groups) await rmdir(group).catch(() => undefined)
}

/** A control group with all groups in it, deepest first; none when it is not there. */
async function groupsIn(group: string): Promise<string[]> {
  const entries = await readdir(group, { withFileTypes: true }).catch(() => undefined)
  if (entries === undefined) return []
  const inner = entries.filter((entry) => entry.isDirectory()).map((entry) => groupsIn(join(group, entry.name)))
  return [...(await Promise.all(inner)).flat(), group]
}

async function endProcesses(groups: string[]): Promise<number> {
  const texts = await Promise.all(groups.map((group) => readFile(join(group, 'cgroup.procs'), 'utf8').catch(() => '')))
  const pids = new Set(texts.flatMap((text) => text.split('\n')).filter((pid) => pid !== '' && pid !== '0'))
  for (const pid of pids) {
    try {
      process.kill(Number(pid), 'SIGKILL')
    } catch {
      // It ended meanwhile.
    }
  }
  return pids.size
}
