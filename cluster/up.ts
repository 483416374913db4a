import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { messageOf, Problem } from '../helpers/errors.ts'
import { removeCluster } from './down.ts'
import { chooseEngine, type Engine } from './engine/engine.ts'
import { startOwnEngine } from './engine/own.ts'
import { engineOf, healthOf } from './health.ts'
import { gapsLine, type HostGaps, hostGaps } from './host.ts'
import { ingredients } from './ingredients.ts'
import { type Io, since, together } from './io.ts'
import type { KindCluster } from './kind.ts'
import { kindConfig, nodeFolder, nodeNames } from './kind-config.ts'
import { kindCreate } from './kind-create.ts'
import { requireAnswers, requireNetworkWithNames } from './names.ts'
import { networkName } from './network.ts'
import { type NodeImages, nodeImages } from './node-image.ts'
import { createNetwork, hostFolders, planNetwork, prepareNodes } from './node-network.ts'
import { differenceOf, type KindOptions } from './options.ts'
import type { Phases } from './phases.ts'
import { kubeconfigPath, type Places } from './places.ts'
import { prepareHost } from './prerequisites.ts'
import { type ClusterRecord, readRecord, writeRecord } from './record.ts'
import { settle } from './settle.ts'
import { pullStock, stockGaps } from './stock.ts'
import { hostKind, kindCommand } from './tools.ts'
import { mendUpstream, startUpstream } from './upstream.ts'
import { wireNodes } from './wiring.ts'

const gigabytesForFirstBuild = 12
const gigabytesForRun = 4
const gigabytesForKind = 1

/** Reuses the cluster when it is there, as asked for and healthy; makes it otherwise. */
export async function up(options: KindOptions, places: Places, io: Io, phases: Phases): Promise<KindCluster> {
  const record = await readRecord(places, options.name)
  if (record?.state === 'ready') {
    const difference = differenceOf(record.options, options)
    if (difference !== undefined) {
      throw new Problem(
        `the cluster "${options.name}" is there already with ${difference}; remove it with \`rollcall cluster down --name ${options.name}\` or give another --name`,
      )
    }
    if (record.ownEngine) await startOwnEngine(hostGaps(), places, io)
    const trouble = await healthOf(record, places)
    if (trouble === undefined) {
      await mendUpstream(record, engineOf(record, places))
      return clusterOf(options.name, places, false)
    }
    io.progress(`the cluster "${options.name}" is not healthy (${trouble}); making it anew`)
  }
  if (record !== undefined) await removeCluster(options.name, places, io, { keepEngine: true })
  const start = Date.now()
  await make(options, places, io, phases)
  io.progress(`the cluster "${options.name}" is ready after ${since(start)}`)
  return clusterOf(options.name, places, true)
}

function clusterOf(name: string, places: Places, created: boolean): KindCluster {
  return { name, kubeconfig: kubeconfigPath(places, name), context: `kind-${name}`, created }
}

async function make(options: KindOptions, places: Places, io: Io, phases: Phases): Promise<void> {
  const engine = await chooseEngine(options, places)
  io.progress(
    engine.own
      ? 'no Docker or Podman answers: using a private Docker Engine'
      : `using the ${engine.provider} that answers`,
  )
  const stock = !engine.own && (await pullStock(options, engine, io))
  const needs = {
    build: !stock,
    kind: (await hostKind()) === undefined,
    ownEngine: engine.own,
    ipvs: options.proxyMode === 'ipvs' && process.platform === 'linux',
    gigabytes: stock ? gigabytesForKind : gigabytesForOwn(places),
  }
  await prepareHost(needs, places.cache, io)
  try {
    if (engine.provider === 'podman') await requireNames(options, engine, places, io)
    await (stock ? makeStock(options, engine, places, io, phases) : makeOwn(options, engine, places, io, phases))
  } catch (error) {
    if ((await readRecord(places, options.name)) !== undefined) {
      io.progress(`taking away what was made of the cluster "${options.name}"`)
    }
    await removeCluster(options.name, places, { ...io, signal: new AbortController().signal }).catch((left: unknown) =>
      io.progress(messageOf(left)),
    )
    throw error
  }
}

function gigabytesForOwn(places: Places): number {
  return existsSync(join(places.cache, 'images')) ? gigabytesForRun : gigabytesForFirstBuild
}

async function requireNames(options: KindOptions, engine: Engine, places: Places, io: Io): Promise<void> {
  await writeRecord(places, { options, provider: engine.provider, ownEngine: false, state: 'making' })
  await requireNetworkWithNames(networkName(options.name), engine, io)
}

async function makeStock(options: KindOptions, engine: Engine, places: Places, io: Io, phases: Phases): Promise<void> {
  const record: ClusterRecord = { options, provider: engine.provider, ownEngine: false, state: 'making' }
  await writeRecord(places, record)
  const gaps = await stockGaps(engine)
  tellGaps({ cgroupV1: gaps.cgroupV1, missingCapabilities: [] }, io)
  const kind = await kindCommand(options.kubernetesVersion, places, io)
  phases.done('engine')
  await kindCreate(kind, kindConfig(options, gaps), options, engine, places, io)
  phases.done('create')
  await settle(record, engine, io, phases)
  await writeRecord(places, { ...record, state: 'ready' })
}

async function makeOwn(options: KindOptions, engine: Engine, places: Places, io: Io, phases: Phases): Promise<void> {
  const gaps = hostGaps()
  tellGaps(gaps, io)
  const { binaries, archives, upstream } = await ingredients(options.kubernetesVersion, places, io)
  const network = await planNetwork(options.name, places)
  const record: ClusterRecord = {
    options,
    provider: engine.provider,
    ownEngine: engine.own,
    network,
    state: 'making',
  }
  await writeRecord(places, record)
  if (engine.own) await startOwnEngine(gaps, places, io)
  const images = await nodeImages(
    { kubernetesVersion: options.kubernetesVersion, binaries, archives, gaps },
    engine,
    places,
    io,
  )
  await createNetwork(network, engine, io)
  await startUpstream(options.name, network, engine, upstream, io)
  if (engine.provider === 'podman') await requireAnswers(options.name, network, engine, io)
  await prepareNodes(options.name, nodeNames(options.name, options.nodes), network, options.ipFamily, places)
  phases.done('engine')
  const { cgroupV1, missingCapabilities } = gaps
  const mounts = (node: number) => mountsOf(places, options, node)
  const config = kindConfig(
    options,
    { cgroupV1, reduced: missingCapabilities.length > 0 },
    { ...imageTags(images), mounts },
  )
  const kind = join(binaries.kind ?? '', 'kind')
  await together(io, (both) => [
    kindCreate(kind, config, options, engine, places, both),
    wireNodes(record, engine, places, both),
  ])
  phases.done('create')
  await settle(record, engine, io, phases)
  await writeRecord(places, { ...record, state: 'ready' })
}

function tellGaps(gaps: HostGaps, io: Io): void {
  const line = gapsLine(gaps)
  if (line !== undefined) io.progress(line)
}

function imageTags(images: NodeImages) {
  return { controlPlaneImage: images.controlPlane, workerImage: images.worker }
}

function mountsOf(places: Places, options: KindOptions, node: number) {
  const name = nodeNames(options.name, options.nodes)[node] ?? ''
  const { settings, cni } = hostFolders(places, options.name, name)
  return [
    { hostPath: settings, containerPath: nodeFolder, readOnly: true },
    { hostPath: cni, containerPath: '/etc/cni/net.d', readOnly: true },
  ]
}
