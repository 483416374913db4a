import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { cached, keyOf } from './cache.ts'
import { componentsFor } from './components.ts'
import { buildKey } from './go-build.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rollcall-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

describe('a thing in the cache', () => {
  it('is made once', async () => {
    let made = 0
    const make = async (path: string) => writeFileSync(path, String(++made))
    await cached(join(folder, 'a/b'), make)
    await cached(join(folder, 'a/b'), make)
    expect(readFileSync(join(folder, 'a/b'), 'utf8')).toBe('1')
  })

  it('is not there when making it was interrupted, and is made anew then', async () => {
    const path = join(folder, 'thing')
    const broken = async (unfinished: string) => {
      writeFileSync(unfinished, 'half')
      throw new Error('interrupted')
    }
    await expect(cached(path, broken)).rejects.toThrow('interrupted')
    expect(existsSync(path)).toBe(false)
    await cached(path, async (unfinished) => {
      expect(existsSync(unfinished)).toBe(false)
      writeFileSync(unfinished, 'whole')
    })
    expect(readFileSync(path, 'utf8')).toBe('whole')
  })
})

describe('the key of a build', () => {
  const [component] = componentsFor('1.36.3')
  if (component === undefined) throw new Error('there are components')
  const sources = { goMod: 'module a', goSum: 'sums' }
  const key = buildKey(component, sources, 'go1.26.8 linux amd64')

  it('is the same for the same inputs', () => {
    expect(buildKey(component, { ...sources }, 'go1.26.8 linux amd64')).toBe(key)
  })

  it.each([
    ['module file', buildKey(component, { ...sources, goMod: 'module b' }, 'go1.26.8 linux amd64')],
    ['sums', buildKey(component, { ...sources, goSum: 'other' }, 'go1.26.8 linux amd64')],
    ['toolchain', buildKey(component, sources, 'go1.26.9 linux amd64')],
    ['linker flags', buildKey({ ...component, ldflags: ['-X a=b'] }, sources, 'go1.26.8 linux amd64')],
    ['packages', buildKey({ ...component, packages: ['other'] }, sources, 'go1.26.8 linux amd64')],
  ])('is another for another %s', (_, other) => {
    expect(other).not.toBe(key)
  })

  it('is sixteen characters', () => {
    expect(keyOf({ any: 'thing' })).toMatch(/^[0-9a-f]{16}$/)
  })
})
