import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { freePort } from '../../target/fake-client.ts'
import type { DnsSample, Target, WriteSample } from '../../upgrade/journal.ts'
import type { QueryType } from '../dns/message.ts'
import { page, redis, tcpServer } from './fake-servers.ts'
import { SamplerProcess } from './sampler-process-sample.ts'

const dns = (...names: readonly string[]): Target => ({
  ...{ kind: 'dns', id: 'dns', role: 'backend', address: '10.0.0.1', port: 53 },
  questions: names.map((name) => ({ name: `${name}.x.test`, type: typeOf(name) })),
})
const typeOf = (name: string): QueryType => (name === 'six' ? 'AAAA' : name === 'srv' ? 'SRV' : 'A')
const http = (port: number): Target => ({
  ...{ kind: 'http', id: 'http', way: 'direct', address: '127.0.0.1', port, of: 'web' },
})
const kept = (port: number): Target => ({
  ...{ kind: 'kept', id: 'kept', way: 'direct', address: '127.0.0.1', port, of: 'kv-0' },
})
const write = (port: number, host = '127.0.0.1'): Target => ({ kind: 'write', id: 'write', host, port })
const told = (result: unknown): string[] =>
  (result as readonly DnsSample[]).map(({ name, rcode, records }) => [name.split('.')[0], rcode, ...records].join(' '))

