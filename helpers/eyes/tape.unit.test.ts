import { describe, expect, test } from 'vitest'
import type { AgentReply } from '../probes/vantage/agent.ts'
import type { Sight, VantagePod } from '../probes/vantage/vantage.ts'
import type { Ordeals } from '../redis-ordeals.ts'
import type { Snapshot } from '../stage/snapshot.ts'
import type { DnsService } from '../target/dns-service.ts'
import { type Seen, seen, unseen } from '../target/seen.ts'
import type { Eyes, RedisSight } from './eyes.ts'
import { Player, Recorder, type Tape } from './tape.ts'
import { TapedEyes } from './taped.ts'

describe('a recorder', () => {
  test('keeps what each look gave, in the order in which looks of one key began', async () => {
    const recorder = new Recorder()
    let finishFirst = (_: string): void => {}
    const slow = recorder.play('a', () => new Promise<string>((resolve) => (finishFirst = resolve)))
    await recorder.play('a', async () => 'second')
    finishFirst('first')
    expect(await slow).toBe('first')
    expect(recorder.tape()).toEqual({ a: [{ value: 'first' }, { value: 'second' }] })
  })

  test('keeps what a look threw, and throws it on', async () => {
    const recorder = new Recorder()
    const broken = recorder.play('a', () => Promise.reject(new Error('no right')))
    await expect(broken).rejects.toThrow('no right')
    expect(recorder.tape()).toEqual({ a: [{ error: 'no right' }] })
  })

  test('hands on what the tape holds, not what was seen', async () => {
    const seen = { kept: 1, lost: undefined }
    expect(Object.keys(await new Recorder().play('a', async () => seen))).toEqual(['kept'])
  })

  test('forgets on rewinding, and takes no word of a look that began before', async () => {
    const recorder = new Recorder()
    let finish = (_: string): void => {}
    const late = recorder.play('late', () => new Promise<string>((resolve) => (finish = resolve)))
    recorder.rewind()
    finish('of the look before')
    await late
  })

  test('says of a look that is under way that it did not end', () => {
    const recorder = new Recorder()
    void recorder.play('a', () => new Promise(() => {}))
    expect(recorder.tape()).toEqual({ a: [{ error: 'the look did not come to its end' }] })
  })
})

describe('a player', () => {
  const tape: Tape = { a: [{ value: 1 }, { value: 2 }], b: [{ error: 'no right' }] }
  const never = async (): Promise<number> => {
    throw new Error('it has looked')
  }

  test('gives what was seen, time after time, and at the end goes on with the last', async () => {
    const { play } = new Player(tape)
    expect([await play('a', never), await play('a', never), await play('a', never)]).toEqual([1, 2, 2])
  })

  test('throws what was thrown', async () => {
    await expect(new Player(tape).play('b', never)).rejects.toThrow('no right')
  })

  test('throws for what is not on the tape, and remembers it', async () => {
    const player = new Player(tape)
    await expect(player.play('c', never)).rejects.toThrow('the recording does not hold "c"')
    expect(player.missing).toEqual(['c'])
  })

  test('gives what is made up for looks that the tape does not hold', async () => {
    const player = new Player(tape, (key) => (key === 'c' ? { value: 3 } : undefined))
    expect(await player.play('c', never)).toBe(3)
    expect(player.missing).toEqual([])
  })
})

const pod: VantagePod = { namespace: 'n', pod: 'v', container: 'c', node: 'worker', addresses: ['10.244.1.2'] }
const server = { role: 'backend', name: 'dns-a', address: '10.244.0.2', port: 53 } as const
const reply: AgentReply = { kind: 'done', code: 0, output: Buffer.from('größe\n') }

/** A cluster of which every look shows something. */
class Showing implements Eyes {
  closed = false

