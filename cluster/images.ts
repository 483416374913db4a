import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { cached, keyOf } from './cache.ts'
import { type Image, layerOfBinary, layerOfFolder, writeArchive } from './image-archive.ts'
import { multitoolRootfs, nginxRootfs, proxyRootfs, redisRootfs, staticRootfs } from './image-contents.ts'
import { type Io, withHeartbeat } from './io.ts'
import type { Places } from './places.ts'
import { type Rootfs, rootfsFolder } from './rootfs.ts'
import { run } from './run.ts'

/** The folders with the binaries of each component, by its name. */
export type Binaries = Record<string, string>

/** Archives of images: what every node needs, and what only a control plane needs besides. */
export interface ImageArchives {
  everyNode: string
  controlPlane: string
  /** The tag of the pause image, which containerd's configuration must name. */
  pauseTag: string
}

/** The archives of all images of a cluster without registry, made when they are not in the cache yet. */
export async function imageArchives(binaries: Binaries, places: Places, io: Io): Promise<ImageArchives> {
  const kubeadm = binaryIn(binaries, 'kubernetes', 'kubeadm')
  const version = (await run([kubeadm, 'version', '-o', 'short'], { timeout: 30 })).trim()
  const list = await run([kubeadm, 'config', 'images', 'list', '--kubernetes-version', version], { timeout: 30 })
  const tags = list.trim().split('\n')
  const pauseTag = tagFor('pause', tags)
  const folders = await rootfsFolders(places, io)
  const key = keyOf(['images 3', binaries, folders, tags])
  const folder = await cached(join(places.cache, 'images', key), (unfinished) =>
    withHeartbeat(io, 'packing images', async () => {
      const layers = await allLayers(binaries, folders, join(unfinished, 'layers'), io.signal)
      await writeArchive(join(unfinished, 'every-node.tar'), everyNodeImages(tags, layers), io.signal)
      await writeArchive(join(unfinished, 'control-plane.tar'), controlPlaneImages(tags, layers), io.signal)
      await rm(join(unfinished, 'layers'), { recursive: true })
    }),
  )
  return {
    everyNode: join(folder, 'every-node.tar'),
    controlPlane: join(folder, 'control-plane.tar'),
    pauseTag,
  }
}

/** The path of a binary of a component. */
export function binaryIn(binaries: Binaries, component: string, name: string): string {
  return join(binaries[component] ?? '', name)
}

const rootfsOf = {
  multitool: multitoolRootfs,
  redis: redisRootfs,
  nginx: nginxRootfs,
  proxy: proxyRootfs,
  static: staticRootfs,
} satisfies Record<string, Rootfs>
type RootfsName = keyof typeof rootfsOf

async function rootfsFolders(places: Places, io: Io): Promise<Record<string, string>> {
  const folders: Record<string, string> = {}
  for (const [name, rootfs] of Object.entries(rootfsOf)) folders[name] = await rootfsFolder(rootfs, places, io)
  return folders
}

const controlPlaneNames = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler'] as const
type BinaryName = (typeof controlPlaneNames)[number] | 'kube-proxy' | 'etcd' | 'coredns' | 'local-path-provisioner'
/** The layers of images: tar files by what is in them. */
export type Layers = Record<RootfsName | BinaryName, string>

async function allLayers(
  binaries: Binaries,
  folders: Record<string, string>,
  work: string,
  signal: AbortSignal,
): Promise<Layers> {
  await mkdir(work, { recursive: true })
  const layers: Record<string, string> = {}
  for (const [name, folder] of Object.entries(folders)) {
    layers[name] = await layerOfFolder(folder, join(work, `${name}.tar`), signal)
  }
  const programs: [string, BinaryName, string][] = [
    ...controlPlaneNames.map((name): [string, BinaryName, string] => ['kubernetes', name, 'usr/local/bin']),
    ['kubernetes', 'kube-proxy', 'usr/local/bin'],
    ['etcd', 'etcd', 'usr/local/bin'],
    ['coredns', 'coredns', '.'],
    ['local-path-provisioner', 'local-path-provisioner', 'usr/local/bin'],
  ]
  for (const [component, name, to] of programs) {
    layers[name] = await layerOfBinary(binaryIn(binaries, component, name), to, join(work, `b-${name}.tar`), signal)
  }
  return layers as Layers
}

function tagFor(name: string, tags: string[]): string {
  return tags.find((tag) => tag.includes(`/${name}:`)) ?? name
}

function controlPlaneImages(tags: string[], layers: Layers): Image[] {
  return [...controlPlaneNames, 'etcd' as const].map((name) => ({
    tag: tagFor(name, tags),
    layers: [layers[name]],
    config: {},
  }))
}

/** The images that Pods on any node are made of; `tags` are those that kubeadm wants. */
export function everyNodeImages(tags: string[], layers: Layers): Image[] {
  return [
    { tag: tagFor('pause', tags), layers: [layers.static], config: { Cmd: ['/bin/busybox', 'sleep', 'infinity'] } },
    { tag: tagFor('kube-proxy', tags), layers: [layers.proxy, layers['kube-proxy']], config: {} },
    { tag: tagFor('coredns', tags), layers: [layers.coredns], config: { Entrypoint: ['/coredns'] } },
    {
      tag: 'docker.io/rancher/local-path-provisioner:v0.0.30',
      layers: [layers['local-path-provisioner']],
      config: { Entrypoint: ['local-path-provisioner'] },
    },
    {
      tag: 'docker.io/wbitt/network-multitool:latest',
      layers: [layers.multitool],
      config: { Cmd: ['/bin/sleep', 'infinity'] },
    },
    {
      tag: 'docker.io/library/redis:7-alpine',
      layers: [layers.redis],
      config: {
        Cmd: ['redis-server', '--protected-mode', 'no'],
        WorkingDir: '/data',
        ExposedPorts: { '6379/tcp': {} },
      },
    },
    {
      tag: 'docker.io/library/nginx:alpine',
      layers: [layers.nginx],
      config: { Cmd: ['nginx', '-g', 'daemon off;'], ExposedPorts: { '80/tcp': {} } },
    },
  ]
}
