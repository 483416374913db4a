import { cp, link, mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { keyOf } from './cache.ts'
import { type Engine, engineAttempt, engineRun } from './engine/engine.ts'
import { kindBaseFiles } from './go-build.ts'
import type { HostGaps } from './host.ts'
import { layerOfFolder } from './image-archive.ts'
import { nodeRootfs } from './image-contents.ts'
import { type Binaries, binaryIn, type ImageArchives } from './images.ts'
import { type Io, pause, withHeartbeat } from './io.ts'
import type { Places } from './places.ts'
import { rootfsFolder } from './rootfs.ts'

const sources = join(import.meta.dirname, 'node-image')

/** Tags of the node images: workers hold no control-plane images, since kind copies what an image has in `/var` for every node. */
export interface NodeImages {
  controlPlane: string
  worker: string
}

export interface NodeImageInputs {
  kubernetesVersion: string
  binaries: Binaries
  archives: ImageArchives
  gaps: HostGaps
}

/** The node images, built in the engine when it does not have them yet. */
export async function nodeImages(inputs: NodeImageInputs, engine: Engine, places: Places, io: Io): Promise<NodeImages> {
  const rootfs = await rootfsFolder(nodeRootfs, places, io)
  const key = await imageKey(inputs, rootfs)
  // Podman keeps what it builds under `localhost`, and kind looks for names without a host at docker.io.
  const host = engine.provider === 'podman' ? 'localhost/' : ''
  const tag = (role: string) => `${host}rollcall/${role}:v${inputs.kubernetesVersion}-${key}`
  const images = { base: tag('node-base'), worker: tag('node'), controlPlane: tag('node-control-plane') }
  const has = async (image: string) => (await engineAttempt(engine, ['image', 'inspect', image])).exitCode === 0
  if ((await has(images.worker)) && (await has(images.controlPlane))) return images
  if (!(await has(images.base))) {
    await withHeartbeat(io, 'building the node image', () => buildBase(images.base, inputs, rootfs, engine, places, io))
  }
  const { everyNode, controlPlane } = inputs.archives
  await withHeartbeat(io, 'loading images into the node image', async () => {
    await preload(images.base, everyNode, images.worker, engine, io)
    await preload(images.worker, controlPlane, images.controlPlane, engine, io)
  })
  await removeSuperseded(inputs.kubernetesVersion, key, engine)
  return images
}

/** Removes node images of this version that were made of other ingredients, unless a cluster still uses them. */
async function removeSuperseded(version: string, key: string, engine: Engine): Promise<void> {
  const format = ['images', '--format', '{{.Repository}}:{{.Tag}}']
  const { stdout } = await engineAttempt(engine, format, { timeout: 60 })
  const isOld = (tag: string) => tag.includes('rollcall/node') && tag.includes(`:v${version}-`) && !tag.endsWith(key)
  for (const tag of stdout.split('\n').filter(isOld)) await engineAttempt(engine, ['image', 'rm', tag])
}

async function imageKey(inputs: NodeImageInputs, rootfs: string): Promise<string> {
  const units = await readdir(join(sources, 'units'))
  const files = ['Dockerfile', 'default-storage.yaml', ...units.sort().map((unit) => join('units', unit))]
  const texts = await Promise.all(files.map((file) => readFile(join(sources, file), 'utf8')))
  const archives = [inputs.archives.everyNode, inputs.archives.controlPlane, inputs.archives.pauseTag]
  return keyOf(['node image 1', texts, basename(rootfs), inputs.binaries, archives, isReduced(inputs.gaps)])
}

function isReduced(gaps: HostGaps): boolean {
  return gaps.missingCapabilities.includes('CAP_SYS_RESOURCE')
}

async function buildBase(
  tag: string,
  inputs: NodeImageInputs,
  rootfs: string,
  engine: Engine,
  places: Places,
  io: Io,
): Promise<void> {
  const context = join(places.cache, 'work', 'node-image')
  await rm(context, { recursive: true, force: true })
  await mkdir(context, { recursive: true })
  await cp(sources, context, { recursive: true })
  await cp(await kindBaseFiles(places, io), join(context, 'base'), { recursive: true })
  await layerOfFolder(rootfs, join(context, 'rootfs.tar'), io.signal)
  const { binaries } = inputs
  await linkInto(join(context, 'bin'), [
    ...['containerd', 'containerd-shim-runc-v2', 'ctr'].map((name) => binaryIn(binaries, 'containerd', name)),
    ...['kubelet', 'kubeadm', 'kubectl'].map((name) => binaryIn(binaries, 'kubernetes', name)),
  ])
  const plugins = await readdir(binaries.cni ?? '')
  await linkInto(
    join(context, 'cni'),
    plugins.map((name) => binaryIn(binaries, 'cni', name)),
  )
  const buildArguments = [
    `KUBERNETES_VERSION=${inputs.kubernetesVersion}`,
    `PAUSE_TAG=${inputs.archives.pauseTag}`,
    `REDUCED=${isReduced(inputs.gaps) ? 'yes' : ''}`,
  ].flatMap((argument) => ['--build-arg', argument])
  await engineRun(engine, ['build', '--network', 'none', '-q', '-t', tag, ...buildArguments, context], {
    signal: io.signal,
    env: { DOCKER_BUILDKIT: '0' },
  })
  await rm(context, { recursive: true, force: true })
}

async function linkInto(folder: string, files: string[]): Promise<void> {
  await mkdir(folder, { recursive: true })
  for (const file of files) await link(file, join(folder, basename(file)))
}

/** Puts the images of an archive into the content store of a node image; nodes unpack them at first use. */
async function preload(from: string, archive: string, to: string, engine: Engine, io: Io): Promise<void> {
  const name = 'rollcall-preload'
  const options = { signal: io.signal }
  await engineAttempt(engine, ['rm', '-f', '-v', name])
  try {
    await engineRun(
      engine,
      [
        ...['run', '-d', '--name', name, '--network', 'none', '--privileged', '--cgroupns=private'],
        ...['--tmpfs', '/tmp', '--tmpfs', '/run', '--volume', `${dirname(archive)}:/archives:ro`],
        ...['--entrypoint', 'containerd', from],
      ],
      options,
    )
    await untilContainerdAnswers(engine, name, io)
    const inContainer = `/archives/${basename(archive)}`
    await engineRun(
      engine,
      ['exec', name, 'ctr', '-n', 'k8s.io', 'images', 'import', '--no-unpack', inContainer],
      options,
    )
    await engineRun(engine, ['stop', '-t', '10', name], options)
    const entrypoint = 'ENTRYPOINT ["/usr/local/bin/entrypoint","/sbin/init"]'
    await engineRun(engine, ['commit', '--change', entrypoint, name, to], options)
  } finally {
    await engineAttempt(engine, ['rm', '-f', '-v', name])
  }
}

async function untilContainerdAnswers(engine: Engine, container: string, io: Io): Promise<void> {
  const deadline = Date.now() + 60_000
  for (;;) {
    const result = await engineAttempt(engine, ['exec', container, 'ctr', 'version'], { signal: io.signal })
    if (result.exitCode === 0 || Date.now() > deadline) return
    await pause(200, io.signal)
  }
}
