import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { removeCluster } from './down.ts'
import { kindDefaults } from './options.ts'
import { clusterFolder, type Places, placesFrom } from './places.ts'
import { writeRecord } from './record.ts'

/** A client of an engine that is up while there is a file `up`, and has the containers that are named in `nodes`. */
const docker = `#!/bin/sh
cd "$(dirname "$0")" || exit 1
echo "$*" >> asked
[ -e up ] || { echo "Cannot connect to the Docker daemon" >&2; exit 1; }
case "$1" in
  ps) cat nodes ;;
  rm) [ -e stuck ] || : > nodes ;;
esac
`

let folder = ''
let places: Places
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rollcall-'))
  mkdirSync(join(folder, 'bin'))
  put('docker', docker)
  chmodSync(join(folder, 'bin', 'docker'), 0o755)
  put('nodes', 'node-1\nnode-2\n')
  vi.stubEnv('PATH', `${join(folder, 'bin')}${delimiter}${process.env.PATH}`)
  places = { ...placesFrom({ ROLLCALL_CACHE: join(folder, 'cache') }), engineRun: join(folder, 'run') }
  await writeRecord(places, {
    options: { ...kindDefaults, name: 'mine' },
    provider: 'docker',
    ownEngine: false,
    state: 'ready',
  })
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true })
})

function put(name: string, text: string): void {
  writeFileSync(join(folder, 'bin', name), text)
}

async function remove(): Promise<string> {
  const io = { progress: () => {}, signal: new AbortController().signal }
  return removeCluster('mine', places, io, { keepEngine: true }).then(
    () => 'removed',
    (error: Error) => error.message,
  )
}

describe("a cluster in the user's engine", () => {
  it('is removed, and forgotten', async () => {
    put('up', '')
    expect(await remove()).toBe('removed')
    expect(readFileSync(join(folder, 'bin', 'asked'), 'utf8')).toContain('rm -f -v node-1 node-2\n')
    expect(existsSync(clusterFolder(places, 'mine'))).toBe(false)
  })

  it('is not forgotten while that does not answer', async () => {
    expect(await remove()).toBe(
      `docker does not answer, and the cluster "mine" is in it; start it and try again, or, where it is gone for good, remove ${clusterFolder(places, 'mine')}`,
    )
    expect(readFileSync(join(folder, 'bin', 'asked'), 'utf8')).not.toContain('rm ')
    put('up', '')
    expect(await remove()).toBe('removed')
    expect(existsSync(clusterFolder(places, 'mine'))).toBe(false)
  })

  it('is not forgotten while that keeps its containers', async () => {
    put('up', '')
    put('stuck', '')
    expect(await remove()).toBe(
      'docker still has containers of the cluster "mine" (node-1, node-2); see what holds them and try again',
    )
    expect(existsSync(clusterFolder(places, 'mine'))).toBe(true)
  })
})
