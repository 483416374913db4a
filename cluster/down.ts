import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { messageOf, Problem } from '../helpers/errors.ts'
import { bridgeName } from './bridge.ts'
import { type Engine, engineAttempt, ownEngine, userEngine } from './engine/engine.ts'
import { ownEngineAnswers, startOwnEngine, stopOwnEngine } from './engine/own.ts'
import { hostGaps } from './host.ts'
import type { Io } from './io.ts'
import { nodeNames } from './kind-config.ts'
import { candidateNetwork } from './network.ts'
import { removeNetwork } from './node-network.ts'
import { mostNodes } from './options.ts'
import { clusterFolder, kindConfigPath, type Places } from './places.ts'
import { endProcessesWith } from './processes.ts'
import { readRecord, recordedNames, removeRecord } from './record.ts'
import { upstreamName } from './upstream.ts'

/**
 * Removes a cluster and, with its last one, the private engine. Works from whatever state it finds: half made, crashed, or
 * after a reboot. `keepEngine` leaves the engine running, for a cluster that is to be made at once.
 */
export async function removeCluster(
  name: string,
  places: Places,
  io: Io,
  { keepEngine = false }: { keepEngine?: boolean } = {},
): Promise<void> {
  // A kind that was left behind would take away the nodes of the next cluster of this name when it fails.
  if (process.platform === 'linux') endProcessesWith(kindConfigPath(places, name))
  const record = await readRecord(places, name)
  const own = record?.ownEngine ?? isOwnEngineThere(places)
  if (own) await removeFromOwn(name, places, io)
  else if (record !== undefined) await removeFromUsers(name, userEngine(record.provider), places)
  await removeRecord(places, name)
  if (keepEngine || !(await lastOfOwn(places))) return
  await removeStrays(places)
  await stopOwnEngine(places, io)
}

/** Removes containers of builds that were interrupted: with the last cluster gone, none in the private engine is of use. */
async function removeStrays(places: Places): Promise<void> {
  if (!(await ownEngineAnswers(places))) return
  const engine = ownEngine(places)
  const listed = await engineAttempt(engine, ['ps', '-a', '-q'], { timeout: 60 })
  const containers = listed.stdout.split('\n').filter((id) => id !== '')
  if (containers.length > 0) await engineAttempt(engine, ['rm', '-f', '-v', ...containers], { timeout: 120 })
}

/** Removes the cache, which must hold no cluster any more. */
export async function purge(places: Places, io: Io): Promise<void> {
  await stopOwnEngine(places, io)
  io.progress(`removing ${places.cache}`)
  await rm(places.cache, { recursive: true, force: true })
}

function isOwnEngineThere(places: Places): boolean {
  return existsSync(places.engineRun)
}

async function lastOfOwn(places: Places): Promise<boolean> {
  for (const name of await recordedNames(places)) {
    if ((await readRecord(places, name))?.ownEngine === true) return false
  }
  return true
}

async function removeFromOwn(name: string, places: Places, io: Io): Promise<void> {
  try {
    // Containers of a crashed engine can only be removed cleanly by an engine.
    if (!(await ownEngineAnswers(places)) && existsSync(places.engineData)) await startOwnEngine(hostGaps(), places, io)
    await removeFromEngine(name, ownEngine(places), places)
  } catch (error) {
    io.progress(
      `the private Docker Engine does not come up to remove its containers (${messageOf(error)}); its data is removed`,
    )
    await stopOwnEngine(places, io)
    await rm(places.engineData, { recursive: true, force: true })
  }
}

/**
 * Removes a cluster from an engine that is not ours to start.
 * @throws Problem where that does not answer, or keeps containers: the record has to stay then, for nobody else knows of them.
 */
async function removeFromUsers(name: string, engine: Engine, places: Places): Promise<void> {
  if ((await listNodes(name, engine)).exitCode !== 0) {
    throw new Problem(
      `${engine.provider} does not answer, and the cluster "${name}" is in it; start it and try again, or, where it is gone for good, remove ${clusterFolder(places, name)}`,
    )
  }
  await removeFromEngine(name, engine, places)
  const left = await listNodes(name, engine)
  if (left.exitCode !== 0 || left.ids.length > 0) {
    throw new Problem(
      `${engine.provider} still has containers of the cluster "${name}" (${left.ids.join(', ') || 'it does not answer'}); see what holds them and try again`,
    )
  }
}

async function listNodes(name: string, engine: Engine): Promise<{ exitCode: number; ids: string[] }> {
  const filter = `label=io.x-k8s.kind.cluster=${name}`
  const { exitCode, stdout } = await engineAttempt(engine, ['ps', '-a', '-q', '--filter', filter], { timeout: 60 })
  return { exitCode, ids: stdout.split('\n').filter((id) => id !== '') }
}

async function removeFromEngine(name: string, engine: Engine, places: Places): Promise<void> {
  const { ids: nodes } = await listNodes(name, engine)
  // One at a time would be slow, and one that is not there keeps some releases of Podman from removing the others.
  for (const containers of [nodes, [upstreamName(name)]].filter(({ length }) => length > 0)) {
    await engineAttempt(engine, ['rm', '-f', '-v', ...containers], { timeout: 120 })
  }
  if (engine.provider === 'podman') await removeVolumes(name, engine)
  await removeNetwork(candidateNetwork(name, bridgeName(places, name), 0), engine)
}

/** Removes the volumes that kind makes with Podman, which do not go with their containers: each is labelled with its node's name. */
async function removeVolumes(name: string, engine: Engine): Promise<void> {
  const volumes = new Set<string>()
  for (const node of nodeNames(name, mostNodes)) {
    const listed = await engineAttempt(engine, ['volume', 'ls', '-q', '--filter', `label=${node}`], { timeout: 60 })
    for (const volume of listed.stdout.split('\n').filter((line) => line !== '')) volumes.add(volume)
  }
  if (volumes.size > 0) await engineAttempt(engine, ['volume', 'rm', '-f', ...volumes], { timeout: 120 })
}
