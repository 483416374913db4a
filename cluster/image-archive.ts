import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { link, mkdir, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { run } from './run.ts'

/** An image made of finished layers, for an archive that both `docker load` and `ctr images import` take. */
export interface Image {
  tag: string
  /** Uncompressed tar files, lowest first. */
  layers: string[]
  config: { Cmd?: string[]; Entrypoint?: string[]; WorkingDir?: string; ExposedPorts?: Record<string, object> }
}

const reproducible = ['--sort=name', '--mtime=@0', '--owner=0', '--group=0', '--numeric-owner']
const searchPath = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/** Packs everything in a folder as a layer; `to` is where it goes in the image, without a slash in front, else the root. */
export async function layerOfFolder(folder: string, tar: string, signal: AbortSignal, to = '.'): Promise<string> {
  // Owners are kept: a file system may hold files of www-data.
  const order = ['--sort=name', '--mtime=@0', '--numeric-owner']
  await run(['tar', ...order, '--transform', `s,^\\.,${to},S`, '-C', folder, '-cf', tar, '.'], { signal })
  return tar
}

/** Packs one executable as a layer with nothing else in it; `to` is its folder in the image, without a slash in front. */
export async function layerOfBinary(binary: string, to: string, tar: string, signal: AbortSignal): Promise<string> {
  const folder = join(binary, '..')
  const place = `s,^,${to}/,`
  await run(['tar', ...reproducible, '--transform', place, '-C', folder, '-cf', tar, basename(binary)], { signal })
  return tar
}

/** Writes an archive of images; layers that several of them share are in it once. */
export async function writeArchive(archive: string, images: Image[], signal: AbortSignal): Promise<void> {
  const work = `${archive}.content`
  await rm(work, { recursive: true, force: true })
  await mkdir(work, { recursive: true })
  const digests = new Map<string, string>()
  for (const layer of new Set(images.flatMap((image) => image.layers))) {
    const digest = await sha256(layer)
    digests.set(layer, digest)
    await link(layer, join(work, `${digest}.tar`)).catch(ignoreExisting)
  }
  const manifest = []
  for (const image of images) {
    const layers = image.layers.map((layer) => digests.get(layer) ?? '')
    const config = configOf(image, layers)
    const name = `${createHash('sha256').update(config).digest('hex')}.json`
    await writeFile(join(work, name), config)
    manifest.push({ Config: name, RepoTags: [image.tag], Layers: layers.map((digest) => `${digest}.tar`) })
  }
  await writeFile(join(work, 'manifest.json'), JSON.stringify(manifest))
  // Two layers with equal content are one file: hard links must be stored as files, not as links to each other.
  await run(['tar', ...reproducible, '--hard-dereference', '-C', work, '-cf', archive, '.'], { signal })
  await rm(work, { recursive: true, force: true })
}

function configOf(image: Image, digests: string[]): string {
  return JSON.stringify({
    architecture: process.arch === 'x64' ? 'amd64' : process.arch,
    os: 'linux',
    config: { Env: [searchPath], ...image.config },
    rootfs: { type: 'layers', diff_ids: digests.map((digest) => `sha256:${digest}`) },
  })
}

async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}

function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error
}
