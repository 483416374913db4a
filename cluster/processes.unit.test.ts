import { describe, expect, it } from 'vitest'
import { engineProcesses, identityOf, sameProcess, startOf } from './processes.ts'

describe('identity of a process', () => {
  it('holds for this process', () => {
    const identity = identityOf(process.pid)
    expect(identity).toBeDefined()
    if (identity !== undefined) expect(sameProcess(identity, identityOf(process.pid))).toBe(true)
  })

  it('does not hold for a later process with the same number, or for one of another boot', () => {
    const recorded = { pid: 42, started: 100, boot: 'one' }
    expect(sameProcess(recorded, { ...recorded, started: 101 })).toBe(false)
    expect(sameProcess(recorded, { ...recorded, boot: 'two' })).toBe(false)
    expect(sameProcess(recorded, undefined)).toBe(false)
  })

  it('reads the start time behind a name with spaces and parentheses', () => {
    const fields = Array.from({ length: 20 }, (_, n) => String(n))
    expect(startOf(`42 (a (b) c) ${fields.join(' ')}`)).toBe(19)
  })
})

describe('processes of the private engine', () => {
  const run = '/run/rollcall-0123abcd'
  const found = (argv: string[]) => engineProcesses([{ pid: 1, argv }], run).length === 1

  it('are told by the paths they were started with', () => {
    expect(found(['dockerd', '--config-file', `${run}/daemon.json`])).toBe(true)
    expect(found(['containerd', '--config', `${run}/containerd.toml`])).toBe(true)
    expect(found(['/usr/bin/containerd-shim-runc-v2', '-address', `${run}/containerd.sock`])).toBe(true)
  })

  it('are not those of another engine, nor of whoever reads our files', () => {
    expect(found(['dockerd', '--config-file', '/etc/docker/daemon.json'])).toBe(false)
    expect(found(['dockerd', '--config-file', `${run}-other/daemon.json`])).toBe(false)
    expect(found(['tail', '-f', `${run}/dockerd.log`])).toBe(false)
    expect(found([])).toBe(false)
  })
})
