import type { WebSocket } from 'ws'
import type { ExecScript } from '../target/fake-api.ts'
import { printing } from '../target/fake-exec.ts'

/** What a member of the replicated set says to INFO. */
export type InfoOf = (pod: string) => string

/** Plays the replicated set: each member answers INFO through a port-forward, and has a volume that it writes into. */
export function members(infoOf: InfoOf, marked: (pod: string, text: string) => string = (_, text) => text): ExecScript {
  return (socket, argv, path) => {
    const [, pod = '', verb] = /\/pods\/([^/]+)\/(\w+)$/.exec(path) ?? []
    if (verb === 'portforward') forward(socket, infoOf(pod))
    else printing(marked(pod, argv.at(-1) ?? ''))(socket, argv, path)
  }
}

/** One connection to a port of a Pod, in the framing of `v4.channel.k8s.io`. */
function forward(socket: WebSocket, info: string): void {
  const port = Buffer.of(6379 & 0xff, 6379 >> 8)
  socket.send(Buffer.concat([Buffer.of(0), port]))
  socket.send(Buffer.concat([Buffer.of(1), port]))
  socket.on('message', (data: Buffer) => {
    const commands =
      data
        .subarray(1)
        .toString('latin1')
        .match(/\*\d+\r\n/g) ?? []
    const reply = /info/i.test(data.toString('latin1')) ? `$${info.length}\r\n${info}\r\n` : '+OK\r\n'
    for (const _ of commands) socket.send(Buffer.concat([Buffer.of(0), Buffer.from(reply)]))
  })
}

/** INFO of a master, or of a replica that follows it. */
export function info(role: 'master' | 'slave', more = ''): string {
  const own = role === 'master' ? '' : 'master_host:up-kv-0.up-kv\r\nmaster_link_status:up\r\nslave_repl_offset:98\r\n'
  return `# Server\r\nrun_id:00ff\r\n# Replication\r\nrole:${role}\r\n${own}master_replid:aa11\r\nmaster_repl_offset:99\r\n${more}`
}
