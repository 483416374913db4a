import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { KubernetesObject } from '../target/objects.ts'

/** On a ConfigMap of a fixture: a file below `helpers/` that it is to hold. */
const scriptAnnotation = 'rollcall.dev/script'
const helpers = join(import.meta.dirname, '..')

/** The objects of a fixture, each ConfigMap that asks for a script with the script in it. */
export function withScripts(objects: readonly KubernetesObject[]): KubernetesObject[] {
  return objects.map((object) => {
    const path = ((object.metadata.annotations ?? {}) as Record<string, string>)[scriptAnnotation]
    if (object.kind !== 'ConfigMap' || path === undefined) return object
    return { ...object, data: { [basename(path)]: readFileSync(join(helpers, path), 'utf8') } }
  })
}
