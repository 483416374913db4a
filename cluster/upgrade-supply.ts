import { copyFile, link, mkdir, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { Problem } from '../helpers/errors.ts'
import { type Engine, engineAttempt, engineRun } from './engine/engine.ts'
import { binaryIn } from './images.ts'
import { type Ingredients, ingredients } from './ingredients.ts'
import type { Io } from './io.ts'
import { nodeFolder, stockImage } from './kind-config.ts'
import { hostFolders } from './node-network.ts'
import type { Places } from './places.ts'
import type { ClusterRecord } from './record.ts'
import { pullStock } from './stock.ts'

/** What a node is upgraded from: binaries, and images where no registry has them. */
export type Source =
  | { readonly kind: 'built'; readonly made: Ingredients }
  | { readonly kind: 'stock'; readonly image: string }

export const programs = ['kubeadm', 'kubectl', 'kubelet'] as const
/** Seconds to copy a file or import an archive. */
const secondsForOne = 300
/** Where a node keeps the programs that are to come. */
export const staged = '/kind/upgrade'

/** What a cluster is upgraded from, built or pulled as the cluster itself was. @throws Problem where it cannot be had. */
export async function sourceOf(
  record: ClusterRecord,
  to: string,
  engine: Engine,
  places: Places,
  io: Io,
): Promise<Source> {
  if (record.network !== undefined) return { kind: 'built', made: await ingredients(to, places, io) }
  if (await pullStock({ ...record.options, kubernetesVersion: to }, engine, io))
    return { kind: 'stock', image: stockImage(to) }
  throw new Problem(
    `${stockImage(to)} cannot be pulled, and the cluster is of pulled images; name a version that is published`,
  )
}

/** Puts the programs beside those in use (in `staged`), and the images where the node's containerd finds them. */
export async function supply(
  node: string,
  { options: { name } }: ClusterRecord,
  source: Source,
  engine: Engine,
  places: Places,
  io: Io,
): Promise<void> {
  const run = (...argv: string[]) => engineRun(engine, argv, { signal: io.signal, timeout: secondsForOne })
  await run('exec', node, 'mkdir', '-p', staged)
  if (source.kind === 'stock') {
    const from = `${node}-programs`
    await engineAttempt(engine, ['rm', '-f', '-v', from])
    await run('create', '--name', from, source.image)
    const work = join(places.cache, 'work', 'programs')
    await mkdir(work, { recursive: true })
    for (const program of programs) {
      await run('cp', `${from}:/usr/bin/${program}`, join(work, program))
      await run('cp', join(work, program), `${node}:${staged}/${program}`)
    }
    await rm(work, { recursive: true })
    await run('rm', '-f', '-v', from)
    return
  }
  const { binaries, archives } = source.made
  for (const program of programs)
    await run('cp', binaryIn(binaries, 'kubernetes', program), `${node}:${staged}/${program}`)
  // Nodes see this folder of the host: nothing of half a gigabyte is copied where a link can be made.
  const { settings } = hostFolders(places, name, node)
  const wanted = node.endsWith('control-plane') ? [archives.everyNode, archives.controlPlane] : [archives.everyNode]
  for (const archive of wanted) {
    const seen = join(settings, basename(archive))
    await rm(seen, { force: true })
    await link(archive, seen).catch(() => copyFile(archive, seen))
    const imported = ['ctr', '-n', 'k8s.io', 'images', 'import', '--no-unpack', `${nodeFolder}/${basename(archive)}`]
    await run('exec', node, ...imported)
    await rm(seen)
  }
}
