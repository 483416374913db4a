import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Io } from '../io.ts'
import type { Places } from '../places.ts'

/** Kubelets and containerds watch files; what Linux allows one user by default is used up by a few nodes. */
const needed: Record<string, number> = { max_user_instances: 1024, max_user_watches: 524_288 }

interface Raised {
  setting: string
  from: number
  to: number
}

const path = (setting: string) => `/proc/sys/fs/inotify/${setting}`
const note = (places: Places) => join(places.engineRun, 'raised.json')

/** Raises the host's limits on inotify where they are too low for several nodes, and writes down what they were. */
export async function raiseInotify(places: Places, io: Io): Promise<void> {
  const raised: Raised[] = []
  for (const [setting, to] of Object.entries(needed)) {
    const from = Number(await readFile(path(setting), 'utf8').catch(() => to))
    if (from < to) raised.push({ setting, from, to })
  }
  if (raised.length === 0) return
  await writeFile(note(places), JSON.stringify(raised))
  for (const { setting, from, to } of raised) {
    await writeFile(path(setting), String(to)).catch((error) => {
      io.progress(`fs.inotify.${setting} stays ${from}, which may be too low for several clusters (${String(error)})`)
    })
  }
  const changes = raised.map(({ setting, from, to }) => `fs.inotify.${setting} from ${from} to ${to}`).join(', ')
  io.progress(`raising ${changes} while the private Docker Engine runs`)
}

/** Puts the limits back, unless somebody else has changed them since. */
export async function restoreInotify(places: Places): Promise<void> {
  const text = await readFile(note(places), 'utf8').catch(() => '[]')
  for (const { setting, from, to } of parse(text)) {
    if (Number(await readFile(path(setting), 'utf8')) === to) await writeFile(path(setting), String(from))
  }
}

function parse(text: string): Raised[] {
  try {
    return JSON.parse(text) as Raised[]
  } catch {
    // Cut off by a crash: nothing had been raised yet.
    return []
  }
}
