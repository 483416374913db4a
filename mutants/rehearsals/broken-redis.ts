import { pathOf } from '../../helpers/target/objects.ts'
import type { Bench } from '../bench.ts'
import type { Rehearsal } from '../rehearsal.ts'
import { removeAt } from '../verbs/objects.ts'
import { redisSetting } from '../verbs/redis.ts'
import { member, redisNamespace, redisSet, replaced } from './standing.ts'

async function volumeReplaced(bench: Bench): Promise<void> {
  const namespace = redisNamespace(bench)
  const { metadata, spec } = await member(bench, 'up-kv-2')
  const claim = spec?.volumes?.find((one) => one.persistentVolumeClaim !== undefined)?.persistentVolumeClaim?.claimName
  await removeAt(bench.api, pathOf('persistentvolumeclaims', namespace, claim ?? ''))
  await removeAt(bench.api, pathOf('pods', namespace, 'up-kv-2'))
  await replaced(bench, namespace, 'up-kv-2', metadata?.uid)
}

/** What an upgrade must not leave behind in Redis, each with the requirement that convicts it. */
export const brokenRedis: readonly Rehearsal[] = [
  {
    id: 'U-16',
    does: 'a replica keeps the address of a master that is gone',
    async course(bench) {
      const master = await member(bench, 'up-kv-0')
      await bench.redis('up-kv-1', ['REPLICAOF', master.status?.podIP ?? '', '6379'], redisSet(bench))
      await removeAt(bench.api, pathOf('pods', redisNamespace(bench), 'up-kv-0'))
      await replaced(bench, redisNamespace(bench), 'up-kv-0', master.metadata?.uid)
    },
    kills: { 'up.redis.follows': 'Redis' },
    alongside: { 'up.no-restart': ['non-conformant'], 'up.redis.ledger': ['non-conformant', 'inconclusive'] },
  },
  {
    id: 'U-17',
    does: 'a volume is deleted with its claim, and made anew',
    course: volumeReplaced,
    kills: { 'up.volumes': 'pod' },
    alongside: { 'up.no-restart': ['non-conformant'], 'up.redis.ledger': ['non-conformant', 'inconclusive'] },
  },
  {
    id: 'U-22',
    does: 'somebody empties Redis',
    async course(bench) {
      await bench.redis('up-kv-0', ['FLUSHALL'], redisSet(bench))
    },
    kills: { 'up.redis.ledger': 'Redis' },
  },
  {
    id: 'U-23',
    does: "a volume is deleted with its claim, and made anew, watched with the rights of a namespace's admin",
    asNamespaceAdmin: true,
    course: volumeReplaced,
    kills: { 'up.volumes': 'pod' },
    alongside: { 'up.no-restart': ['non-conformant'], 'up.redis.ledger': ['non-conformant', 'inconclusive'] },
  },
  {
    id: 'U-27',
    does: 'the master of Redis is ready, and takes no writes',
    breakage: redisSetting('up-kv-0', 'min-replicas-to-write', '9', redisSet),
    kills: { 'up.redis.master': 'Redis' },
  },
]
