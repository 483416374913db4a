import { describe, expect, it } from 'vitest'
import { capabilityScript } from './engine/config.ts'
import { mountsUnder } from './engine/remains.ts'
import { gapsLine, missingCapabilities } from './host.ts'
import { isFittingKind } from './tools.ts'
import { parseWatchLine } from './wiring.ts'

describe('gaps of a host', () => {
  it('are read from the bounding set', () => {
    expect(missingCapabilities('CapBnd:\t000001fffeffffff\n', 40)).toEqual(['CAP_SYS_RESOURCE'])
    expect(missingCapabilities('CapBnd:\t000001ffffffffff\n', 40)).toEqual([])
  })

  it('do not count capabilities that the kernel does not know', () => {
    expect(missingCapabilities('CapBnd:\t0000003fffffffff\n', 37)).toEqual([])
  })

  it('are said in one line, and not at all where there are none', () => {
    expect(gapsLine({ cgroupV1: false, missingCapabilities: [] })).toBeUndefined()
    expect(gapsLine({ cgroupV1: true, missingCapabilities: ['CAP_X'] })).toMatch(/cgroup v1.*CAP_X/)
  })

  it('are taken out of a list wherever they stand', () => {
    expect(capabilityScript(['CAP_X'])).toBe('s/"CAP_X",//g\ns/,"CAP_X"//g\n')
  })
})

describe('mounts under a folder', () => {
  it('are found deepest first, and neighbours are left alone', () => {
    const mounts = 'd /run/x ext4\na /run/x/exec tmpfs\nb /run/x/exec/netns/1 nsfs\nc /run/xy/other tmpfs\n'
    expect(mountsUnder(mounts, ['/run/x'])).toEqual(['/run/x/exec/netns/1', '/run/x/exec', '/run/x'])
  })
})

describe('kind of the host', () => {
  it.each([
    ['0.32.0', true],
    ['v0.33.1', true],
    ['1.0.0', true],
    ['0.31.9', false],
    ['', false],
  ])('"%s" fits: %s', (printed, expected) => {
    expect(isFittingKind(printed)).toBe(expected)
  })
})

describe('a line of the watch on nodes', () => {
  it('tells ranges and addresses of both families', () => {
    expect(parseWatchLine('a|10.244.0.0/24 fd00::/64|172.30.0.2 fd01::2|')).toEqual({
      name: 'a',
      podSubnets: ['10.244.0.0/24', 'fd00::/64'],
      addresses: ['172.30.0.2', 'fd01::2'],
    })
  })

  it('tells nothing while a node has no ranges yet', () => {
    expect(parseWatchLine('a||172.30.0.2|')).toBeUndefined()
    expect(parseWatchLine('')).toBeUndefined()
  })
})
