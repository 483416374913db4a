import { cp, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Problem } from '../helpers/errors.ts'
import { cached, keyOf } from './cache.ts'
import type { Component } from './components.ts'
import { type Io, withHeartbeat } from './io.ts'
import { kubernetesVersionOf, moduleFileFor } from './module-file.ts'
import type { Places } from './places.ts'
import { attempt, failureOf, run } from './run.ts'

const modules = join(import.meta.dirname, 'modules')
const goEnv = { CGO_ENABLED: '0', GOFLAGS: '-buildvcs=false', GOTOOLCHAIN: 'local', GOWORK: 'off' }

interface Sources {
  goMod: string
  /** Undefined when `go mod tidy` has to find it out, for a version other than the checked-in one. */
  goSum?: string
}

/** What decides whether a binary has to be built again. */
export function buildKey(component: Component, sources: Sources, toolchain: string): string {
  return keyOf(['go-build 1', toolchain, component, sources])
}

/**
 * The folder with the binaries of a component, built from its Go module when it is not in the cache yet.
 * `position` is for people, such as "2 of 6". Throws a `Problem` when the module is not to be had or does not build.
 */
export async function built(
  component: Component,
  kubernetesVersion: string,
  position: string,
  places: Places,
  io: Io,
): Promise<string> {
  const sources = await sourcesOf(component, kubernetesVersion)
  const toolchain = (await run(['go', 'env', 'GOVERSION', 'GOOS', 'GOARCH'], { env: goEnv, timeout: 30 })).trim()
  const key = buildKey(component, sources, toolchain)
  return cached(join(places.cache, 'bin', `${component.name}-${key}`), async (unfinished) => {
    const work = join(places.cache, 'work', component.name)
    await writeModule(work, sources, kubernetesVersion, io)
    await build(component, work, unfinished, position, io)
    await rm(work, { recursive: true, force: true })
  })
}

async function sourcesOf(component: Component, kubernetesVersion: string): Promise<Sources> {
  const folder = join(modules, component.name)
  const goMod = await readFile(join(folder, 'go.mod'), 'utf8')
  const goSum = await readFile(join(folder, 'go.sum'), 'utf8')
  if (component.name !== 'kubernetes' || kubernetesVersionOf(goMod) === kubernetesVersion) return { goMod, goSum }
  return { goMod: moduleFileFor(goMod, kubernetesVersion) }
}

async function writeModule(work: string, sources: Sources, kubernetesVersion: string, io: Io): Promise<void> {
  await rm(work, { recursive: true, force: true })
  await mkdir(work, { recursive: true })
  await writeFile(join(work, 'go.mod'), sources.goMod)
  if (sources.goSum !== undefined) return writeFile(join(work, 'go.sum'), sources.goSum)
  const command = ['go', 'mod', 'tidy']
  const tidy = await withHeartbeat(io, `finding out what Kubernetes ${kubernetesVersion} is made of`, () =>
    attempt(command, { cwd: work, env: goEnv, signal: io.signal }),
  )
  if (tidy.exitCode === 0) return
  if (
    /unknown revision|no matching versions|not found|not available|invalid version|40[34] |410 Gone/i.test(tidy.stderr)
  ) {
    throw new Problem(
      `Kubernetes ${kubernetesVersion} is not to be had as a Go module here; choose another patch release with --kubernetes-version`,
    )
  }
  throw new Problem(failureOf(command, tidy))
}

async function build(component: Component, work: string, out: string, position: string, io: Io): Promise<void> {
  await mkdir(out, { recursive: true })
  const options = { cwd: work, env: goEnv, signal: io.signal }
  const title = `building ${component.name} from its Go module (component ${position})`
  let total = 0
  let done = 0
  const command = ['go', 'build', '-v', '-trimpath', '-ldflags', ['-s', '-w', ...component.ldflags].join(' ')]
  const result = await withHeartbeat(
    io,
    title,
    async () => {
      const listed = await attempt(['go', 'list', '-deps', ...component.packages], options)
      total = listed.stdout.split('\n').length - 1
      const onLine = (line: string) => {
        if (/^[\w.-]+(\/\S+)*$/.test(line)) done++
      }
      return attempt([...command, '-o', `${out}/`, ...component.packages], { ...options, onLine })
    },
    () => (total === 0 ? 'fetching sources' : `${done} packages compiled of ${total} at most`),
  )
  if (result.exitCode !== 0) throw new Problem(failureOf([...command], result))
  if (component.rename !== undefined) await rename(join(out, component.rename[0]), join(out, component.rename[1]))
}

/** The folder in which the Go module of kind keeps the base files of a node image. */
export async function kindBaseFiles(places: Places, io: Io): Promise<string> {
  const work = join(places.cache, 'work', 'kind-files')
  await mkdir(work, { recursive: true })
  await cp(join(modules, 'kind'), work, { recursive: true })
  const options = { cwd: work, env: goEnv, signal: io.signal }
  await run(['go', 'mod', 'download', 'sigs.k8s.io/kind'], options)
  const folder = (await run(['go', 'list', '-m', '-f', '{{.Dir}}', 'sigs.k8s.io/kind'], options)).trim()
  await rm(work, { recursive: true, force: true })
  return join(folder, 'images', 'base', 'files')
}
