import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { ExecScript } from '../../target/fake-api.ts'
import { fakeApi } from '../../target/fake-client.ts'
import { exitStatus, frame, printing } from '../../target/fake-exec.ts'
import { placeTargets } from './place-targets.ts'

/** Runs what a container would run, here; `cut` breaks the connection after so many bytes of input. */
function running(cut = Number.POSITIVE_INFINITY): ExecScript {
  return (socket, [command = '', ...args]) => {
    const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'ignore'] })
    child.stdout.on('data', (bytes: Buffer) => socket.send(frame('stdout', bytes)))
    child.on('close', (code) => {
      socket.send(exitStatus(code ?? 1))
      socket.close()
    })
    socket.on('message', (data: Buffer) => {
      const input = data.subarray(1)
      child.stdin.write(input.subarray(0, cut))
      if (input.length > cut) child.stdin.end()
    })
  }
}

async function placing(exec: ExecScript, { lasts = 60, timeout = 20_000 } = {}) {
  const api = await fakeApi()
  api.exec = exec
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-place-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'targets'), 'as before')
  const place = { namespace: 'ns', pod: 'sampler-x', container: 'multitool' }
  const client = api.client()
  onTestFinished(() => client.close())
  const options = { lasts, timeout, signal: new AbortController().signal, folder }
  const placed = await placeTargets(client, place, 'targets 5\nhttp $(x) 80\nkept * 1', options)
  return { placed, folder, text: readFileSync(join(folder, 'targets'), 'utf8') }
}

describe('targets', () => {
  test('are put in their place at once, for as long as they last, and the clock is told', async () => {
    const before = Math.floor(Date.now() / 1000)
    const { placed, folder, text } = await placing(running())
    const [until, ...rest] = text.split('\n')
    expect(rest).toEqual(['targets 5', 'http $(x) 80', 'kept * 1', ''])
    expect(Number(until?.replace('until ', ''))).toBeGreaterThanOrEqual(before + 60)
    expect(placed).toMatchObject({ kind: 'placed' })
    // The clock is that of this machine; how soon it was read is up to how busy that is.
    const { offset, error } = placed as { offset: number; error: number }
    expect(Math.abs(offset)).toBeLessThanOrEqual(error + 1)
    expect(readdirSync(folder)).toEqual(['targets'])
  })

  test('stay as they were where the connection is cut', async () => {
    const { placed, folder, text } = await placing(running(20))
    expect(placed).toEqual({ kind: 'lost', reason: 'bash ended with code 1' })
    expect([text, readdirSync(folder)]).toEqual(['as before', ['targets']])
  })

  test('are lost where nobody takes them, says when, or ends', async () => {
    expect((await placing((socket) => socket.close())).placed).toMatchObject({ kind: 'lost' })
    expect((await placing(printing('noon\n'))).placed).toEqual({
      kind: 'lost',
      reason: 'a clock that cannot be read: "noon\\n"',
    })
    expect((await placing(() => {}, { timeout: 50 })).placed).toEqual({ kind: 'lost', reason: 'no end within 0.05 s' })
  })
})
