import { componentsFor } from './components.ts'
import { built } from './go-build.ts'
import { type Binaries, type ImageArchives, imageArchives } from './images.ts'
import type { Io } from './io.ts'
import type { Places } from './places.ts'
import { type UpstreamImage, upstreamImage } from './upstream-image.ts'

/** Everything that a cluster of our own images is made of, on disk and independent of any engine. */
export interface Ingredients {
  binaries: Binaries
  archives: ImageArchives
  upstream: UpstreamImage
}

/** Builds what is not in the cache yet: every component from its Go module, then the archives of images. */
export async function ingredients(kubernetesVersion: string, places: Places, io: Io): Promise<Ingredients> {
  const components = componentsFor(kubernetesVersion)
  const binaries: Binaries = {}
  for (const [index, component] of components.entries()) {
    const position = `${index + 1} of ${components.length}`
    binaries[component.name] = await built(component, kubernetesVersion, position, places, io)
  }
  const archives = await imageArchives(binaries, places, io)
  return { binaries, archives, upstream: await upstreamImage(binaries, places, io) }
}
