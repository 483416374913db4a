import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { Problem } from '../errors.ts'
import { parseManifest, readFixtures } from './fixture.ts'

const pod = (name: string) => `apiVersion: v1\nkind: Pod\nmetadata: { name: ${name} }\n`

function problemOf(text: string): string {
  try {
    parseManifest(text, 'headless/web.yaml')
  } catch (error) {
    if (error instanceof Problem) return error.message
    throw error
  }
  throw new Error('there is no problem')
}

describe('readFixtures', () => {
  test('reads the documents of a set in the order of files and documents, and of nothing else', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'rollcall-fixtures-'))
    onTestFinished(() => rm(folder, { recursive: true, force: true }))
    await mkdir(join(folder, 'set'))
    await writeFile(join(folder, 'set', 'b.yaml'), pod('third'))
    await writeFile(join(folder, 'set', 'a.yml'), `---\n${pod('first')}---\n# nothing\n---\n${pod('second')}`)
    await writeFile(join(folder, 'set', 'README.md'), 'not a manifest')
    expect(readFixtures('set', folder).map((object) => object.metadata.name)).toEqual(['first', 'second', 'third'])
  })
})

describe('parseManifest', () => {
  test('keeps every field as it is written', () => {
    expect(
      parseManifest('apiVersion: x/v1\nkind: Future\nmetadata: { name: a }\nspec: { new: [{ b: 08.5 }] }', 'f'),
    ).toEqual([{ apiVersion: 'x/v1', kind: 'Future', metadata: { name: 'a' }, spec: { new: [{ b: 8.5 }] } }])
  })

  test('says where a manifest is not YAML', () => {
    expect(problemOf('apiVersion: v1\nkind: [\n')).toBe(
      'headless/web.yaml is not valid YAML: Flow sequence in block collection must be sufficiently indented and end with a ] at line 3, column 1:',
    )
  })

  test('says that a key is there twice', () => {
    expect(problemOf('kind: Pod\nkind: Service\n')).toBe(
      'headless/web.yaml is not valid YAML: Map keys must be unique at line 2, column 1:',
    )
  })

  test.for([
    ['kind: Pod\nmetadata: { name: a }'],
    ['apiVersion: v1\nmetadata: { name: a }'],
    ['apiVersion: v1\nkind: Pod\nmetadata: {}'],
    ['apiVersion: v1\nkind: Pod'],
    ['apiVersion: v1\nkind: Pod\nmetadata: { name: 7 }'],
    ['just text'],
    ['[]'],
  ])('wants an object of Kubernetes: %j', ([text]) => {
    expect(problemOf(text ?? '')).toBe(
      'headless/web.yaml holds a document without apiVersion, kind or metadata.name; add them.',
    )
  })

  test('wants no namespace', () => {
    expect(problemOf('apiVersion: v1\nkind: Pod\nmetadata: { name: a, namespace: b }')).toBe(
      'headless/web.yaml: Pod/a names a namespace, which the run chooses; remove it.',
    )
  })
})
