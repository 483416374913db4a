import { describe, expect, test } from 'vitest'
import type { KubernetesApi } from '../target/api.ts'
import type { KubernetesObject } from '../target/objects.ts'
import { takenBy, takenByServer } from './since.ts'

function pod(name: string, since?: string): KubernetesObject {
  const annotations = since === undefined ? undefined : { 'rollcall.dev/since': since }
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name, annotations } }
}

const objects = [pod('always'), pod('new', '1.34')]
const names = (all: readonly KubernetesObject[]): string[] => all.map((one) => one.metadata.name)

describe('objects with fields that are not as old as Kubernetes', () => {
  test.each([
    ['v1.33.9', ['always']],
    ['v1.34.0', ['always', 'new']],
    ['v1.36.3-gke.100', ['always', 'new']],
    ['unheard of', ['always', 'new']],
  ])('are staged by %s only if it knows them', (version, staged) => {
    expect(names(takenBy(version, objects))).toEqual(staged)
  })

  test('make us ask for the version, and others do not', async () => {
    const asked: string[] = []
    const api = {
      send: async (path: string) => {
        asked.push(path)
        return { gitVersion: 'v1.30.1' }
      },
    } as unknown as KubernetesApi
    expect(names(await takenByServer(api, objects))).toEqual(['always'])
    expect(names(await takenByServer(api, [pod('always')]))).toEqual(['always'])
    expect(asked).toEqual(['/version'])
  })
})
