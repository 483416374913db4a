import { join } from 'node:path'
import { kindComponent } from './components.ts'
import { built } from './go-build.ts'
import type { Io } from './io.ts'
import type { Places } from './places.ts'
import { attempt } from './run.ts'

const oldestKind = [0, 32, 0]

/** Whether the host's `kind` is new enough, by what `kind version -q` prints. */
export function isFittingKind(printed: string): boolean {
  const version = printed.trim().replace(/^v/, '').split('.').map(Number)
  for (const [index, least] of oldestKind.entries()) {
    const part = version[index] ?? 0
    if (Number.isNaN(part) || part < least) return false
    if (part > least) return true
  }
  return true
}

/** The host's `kind` when it is new enough; without it, undefined. */
export async function hostKind(): Promise<string | undefined> {
  const result = await attempt(['kind', 'version', '-q'], { timeout: 15 })
  return result.exitCode === 0 && isFittingKind(result.stdout) ? 'kind' : undefined
}

/** The `kind` command to use: the host's, else one built from its Go module. */
export async function kindCommand(kubernetesVersion: string, places: Places, io: Io): Promise<string> {
  return (await hostKind()) ?? join(await built(kindComponent, kubernetesVersion, '1 of 1', places, io), 'kind')
}
