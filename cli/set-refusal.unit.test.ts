import { describe, expect, test } from 'vitest'
import { fakeApi } from '../helpers/target/fake-client.ts'
import { type Grounds, refusalOfSet } from './set-refusal.ts'

const { signal } = new AbortController()
const none = { defaultClass: { seen: false, reason: 'the cluster has no default StorageClass' } } as const
const some = { defaultClass: { seen: true, value: { name: 'fast' } } } as const

/** An API server that grants every right but this one. */
async function refusing(denied: { verb: string; resource: string } | undefined, grounds: Partial<Grounds>) {
  const api = await fakeApi()
  api.answer = ({ method, body }) => {
    if (method !== 'POST') return undefined
    const { resourceAttributes } = (body as { spec: { resourceAttributes: { verb: string; resource: string } } }).spec
    const allowed = resourceAttributes.verb !== denied?.verb || resourceAttributes.resource !== denied.resource
    return { status: 201, body: { status: { allowed } } }
  }
  return { api: api.client(), grounds: { storage: some, signal, ...grounds } }
}

describe('a set', () => {
  test('is refused where a right is missing that it needs', async () => {
    const denied = { verb: 'delete', resource: 'persistentvolumeclaims' }
    const { api, grounds } = await refusing(denied, { namespace: 'team' })
    expect(await refusalOfSet(api, 'claims', grounds)).toBe(
      'you may not delete persistentvolumeclaims in namespace team, which the fixture claims needs',
    )
    expect(await refusalOfSet(api, 'headless', grounds)).toBeUndefined()
  })

  test('of Pods with volumes is refused where there is no class to make them, and no other is', async () => {
    const { api, grounds } = await refusing(undefined, { storage: none })
    expect(await refusalOfSet(api, 'volumes', grounds)).toBe(
      'there is nothing to keep data in: the cluster has no default StorageClass',
    )
    expect(await refusalOfSet(api, 'claims', grounds)).toBeUndefined()
  })

  test('of Pods with volumes is staged where there is one', async () => {
    const { api, grounds } = await refusing(undefined, {})
    expect(await refusalOfSet(api, 'volumes', grounds)).toBeUndefined()
  })
})
