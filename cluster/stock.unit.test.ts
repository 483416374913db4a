import { describe, expect, it } from 'vitest'
import { reasonOf } from './stock.ts'

describe('reason why the stock image was not pulled', () => {
  it.each([
    ['Error response from daemon: manifest for kindest/node:v1.36.3 not found: manifest unknown: manifest unknown\n'],
    ['Error: initializing source docker://kindest/node:v1.36.3: reading manifest v1.36.3: manifest unknown\n'],
    ['Error response from daemon: failed to resolve reference "docker.io/kindest/node:v1.36.3": not found\n'],
  ])('is an image that is not published: %s', (stderr) => {
    expect(reasonOf(stderr)).toBe('the registry has no such image: not every patch release is published')
  })

  it('is a limit of the registry', () => {
    const said = 'toomanyrequests: You have reached your unauthenticated pull rate limit.'
    expect(reasonOf(`Error response from daemon: ${said}\n`)).toBe('the registry has had too many requests from here')
  })

  it('is what the engine said last, if it is anything else', () => {
    const said = 'Get "https://registry-1.docker.io/v2/": dial tcp: lookup registry-1.docker.io: no such host'
    expect(reasonOf(`Using default tag\nError response from daemon: ${said}\n`)).toBe(said)
    expect(reasonOf('')).toBe('no reason given')
  })
})