  at(): Sight {
    return {
      pod,
      query: async (asked, question, transport) => {
        const outcome = { kind: 'timeout', after: 3000 } as const
        return { vantage: pod.node, server: asked, transport, question, outcome, took: 3000 }
      },
      pair: async () => [{ kind: 'timeout', after: 1000 }],
      volley: async () => ({ kind: 'counted', sent: 50, answered: 49 }),
      http: async () => reply,
      onHost: async () => ({ kind: 'lost', reason: 'torn' }),
    }
  }

  async snapshot(namespace: string): Promise<Snapshot> {
    const metadata = { name: 'web', managedFields: [{ manager: 'kubectl' }] }
    return { namespace, pods: [{ metadata }], services: [{ metadata }], slices: [], statefulSets: [] } as Snapshot
  }

  async history() {
    return { before: [], events: [], trouble: 'it was closed' }
  }

  async standing() {
    return [{ pod: 'redis-0', replication: { kind: 'timeout', ms: 9 } as const }]
  }

  async ordeal<K extends keyof Ordeals>(kind: K): Promise<Ordeals[K]> {
    return { kind } as unknown as Ordeals[K]
  }

  async service(namespace: string, name: string) {
    return { seen: true, value: { metadata: { namespace, name } } } as const
  }

  async dryRun() {
    return { kind: 'refused', status: 422, reason: 'Invalid', message: 'no', fields: ['spec.clusterIP'] } as const
  }

  async corefile(): Promise<Seen<string>> {
    return seen('.:53 {\n  kubernetes cluster.local\n}')
  }

  async restartDns(_: DnsService, meanwhile: () => Promise<void>) {
    for (const call of [meanwhile, meanwhile, meanwhile]) await call()
    return { seen: true, value: 3 } as const
  }

  async kubelet() {
    const value = { clusterDNS: ['10.96.0.10'], resolvConf: '/etc/resolv.conf' }
    return { seen: true, value } as const
  }

  async inside() {
    return { kind: 'printed', text: '== end' } as const
  }

  async exec() {
    return { end: { kind: 'exited', code: 0, message: '' } as const, stdout: 'db-0\n', stderr: '' }
  }

  async log() {
    return { seen: true, value: 'it resolves\n' } as const
  }

  async redis<T>(_: string, pods: readonly string[], look: (redis: RedisSight) => Promise<T>): Promise<T> {
    const lost = { kind: 'lost', text: 'closed' } as const
    return look({
      pods,
      replication: async (some = pods) => some.map((one) => ({ pod: one, replication: lost })),
      propagate: async (master) => ({
        pod: master,
        key: 'k',
        value: 'v',
        write: lost,
        acknowledged: lost,
        replicas: [],
      }),
      writeToReplicas: async () => [],
      offsets: async (master) => ({ master: { pod: master, replication: lost }, replicas: [] }),
      membership: async (master) => ({ master, info: lost, role: lost, announced: [] }),
      readOnReplicas: async () => [],
      tryOnReplicas: async () => [],
      effects: async (master) => ({ master, written: [], flushed: [] }),
      apart: async () => [],
    })
  }

  close(): void {
    this.closed = true
  }
}

async function lookWith(eyes: Eyes) {
  const sight = eyes.at(pod)
  const { took: _, ...query } = await sight.query(server, { name: 'web', type: 'A' }, 'udp')
  const redis = await eyes.redis('n', ['r-0', 'r-1'], async (view) => [
    view.pods,
    await view.replication(),
    await view.propagate('r-0'),
    await view.writeToReplicas('r-0'),
    await view.offsets('r-0'),
    await view.membership('r-0'),
    await view.readOnReplicas('r-0'),
    await view.tryOnReplicas('r-0'),
    await view.effects('r-0'),
    await view.apart(),
  ])
  const place = { namespace: 'n', pod: 'db-0', container: 'nginx' }
  return {
    query,
    sized: (await sight.query(server, { name: 'web', type: 'A', udpPayloadSize: 1232 }, 'udp')).outcome,
    pair: await sight.pair(server, 'web'),
    volley: await sight.volley(server, 'web'),
    http: await sight.http('http://10.244.1.5:8080/', 3),
    host: await sight.onHost(['nft', '-j'], 20),
    snapshot: await eyes.snapshot('n'),
    service: await eyes.service('default', 'kubernetes'),
    hostname: await eyes.exec(place, ['hostname']),
    log: await eyes.log(place),
    inside: await eyes.inside(place, ['web', 'db-0.db']),
    history: await eyes.history('n', 'order'),
    kubelet: await eyes.kubelet('worker'),
    tried: await eyes.dryRun({ method: 'POST', path: '/api/v1/namespaces/n/services', body: { kind: 'Service' } }),
    redis,
  }
}

