import type { WebSocket } from 'ws'
import type { ExecScript } from './fake-api.ts'

/** Channels of the exec protocol (v5.channel.k8s.io). */
const channel = { stdin: 0, stdout: 1, stderr: 2, status: 3 } as const

/** One frame of the exec protocol. */
export function frame(name: keyof typeof channel, payload: string | Uint8Array): Buffer {
  return Buffer.concat([Buffer.of(channel[name]), Buffer.from(payload)])
}

/** The status frame of a command that has ended. */
export function exitStatus(code: number): Buffer {
  if (code === 0) return frame('status', JSON.stringify({ metadata: {}, status: 'Success' }))
  return frame(
    'status',
    JSON.stringify({
      status: 'Failure',
      message: `command terminated with non-zero exit code: exit status ${code}`,
      reason: 'NonZeroExitCode',
      details: { causes: [{ reason: 'ExitCode', message: String(code) }] },
    }),
  )
}

/** Plays a command that prints, and ends with a code. */
export function printing(stdout: string, code = 0): ExecScript {
  return (socket) => {
    socket.send(frame('stdout', stdout))
    socket.send(exitStatus(code))
    socket.close()
  }
}

/** What the agent of a vantage replies to one request, or undefined to stay silent. */
export type AgentScript = (
  verb: string,
  words: readonly string[],
) => { readonly code: number; readonly output: string } | undefined

/** Plays the shell of a vantage; other commands stay silent. */
export function agent(script: AgentScript): ExecScript {
  return (socket: WebSocket) => {
    socket.on('message', (data: Buffer) => {
      for (const line of data.subarray(1).toString('utf8').split('\n').filter(Boolean)) {
        const [id, verb = '', ...words] = line.split(' ')
        const reply = script(verb, words)
        if (reply === undefined) continue
        const encoded = Buffer.from(reply.output).toString('base64')
        socket.send(frame('stdout', `#${id} ${reply.code} ${encoded.length} ${encoded}\n`))
      }
    })
  }
}