describe('the sampler', () => {
  test('asks nothing before it is told to, nor when its time is over', async () => {
    const sampler = new SamplerProcess()
    sampler.ask([dns('answers')], Math.floor(Date.now() / 1000) - 1)
    sampler.ask([dns('nodata')])
    expect(told((await sampler.sample()).results.dns)).toEqual(['nodata NOERROR'])
    expect(readFileSync(join(sampler.folder, 'asked'), 'utf8')).not.toContain('answers')
  })

  test('tells each answer by its own question, whatever dig says of the others', async () => {
    const sampler = new SamplerProcess()
    const names = [
      'answers',
      'nxdomain',
      'nodata',
      'chain',
      'servfail',
      'refused',
      'six',
      'srv',
      'silent',
      'unreachable',
      'garbled',
    ]
    sampler.ask([dns(...names, 'short')])
    const answers = [
      'answers NOERROR 10.244.1.1 10.244.1.2 10.244.1.3',
      'nxdomain NXDOMAIN',
      'nodata NOERROR',
      'chain NOERROR 10.0.0.9',
      'servfail SERVFAIL',
      'refused REFUSED',
      'six NOERROR fd00:10:244::5',
      'srv NOERROR 0 100 80 db-0.db.ns.svc.cluster.local',
      'silent timeout',
      'unreachable unreachable',
      'garbled malformed',
      'short timeout',
    ]
    const first = await sampler.sample()
    const second = await sampler.sample((sample) => sample.sequence > first.sequence)
    expect([told(first.results.dns), told(second.results.dns)]).toEqual([answers, answers])
    const asked = readFileSync(join(sampler.folder, 'asked'), 'utf8').split('\n')
    // Another name comes first each second.
    const firsts = asked.filter(Boolean).map((line) => /\+answer (\S+)/.exec(line)?.[1])
    expect(new Set(firsts).size).toBeGreaterThan(1)
    expect(asked[0]).toMatch(
      /^-r @10\.0\.0\.1 -p 53 \+time=2 \+tries=1 \+noedns \+noall \+comments \+answer \S+\.x\.test\. A/,
    )
  })

  test('tells of a server that is silent what there was until its time is over, and of others at once', async () => {
    const port = (await tcpServer(page('web-a 10.1.1.1 10.244.1.7 8080'))).port
    const sampler = new SamplerProcess()
    sampler.ask([{ ...dns('hangs'), id: 'silent' }, dns('answers'), http(port)])
    // On a busy machine a first tick may be over before it has come to that.
    const { results } = await sampler.sample((one) => 'silent' in one.results)
    expect(results).toMatchObject({ silent: [], http: { outcome: 'answered', detail: '10.244.1.7' } })
    expect(told(results.dns)).toHaveLength(1)
  })

  test('takes no time in which it had no processor for the silence of others', async () => {
    const sampler = new SamplerProcess()
    let starved: number | undefined
    const { port } = await tcpServer((socket) => {
      socket.once('data', async () => {
        if (starved === undefined) {
          starved = Date.now()
          await sampler.starve(2500)
        }
        await delay(300)
        page('web-a 10.1.1.1 10.244.1.7 8080')(socket)
        socket.emit('data')
      })
    })
    sampler.ask([http(port), { ...http(await freePort()), id: 'nobody' }])
    const late = await sampler.sample((one) => one.took > 2500)
    expect(late.results).toEqual({
      http: { outcome: 'answered', detail: '10.244.1.7' },
      nobody: { outcome: 'refused', detail: 'Connection refused' },
    })
    expect(late.began).toBeLessThanOrEqual(starved ?? 0)
  })

  test('fetches a page, and tells who answered, who refused, who stayed silent, and who is somebody else', async () => {
    const sampler = new SamplerProcess()
    const ports = await Promise.all([
      tcpServer(page('web-a 10.1.1.1 10.244.1.7 8080')),
      tcpServer(() => {}),
      tcpServer(page('oops', '503 Service Unavailable')),
      tcpServer((socket) => void socket.destroy()),
    ])
    const targets = [...ports.map((one) => one.port), await freePort()].map((port, index): Target => {
      return { ...http(port), id: `http ${index}` }
    })
    sampler.ask(targets)
    expect((await sampler.sample()).results).toEqual({
      'http 0': { outcome: 'answered', detail: '10.244.1.7' },
      'http 1': { outcome: 'silent', detail: 'no answer' },
      'http 2': { outcome: 'strange', detail: 'HTTP1.1 503 Service Unavailable' },
      'http 3': { outcome: 'strange', detail: 'closed' },
      'http 4': { outcome: 'refused', detail: 'Connection refused' },
    })
  })

  test('writes to whoever has the name, and tells who took it and how many replicas have it', async () => {
    const heard: string[] = []
    const sampler = new SamplerProcess()
    sampler.ask([write((await tcpServer(redis(heard))).port)])
    const { results, sampler: start, sequence } = await sampler.sample()
    expect(results.write).toEqual({ outcome: 'taken', replicas: 2, runId: '0123456789abcdef', sequence })
    expect(heard.slice(0, 3)).toEqual(['INFO server', `RPUSH rollcall:watch:node-a:${start} ${sequence}`, 'WAIT 1 500'])
  })

  test.each<[string, Partial<WriteSample>, (command: string) => string | undefined | null]>([
    [
      'READONLY',
      { outcome: 'refused', detail: 'READONLY' },
      (one) => (one === 'RPUSH' ? "-READONLY You can't write against a read only replica.\r\n" : undefined),
    ],
    ['NOAUTH', { outcome: 'refused', detail: 'NOAUTH' }, () => '-NOAUTH Authentication required.\r\n'],
    [
      'LOADING',
      { outcome: 'refused', detail: 'LOADING' },
      (one) => (one === 'INFO' ? undefined : '-LOADING Redis is loading the dataset in memory\r\n'),
    ],
    ['closed', { outcome: 'lost', detail: 'closed' }, () => null],
    ['timeout', { outcome: 'lost', detail: 'timeout' }, () => ''],
    ['WAIT', { outcome: 'taken' }, (one) => (one === 'WAIT' ? '-ERR no such command\r\n' : undefined)],
  ])('tells a write that ends with %s from others', async (_, expected, script) => {
    const sampler = new SamplerProcess()
    sampler.ask([write((await tcpServer(redis([], script))).port)])
    const { results } = await sampler.sample()
    expect(results.write).toMatchObject(expected)
    expect(results.write).not.toHaveProperty('replicas')
  })

  test('tells a write to nobody, and to a name that is not there', async () => {
    const sampler = new SamplerProcess()
    sampler.ask([{ ...write(await freePort()), id: 'nobody' }, write(6379, 'no-such-name.invalid')])
    const { results } = await sampler.sample()
    expect(results).toMatchObject({
      nobody: { outcome: 'lost', detail: 'connect' },
      write: { outcome: 'lost', detail: 'name' },
    })
  })

  test('keeps a connection, tells when it breaks, and opens it again', async () => {
    const heard: string[] = []
    const server = await tcpServer(redis(heard))
    const sampler = new SamplerProcess()
    sampler.ask([kept(server.port)])
    const outcome = (sample: { results: object }): unknown =>
      (sample.results as { kept?: { outcome: string } }).kept?.outcome
    const { sequence } = await sampler.sample((sample) => outcome(sample) === 'answered')
    expect(new Set(heard)).toEqual(new Set(['PING']))
    server.drop()
    const broken = await sampler.sample((sample) => outcome(sample) === 'broken')
    expect(broken.results.kept).toEqual({ outcome: 'broken', detail: 'closed' })
    const again = await sampler.sample((sample) => sample.sequence > broken.sequence && outcome(sample) === 'answered')
    expect(again.sequence).toBeGreaterThan(sequence)
  })

  test('tells who refuses a connection that is to be kept, and who takes it and says nothing', async () => {
    const sampler = new SamplerProcess()
    const silent = await tcpServer(redis([], () => '', true))
    sampler.ask([
      { ...kept(await freePort()), id: 'refused' },
      { ...kept(silent.port), id: 'silent' },
    ])
    const { results } = await sampler.sample((one) => 'refused' in one.results && 'silent' in one.results)
    expect(results).toEqual({
      refused: { outcome: 'refused', detail: 'Connection refused' },
      silent: { outcome: 'silent' },
    })
  })

  test('reads what comes in pieces as one, to the last space', async () => {
    const server = await tcpServer((socket) => {
      socket.once('data', async () => {
        socket.write('-ERR max ')
        await delay(2500)
        socket.write('number of clients reached\r\n')
      })
    })
    const sampler = new SamplerProcess()
    sampler.ask([kept(server.port)])
    const first = await sampler.sample((one) => 'kept' in one.results)
    expect(first.results.kept).toEqual({ outcome: 'silent' })
    const whole = await sampler.sample((one) => 'detail' in Object(one.results.kept))
    expect(whole.results.kept).toEqual({ outcome: 'strange', detail: '-ERR max number of clients reached' })
  })

  test('goes over to another list without breaking what is on both', async () => {
    let connections = 0
    const serve = redis([])
    const server = await tcpServer((socket) => {
      connections++
      serve(socket)
    })
    const sampler = new SamplerProcess()
    sampler.ask([kept(server.port)])
    await sampler.sample((one) => 'kept' in one.results)
    sampler.ask([dns('answers'), kept(server.port)])
    await sampler.sample((one) => 'dns' in one.results && 'kept' in one.results)
    expect(connections).toBe(1)
  })

  test('counts the seconds, and goes on after what is no list', async () => {
    const sampler = new SamplerProcess()
    sampler.ask([dns('answers')])
    const first = await sampler.sample()
    const second = await sampler.sample((one) => one.sequence > first.sequence)
    expect(second.sequence - first.sequence).toBe(Math.floor(second.began / 1000) - Math.floor(first.began / 1000))
    sampler.place('until soon\nnonsense\n')
    sampler.place('')
    sampler.ask([dns('nodata')])
    expect(
      told((await sampler.sample((one) => told(one.results.dns).join() === 'nodata NOERROR')).results.dns),
    ).toHaveLength(1)
  })

  test('evaluates no word of the list, and hands no option on', async () => {
    const sampler = new SamplerProcess()
    const words = [
      '$(touch evil)',
      '`touch evil`',
      'a[$(touch evil)]',
      ';touch evil',
      '>evil',
      '-f/etc/passwd',
      '+tcp',
      '@192.0.2.1',
    ]
    const until = Math.floor(Date.now() / 1000) + 600
    const lines = words.flatMap((one) => [
      `dns 10.0.0.1 53 ${one} A`,
      `http ${one} 80`,
      `kept ${one} 80`,
      `write ${one} 80`,
    ])
    sampler.place(`until ${until}\ntargets a[$(touch evil)]\n${lines.join('\n')}\n`)
    sampler.place(`until ${until}\ntargets 9\n${lines.join('\n')}\ndns 10.0.0.1 53 answers.x.test. A\n`)
    while (sampler.lines.length === 0) await new Promise((resolve) => setImmediate(resolve))
    expect(sampler.lines[0]).toMatch(/^S \d+ \d+ \d+ \d+ 9 32=\+10\.244\.1\.1,/)
    expect(existsSync(join(sampler.folder, 'evil'))).toBe(false)
    expect(readFileSync(join(sampler.folder, 'asked'), 'utf8')).not.toMatch(/passwd|tcp|192\.0\.2\.1/)
  })
})
