import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Problem } from '../helpers/errors.ts'
import type { Engine } from './engine/engine.ts'
import { type Io, withHeartbeat } from './io.ts'
import { networkName } from './network.ts'
import type { KindOptions } from './options.ts'
import { kindConfigPath, kubeconfigPath, type Places } from './places.ts'
import { attempt } from './run.ts'

/** Runs `kind create cluster`, on a network of the cluster's own; throws a `Problem` with kind's words when it fails. */
export async function kindCreate(
  kind: string,
  config: string,
  options: KindOptions,
  engine: Engine,
  places: Places,
  io: Io,
): Promise<void> {
  const file = kindConfigPath(places, options.name)
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, config)
  const argv = [kind, 'create', 'cluster', '--name', options.name, '--config', file, '--wait', '0s']
  let step = ''
  const onLine = (line: string) => {
    const text = stepOf(line)
    if (text !== undefined) step = text
  }
  const network = networkName(options.name)
  const env = {
    ...engine.env,
    KIND_EXPERIMENTAL_DOCKER_NETWORK: network,
    KIND_EXPERIMENTAL_PODMAN_NETWORK: network,
  }
  const kubeconfig = ['--kubeconfig', kubeconfigPath(places, options.name)]
  const result = await withHeartbeat(
    io,
    `creating ${options.nodes} ${options.nodes === 1 ? 'node' : 'nodes'} with Kubernetes ${options.kubernetesVersion}`,
    () => attempt([...argv, ...kubeconfig], { env, signal: io.signal, onLine }),
    () => step,
  )
  if (result.exitCode === 0) return
  const log = join(places.cache, `kind-create-${options.name}.log`)
  await writeFile(log, `${result.stdout}\n${result.stderr}`)
  const words = kindsWords(result.stderr)
  throw new Problem(`kind could not create the cluster "${options.name}": ${words}; look into ${log}, and try again`)
}

/** The step that a line of kind's output names, such as `Joining worker nodes`. */
export function stepOf(line: string): string | undefined {
  return /^\s*[•✓✗]\s*([\w][\w\s()-]*\w)/u.exec(line)?.[1]
}

/** What kind says about its failure: the line that begins with ERROR, else its last one. */
export function kindsWords(output: string): string {
  const lines = output.split('\n').filter((line) => line.trim() !== '')
  const error = lines.find((line) => line.startsWith('ERROR: ')) ?? lines.at(-1) ?? 'it said nothing'
  return error.replace(/^ERROR: /, '').slice(0, 300)
}
