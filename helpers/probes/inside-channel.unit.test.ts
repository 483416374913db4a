import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { fakeApi } from '../target/fake-client.ts'
import { exitStatus, frame } from '../target/fake-exec.ts'
import { parseInside } from './inside.ts'
import { InsideChannel } from './inside-channel.ts'

const place = { namespace: 'ns', pod: 'asks', container: 'idle' }
const printed = (names: string): string => `\n== names\n${names}\n== end\n`

/** A channel into a Pod whose script does with each line what `reply` says, and the number of times that it was started. */
async function channelTo(reply: (line: string, send: (text: string) => void, end: (code: number) => void) => void) {
  const api = await fakeApi()
  const starts: (readonly string[])[] = []
  api.exec = (socket, argv) => {
    starts.push(argv)
    const send = (text: string): void => socket.send(frame('stdout', text))
    const end = (code: number): void => {
      socket.send(exitStatus(code))
      socket.close()
    }
    socket.on('message', (data: Buffer) => reply(data.subarray(1).toString('utf8'), send, end))
  }
  return { starts, channel: new InsideChannel(api.client(), place) }
}

describe('the channel into a Pod', () => {
  test('starts the script once, and looks one time after the other', async () => {
    const { starts, channel } = await channelTo((line, send) => {
      send('\n== na')
      send(`mes\n${line.trim()}\n== end\n`)
    })
    const seen = await Promise.all([channel.look(['a', 'b.ns']), channel.look([]), channel.look(['c'])])
    expect(seen).toEqual(['a b.ns', '', 'c'].map((names) => ({ kind: 'printed', text: printed(names) })))
    expect(starts).toEqual([['sh', '-c', expect.stringContaining('while read -r names')]])
  })

  test('is lost where the script ends, and starts it again for the next look', async () => {
    let lines = 0
    const { starts, channel } = await channelTo((line, send, end) =>
      ++lines === 1 ? end(127) : send(printed(line.trim())),
    )
    expect(await channel.look(['a'])).toEqual({ kind: 'lost', reason: 'asks: looking into it ended with code 127' })
    expect(await channel.look(['b'])).toEqual({ kind: 'printed', text: printed('b') })
    expect(starts).toHaveLength(2)
  })

  test('is lost where no exec is let in', async () => {
    const api = await fakeApi()
    const channel = new InsideChannel(api.client(), place)
    api.refuseExec = { status: 404, body: { kind: 'Status', reason: 'NotFound', message: 'pods "asks" not found' } }
    expect(await channel.look([])).toEqual({ kind: 'lost', reason: 'exec into asks: pods "asks" not found' })
  })

  test('takes no name that would become two, or none', async () => {
    const { channel } = await channelTo(() => {})
    for (const name of ['', 'a b', 'a\nb'])
      await expect(channel.look([name])).rejects.toThrow('a name is empty or holds a space')
  })
})

test('the script tells for each line what there is to tell', () => {
  const script = join(import.meta.dirname, 'inside.sh')
  const text = execFileSync('sh', [script], { input: '\nlocalhost *\n', encoding: 'utf8' })
  const looks = text.split('== end\n', 2).map((one) => parseInside(`${one}== end`))
  expect(looks.map((one) => Object.keys(one?.lookups ?? { torn: {} }).sort())).toEqual([[], ['*', 'localhost']])
})
