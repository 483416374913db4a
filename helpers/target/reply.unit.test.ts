import { describe, expect, test } from 'vitest'
import { fakeApi } from './fake-client.ts'
import { dryRun } from './reply.ts'

const services = '/api/v1/namespaces/ns/services'
const question = { method: 'POST', path: services, body: { kind: 'Service', metadata: { name: 'web' } } } as const

describe('a dry run', () => {
  test('changes nothing, and tells what the object would be, with warnings', async () => {
    const api = await fakeApi()
    api.takeOver = (_, response) => {
      response.setHeader('warning', ['299 - "ignored \\"here\\""', '299 - "and, too"'])
      return false
    }
    const reply = await dryRun(api.client(), question)
    expect(reply).toMatchObject({
      kind: 'accepted',
      object: { metadata: { name: 'web' } },
      warnings: ['ignored "here"', 'and, too'],
    })
    expect(api.requests[0]?.query.get('dryRun')).toBe('All')
    expect(api.store.objects.size).toBe(0)
  })

  test('tells which fields an object is refused for', async () => {
    const api = await fakeApi()
    const causes = [{ reason: 'FieldValueInvalid', message: 'may not change', field: 'spec.clusterIPs[0]' }]
    const body = {
      kind: 'Status',
      status: 'Failure',
      reason: 'Invalid',
      message: 'Service "web" is invalid',
      code: 422,
    }
    api.answer = () => ({ status: 422, body: { ...body, details: { causes } } })
    expect(await dryRun(api.client(), question)).toEqual({
      kind: 'refused',
      status: 422,
      reason: 'Invalid',
      message: 'Service "web" is invalid',
      fields: ['spec.clusterIPs[0]'],
    })
  })

  test.each([429, 500, 503])('holds HTTP %d against nobody', async (status) => {
    const api = await fakeApi()
    api.answer = () => ({ status, body: 'busy' })
    expect(await dryRun(api.client(), question)).toMatchObject({
      kind: 'lost',
      reason: expect.stringContaining(`${status}`),
    })
  })

  test('is lost where the server cannot be asked', async () => {
    const api = await fakeApi()
    const client = api.client()
    await api[Symbol.asyncDispose]()
    expect(await dryRun(client, question)).toMatchObject({ kind: 'lost' })
  })
})
