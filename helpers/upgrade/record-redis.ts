import { Problem } from '../errors.ts'
import { connectRedis } from '../probes/redis.ts'
import { parseStanding, type Standing } from '../probes/redis-server-info.ts'
import type { KubernetesApi } from '../target/api.ts'
import { dial } from '../target/dial.ts'
import { exec } from '../target/exec.ts'
import { eventually, whenExpired } from '../wait.ts'
import type { RedisBefore, VolumeMark } from './before.ts'

export interface RedisPlace {
  readonly api: KubernetesApi
  readonly namespace: string
  /** Every member of the set. */
  readonly pods: readonly string[]
  readonly signal: AbortSignal
}

/** Milliseconds until every replica follows its master, which a set that is new takes a few seconds for. */
const patience = 60_000

/** Waits until every replica follows, and tells how each member stands. @throws Problem where one does not. */
export async function recordRedis({ api, namespace, pods, signal }: RedisPlace): Promise<RedisBefore[]> {
  const look = async () => {
    const standings = await Promise.all(pods.map((pod) => standingOf(api, namespace, pod, signal)))
    const told = pods.map((pod, index) => redisBefore(pod, standings[index]))
    const odd = told.flatMap((one) => (typeof one === 'string' ? [one] : []))
    const whole = told.flatMap((one) => (typeof one === 'string' ? [] : [one]))
    return odd.length === 0 ? ({ done: true, value: whole } as const) : ({ done: false, saw: odd.join('; ') } as const)
  }
  const reason = 'every replica to follow its master'
  return eventually(look, { reason, deadline: patience, interval: 500, signal }).catch(
    whenExpired(({ message }) => {
      throw new Problem(
        `The replicated set in ${namespace} does not hold together: ${message}; see the log of its Pods.`,
      )
    }),
  )
}

/** Has each member write a file into its volume, and reads that back. @throws Problem where that fails. */
export async function markVolumes(place: RedisPlace, id: string): Promise<VolumeMark[]> {
  const { api, namespace, pods, signal } = place
  return Promise.all(
    pods.map(async (pod) => {
      const text = `${id} ${pod}`
      const script = 'printf %s "$1" >/data/rollcall-mark && cat /data/rollcall-mark'
      const argv = ['sh', '-c', script, 'sh', text]
      const { end, stdout, stderr } = await exec(api, { namespace, pod, container: 'redis' }, argv, {
        timeout: 10_000,
        signal,
      })
      if (end.kind === 'exited' && end.code === 0 && stdout === text) return { pod, text }
      const why = end.kind === 'lost' ? end.reason : stderr.trim() || `it holds ${JSON.stringify(stdout)}`
      throw new Problem(`${pod} could not write into its volume: ${why}; see its claim and its volume.`)
    }),
  )
}

async function standingOf(
  api: KubernetesApi,
  namespace: string,
  pod: string,
  signal: AbortSignal,
): Promise<Standing | string> {
  const session = await connectRedis(() => dial(api, { namespace, pod, port: 6379 }, signal), 'rollcall-before')
  try {
    const outcome = await session.call('INFO')
    return outcome.kind === 'reply' ? parseStanding(String(outcome.value)) : `${pod}: ${outcome.kind}`
  } finally {
    session.close()
  }
}

/** What is kept of a member; or why it is not yet what it is to be. */
function redisBefore(pod: string, standing: Standing | string | undefined): RedisBefore | string {
  if (standing === undefined || typeof standing === 'string') return standing ?? `${pod}: nothing`
  const { role, runId, replid, masterLinkStatus, masterHost, masterOffset, replicaOffset } = standing
  if (runId === undefined || replid === undefined) return `${pod} does not say who it is`
  if (role === 'master') return { pod, runId, role, replid, offset: masterOffset ?? 0 }
  if (role !== 'slave') return `${pod} is ${role || 'nothing'}`
  if (masterLinkStatus !== 'up') return `${pod} has lost its master ${masterHost}`
  const host = masterHost === undefined ? {} : { masterHost }
  return { pod, runId, role, replid, offset: replicaOffset ?? masterOffset ?? 0, ...host }
}
