import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { canaryObjects } from '../upgrade/canary-objects.ts'
import { fixturesFolder, readFixtures } from './fixture.ts'
import { ownImages, withImages } from './images.ts'

const from = 'registry.example.test:5000/mirror'

/** Every image that is named somewhere below. */
function imagesIn(part: unknown): string[] {
  if (typeof part !== 'object' || part === null) return []
  return Object.entries(part).flatMap(([key, value]) =>
    key === 'image' && typeof value === 'string' ? [value] : imagesIn(value),
  )
}

const written = [...readdirSync(fixturesFolder).flatMap((set) => readFixtures(set)), ...canaryObjects('up-canary-1')]

test('the images of all that we write are those that a registry has to hold', () => {
  expect([...new Set(imagesIn(written))].sort()).toEqual(ownImages)
})

test('every image is taken from the registry that is given, and nothing else is changed', () => {
  const mirrored = withImages(written, from)
  expect([...new Set(imagesIn(mirrored))].sort()).toEqual(ownImages.map((image) => `${from}/${image}`))
  expect(JSON.parse(JSON.stringify(mirrored).replaceAll(`${from}/`, ''))).toEqual(written)
})

test('without a registry all stays as it is written', () => {
  expect(withImages(written, undefined)).toBe(written)
})

test('an image of somebody else is none of ours', () => {
  const pod = { spec: { containers: [{ name: 'dns', image: 'registry.k8s.io/coredns/coredns:v1' }] } }
  expect(withImages(pod, from)).toEqual(pod)
})