describe('taped eyes', () => {
  test('see without a cluster what they have seen with one', async () => {
    const recording = new Recorder()
    const seen = await lookWith(new TapedEyes(recording.play, new Showing()))
    expect(await lookWith(new TapedEyes(new Player(recording.tape()).play))).toEqual(seen)
    expect(seen.http).toEqual(reply)
    expect(Object.keys(recording.tape())).toEqual([
      'dns worker backend dns-a 10.244.0.2:53 udp A web',
      'dns worker backend dns-a 10.244.0.2:53 udp A web within 1232',
      'dry run POST /api/v1/namespaces/n/services {"kind":"Service"}',
      'exec n/db-0/nginx hostname',
      'history n order',
      'host worker nft -j',
      'http worker http://10.244.1.5:8080/',
      'inside n/db-0/nginx web db-0.db',
      'kubelet worker',
      'log n/db-0/nginx',
      'pair worker backend dns-a 10.244.0.2:53 web',
      'redis n apart all of r-0,r-1',
      'redis n effects r-0 of r-0,r-1',
      'redis n membership r-0 of r-0,r-1',
      'redis n offsets r-0 of r-0,r-1',
      'redis n propagate r-0 of r-0,r-1',
      'redis n readOnReplicas r-0 of r-0,r-1',
      'redis n replication r-0,r-1 of r-0,r-1',
      'redis n tryOnReplicas r-0 of r-0,r-1',
      'redis n writeToReplicas r-0 of r-0,r-1',
      'service default/kubernetes',
      'snapshot n',
      'volley worker backend dns-a 10.244.0.2:53 web',
    ])
  })

  test('leave out who manages which field', async () => {
    const { pods, services } = await new TapedEyes(new Recorder().play, new Showing()).snapshot('n')
    expect([pods, services]).toEqual([[{ metadata: { name: 'web' } }], [{ metadata: { name: 'web' } }]])
  })

  test('leave out what may be a credential', async () => {
    const showing = new Showing()
    const text = '.:53 {\n  etcd {\n    credentials root hunter2\n  }\n}'
    const spec = { containers: [{ name: 'c', env: [{ name: 'PASSWORD', value: 'hunter2' }] }] }
    const pods = [
      { metadata: { name: 'theirs', annotations: { was: 'hunter2', 'rollcall.dev/pods': '[]' } }, spec },
    ] as unknown as Snapshot['pods']
    const snapshot = async (): Promise<Snapshot> => ({ namespace: 'n', pods, services: [], slices: [] })
    const corefile = async (): Promise<Seen<string>> => seen(text)
    const recorder = new Recorder()
    const eyes = new TapedEyes(recorder.play, Object.assign(showing, { snapshot, corefile }))
    expect((await eyes.snapshot('n')).pods).toEqual([
      {
        metadata: { name: 'theirs', annotations: { 'rollcall.dev/pods': '[]' } },
        spec: { containers: [{ name: 'c' }] },
      },
    ])
    expect(await eyes.corefile(unseen('no right'))).toMatchObject({ seen: true })
    expect(Object.keys(recorder.tape())).toEqual(['corefile', 'snapshot n'])
    expect(JSON.stringify(recorder.tape())).not.toContain('hunter2')
  })

  test('close the eyes that they look with', () => {
    const cluster = new Showing()
    new TapedEyes(new Recorder().play, cluster).close()
    expect(cluster.closed).toBe(true)
  })
})
