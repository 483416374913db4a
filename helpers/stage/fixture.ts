import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseAllDocuments } from 'yaml'
import { Problem } from '../errors.ts'
import type { KubernetesObject } from '../target/objects.ts'
import { withImages } from './images.ts'

/** Where the manifests live, one folder per staged set. */
export const fixturesFolder = join(import.meta.dirname, '..', '..', 'fixtures')

/**
 * Reads every manifest of a set, in the order of the file names and of the documents in them.
 * @throws Problem naming file and line of a manifest that is not a Kubernetes object.
 */
export function readFixtures(set: string, folder = fixturesFolder): KubernetesObject[] {
  const directory = join(folder, set)
  const files = readdirSync(directory)
    .filter((file) => /\.ya?ml$/.test(file))
    .sort()
  return files.flatMap((file) => parseManifest(readFileSync(join(directory, file), 'utf8'), join(set, file)))
}

/** Every kind of object that some set has. */
export function kindsInFixtures(folder = fixturesFolder): Pick<KubernetesObject, 'apiVersion' | 'kind'>[] {
  const sets = readdirSync(folder, { withFileTypes: true }).filter((one) => one.isDirectory())
  const all = sets.flatMap(({ name }) => readFixtures(name, folder))
  const kinds = new Map(all.map(({ apiVersion, kind }) => [`${apiVersion} ${kind}`, { apiVersion, kind }]))
  return [...kinds.values()]
}

/** The spec of the Pods that the DaemonSet of a set makes, with images from where they are to be taken (`withImages`). */
export function daemonPodSpec(set: string, imagesFrom: string | undefined): Record<string, unknown> {
  const daemonSet = readFixtures(set).find((object) => object.kind === 'DaemonSet')
  const template = (daemonSet?.spec as { template: { spec: Record<string, unknown> } } | undefined)?.template
  if (template === undefined) throw new Problem(`fixtures/${set} holds no DaemonSet; restore it.`)
  return withImages(template.spec, imagesFrom)
}

/** Parses one manifest file, which may hold several documents. */
export function parseManifest(text: string, file: string): KubernetesObject[] {
  return parseAllDocuments(text).flatMap((document) => {
    const broken = document.errors[0]
    if (broken !== undefined) throw new Problem(`${file} is not valid YAML: ${broken.message.split('\n')[0]}`)
    const value: unknown = document.toJS()
    if (value === null || value === undefined) return []
    if (!isObject(value))
      throw new Problem(`${file} holds a document without apiVersion, kind or metadata.name; add them.`)
    if (value.metadata.namespace !== undefined)
      throw new Problem(
        `${file}: ${value.kind}/${value.metadata.name} names a namespace, which the run chooses; remove it.`,
      )
    return [value]
  })
}

function isObject(value: unknown): value is KubernetesObject {
  const object = value as Partial<KubernetesObject> | null
  return (
    typeof object === 'object' &&
    typeof object?.apiVersion === 'string' &&
    typeof object.kind === 'string' &&
    typeof object.metadata?.name === 'string'
  )
}
