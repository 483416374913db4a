import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readFixtures } from './fixture.ts'
import { withScripts } from './scripts.ts'

test('a ConfigMap that asks for a script is given it, and nothing else changes', () => {
  const objects = readFixtures('upgrade')
  const script = readFileSync(join(import.meta.dirname, '..', 'probes', 'sampler', 'sampler.sh'), 'utf8')
  expect(withScripts(objects)).toEqual(
    objects.map((object) =>
      object.metadata.name === 'sampler' && object.kind === 'ConfigMap'
        ? { ...object, data: { 'sampler.sh': script } }
        : object,
    ),
  )
  expect(withScripts(objects)).not.toEqual(objects)
})
