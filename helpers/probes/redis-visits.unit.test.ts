import { spawn } from 'node:child_process'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { ExecPlace, ExecResult } from '../target/exec.ts'
import { parseVisits, visitByName } from './redis-visits.ts'

const place: ExecPlace = { namespace: 'n', pod: 'client-0', container: 'redis' }
const info = (at: string): string => `id=7 addr=10.244.1.9:41234 laddr=${at}:6379 fd=9 name= cmd=client|info resp=2`

/** Runs commands here, with programs of our own in the place of getent and redis-cli. */
async function execWith(programs: Readonly<Record<string, string>>) {
  const folder = await mkdtemp(join(tmpdir(), 'visits-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  for (const [name, text] of Object.entries(programs)) {
    await writeFile(join(folder, name), `#!/bin/sh\n${text}\n`)
    await chmod(join(folder, name), 0o755)
  }
  return async (_: ExecPlace, [program = '', ...argv]: readonly string[]): Promise<ExecResult> => {
    const child = spawn(program, argv, { env: { ...process.env, PATH: `${folder}:${process.env.PATH}` } })
    let stdout = ''
    let stderr = ''
    child.stdout.on('data', (bytes: Buffer) => {
      stdout += bytes.toString()
    })
    child.stderr.on('data', (bytes: Buffer) => {
      stderr += bytes.toString()
    })
    const code = await new Promise<number>((resolve) => child.on('close', (status) => resolve(status ?? 1)))
    return { end: { kind: 'exited', code, message: '' }, stdout, stderr }
  }
}

describe('visitByName', () => {
  test('dials the name three times and each of its addresses once, with a new key on each connection', async () => {
    const exec = await execWith({
      getent: 'printf "10.0.0.1 STREAM $2\\n10.0.0.1 DGRAM\\nfd00::1 STREAM\\n"',
      'redis-cli': `echo "laddr=[fd00::1]:6379 dialled=$2"; cat | sed 1d`,
    })
    const sighting = await visitByName(exec, place, ['a.ns'], ['SET KEY v', 'PING'])
    if (sighting.kind === 'lost') throw new Error(sighting.reason)
    const [name] = sighting.names
    expect(name).toMatchObject({ name: 'a.ns', addresses: ['10.0.0.1', 'fd00::1'] })
    expect(name?.visits.map((one) => one.host)).toEqual(['a.ns', 'a.ns', 'a.ns', '10.0.0.1', 'fd00::1'])
    const said = name?.visits.flatMap(({ outcome }) => (outcome.kind === 'answered' ? [outcome.replies] : [])) ?? []
    expect(new Set(said.map(([set]) => set)).size).toBe(5)
    expect(said[0]?.[0]).toMatch(/^SET rollcall:[0-9a-f-]{36} v$/)
    expect(said[0]?.[1]).toBe('PING')
  })

  test('dials a name without address all the same, and says how that went', async () => {
    const exec = await execWith({ getent: 'exit 2', 'redis-cli': 'echo "Could not connect to Redis at $2"; exit 1' })
    expect(await visitByName(exec, place, ['a.ns'], ['PING'])).toMatchObject({
      kind: 'seen',
      names: [{ name: 'a.ns', addresses: [], visits: [{ outcome: { kind: 'failed' } }, {}, {}] }],
    })
  })

  test('is lost where the command is, and where there is no client to dial with', async () => {
    const gone = async (): Promise<ExecResult> => ({ end: { kind: 'lost', reason: 'torn' }, stdout: '', stderr: '' })
    expect(await visitByName(gone, place, ['a'], ['PING'])).toEqual({
      kind: 'lost',
      client: 'client-0',
      reason: 'torn',
    })
    const bare = await execWith({ getent: 'exit 2', 'redis-cli': 'echo "no such program"; exit 127' })
    expect((await visitByName(bare, place, ['a'], ['PING'])).kind).toBe('lost')
  })
})

describe('parseVisits', () => {
  const outcome = (lines: readonly string[], code = 0) => {
    const sighting = parseVisits('client-0', ['name a 10.0.0.1', 'dial a 10.0.0.1', ...lines, `end ${code}`].join('\n'))
    return sighting.kind === 'seen' ? sighting.names[0]?.visits[0]?.outcome : sighting
  }

  test('reads where the server is, by IPv4 and by IPv6, and what it said', () => {
    expect(outcome([info('10.0.0.1'), 'OK'])).toEqual({ kind: 'answered', at: '10.0.0.1', replies: ['OK'] })
    expect(outcome([info('[fd00::1]'), 'READONLY no'])).toEqual({
      kind: 'answered',
      at: 'fd00::1',
      replies: ['READONLY no'],
    })
    expect(outcome([info('10.0.0.1'), 'PONG', '# Server', 'run_id:a', ''])).toMatchObject({
      replies: ['PONG', 'run_id:a'],
    })
  })

  test('tells a server that refuses to say where it is from a connection that failed', () => {
    expect(outcome(['NOAUTH Authentication required.', 'NOAUTH Authentication required.'])).toMatchObject({
      kind: 'answered',
      replies: ['NOAUTH Authentication required.', 'NOAUTH Authentication required.'],
    })
    expect(outcome(['Could not connect to Redis at 10.0.0.1:6379: Connection refused'], 1)).toEqual({
      kind: 'failed',
      reason: 'Could not connect to Redis at 10.0.0.1:6379: Connection refused',
    })
    expect(outcome([], 1)).toMatchObject({ kind: 'failed', reason: 'redis-cli ended with code 1 and said nothing' })
  })

  test('tells silence, with both programs that are called timeout', () => {
    expect([outcome(['Terminated'], 143), outcome([], 124)]).toEqual([
      { kind: 'failed', reason: 'no answer within 6 s' },
      { kind: 'failed', reason: 'no answer within 6 s' },
    ])
    // A server that has said where it is, and then no more.
    expect(outcome([info('10.0.0.1'), 'Terminated'], 143)).toEqual({
      kind: 'answered',
      at: '10.0.0.1',
      replies: ['no answer within 6 s'],
    })
  })

  test('is lost where the end is missing', () => {
    expect(parseVisits('client-0', 'name a 10.0.0.1\ndial a a\nPONG\n').kind).toBe('lost')
  })
})
