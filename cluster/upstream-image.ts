import { mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { cached, keyOf } from './cache.ts'
import { layerOfBinary, layerOfFolder, writeArchive } from './image-archive.ts'
import { staticRootfs } from './image-contents.ts'
import { type Binaries, binaryIn } from './images.ts'
import type { Io } from './io.ts'
import type { Places } from './places.ts'
import { rootfsFolder } from './rootfs.ts'

const sources = join(import.meta.dirname, 'upstream')
const configFolder = 'etc/coredns'

/** The image with our upstream DNS server: CoreDNS, its configuration and busybox. */
export interface UpstreamImage {
  archive: string
  tag: string
}

/** The archive of the upstream image, made when it is not in the cache yet. */
export async function upstreamImage(binaries: Binaries, places: Places, io: Io): Promise<UpstreamImage> {
  const names = (await readdir(sources)).sort()
  const texts = await Promise.all(names.map((name) => readFile(join(sources, name), 'utf8')))
  const busybox = await rootfsFolder(staticRootfs, places, io)
  const coredns = binaryIn(binaries, 'coredns', 'coredns')
  const key = keyOf(['upstream 1', names, texts, basename(busybox), basename(dirname(coredns))])
  const tag = `rollcall/upstream:${key}`
  const archive = await cached(join(places.cache, 'images', `upstream-${key}.tar`), async (unfinished) => {
    const work = `${unfinished}.layers`
    await mkdir(work, { recursive: true })
    const layers = [
      await layerOfFolder(busybox, join(work, 'busybox.tar'), io.signal),
      await layerOfBinary(coredns, '.', join(work, 'coredns.tar'), io.signal),
      await layerOfFolder(sources, join(work, 'config.tar'), io.signal, configFolder),
    ]
    const Entrypoint = ['/coredns', '-conf', `/${configFolder}/Corefile`]
    await writeArchive(unfinished, [{ tag, layers, config: { Entrypoint } }], io.signal)
    await rm(work, { recursive: true })
  })
  return { archive, tag }
}
