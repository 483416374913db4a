import { describe, expect, test } from 'vitest'
import { isLeftover, runnerOf } from './labels.ts'

const now = 1_000_000
const runner = (pid: number): string => runnerOf(pid, 'host', '1a2b3c4d')
const mine = runner(7)
const theirs = runnerOf(7, 'elsewhere', '1a2b3c4d')
const beside = runnerOf(7, 'host', '00ff00ff')

describe('isLeftover', () => {
  test.for([
    // expires, kept, runner, its process lives, leftover
    ['has expired though its run lives', -1, false, mine, true, true],
    ['expires now', 0, false, mine, true, true],
    ['was kept and has expired', -1, true, theirs, true, true],
    ['was left by a process of this host that is gone', 60, false, mine, false, true],
    ['belongs to a process of this host that lives', 60, false, mine, true, false],
    ['was left by another host', 60, false, theirs, false, false],
    ['was left by a container, or a boot, of this host that has other pids', 60, false, beside, false, false],
    ['was kept on purpose', 60, true, mine, false, false],
    ['tells no runner', 60, false, '', false, false],
    ['tells a runner that is not ours to read', 60, false, 'host.seven', false, false],
    ['tells no expiry', Number.NaN, false, theirs, false, false],
    ['tells no expiry, but its process of this host is gone', Number.NaN, false, mine, false, true],
  ] as const)('of a namespace that %s', ([, left, kept, by, alive, leftover]) => {
    const isAlive = (pid: number): boolean => {
      expect(pid).toBe(7)
      return alive
    }
    expect(isLeftover({ expires: now + left, kept, runner: by }, now, { alive: isAlive, runner })).toBe(leftover)
  })
})

describe('runnerOf', () => {
  test.for([
    ['node-1.example', 'node-1.example.7'],
    ['müller_pc', 'm-ller_pc.7'],
    ['..host', 'host.7'],
    ['', 'host.7'],
    ['x'.repeat(80), `${'x'.repeat(40)}.7`],
  ] as const)('makes a label value of %s', ([host, label]) => {
    expect(runnerOf(7, host, '')).toBe(label)
    expect(runnerOf(7, host, '1a2b3c4d')).toBe(label.replace('.7', '-1a2b3c4d.7'))
    expect(runnerOf(4_194_304, host)).toMatch(/^[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$/)
    expect(label).toMatch(/^[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$/)
  })
})
