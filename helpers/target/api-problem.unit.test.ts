import { describe, expect, test } from 'vitest'
import { apiProblem } from './api-problem.ts'
import { ApiUnreachable, KubernetesError } from './kubernetes-error.ts'

describe('apiProblem', () => {
  test.for([
    [
      new ApiUnreachable('GET /version: connect ECONNREFUSED'),
      'The API server cannot be reached (GET /version: connect ECONNREFUSED); start the cluster, or name another context.',
    ],
    [
      new KubernetesError(401, 'Unauthorized', 'Unauthorized'),
      'The API server refuses with HTTP 401 (Unauthorized); renew the credentials.',
    ],
    [
      new KubernetesError(403, 'Forbidden', 'pods is forbidden'),
      'The API server refuses with HTTP 403 (pods is forbidden); ask for that right, or name a namespace of which you are admin with --namespace.',
    ],
    [
      new KubernetesError(404, 'NotFound', 'namespaces "x" not found'),
      'The API server refuses with HTTP 404 (namespaces "x" not found); name a cluster, and a namespace, that has it.',
    ],
    [
      new KubernetesError(503, '', 'apiserver is shutting down'),
      'The API server refuses with HTTP 503 (apiserver is shutting down); try again when it is well.',
    ],
    [
      new KubernetesError(422, 'Invalid', 'spec is wrong'),
      'The API server refuses with HTTP 422 (spec is wrong); mend what it says, and try again.',
    ],
  ] as const)('%s', ([error, sentence]) => {
    expect(apiProblem(error)).toMatchObject({ message: sentence, exitCode: 2 })
  })

  test('leaves every other error as it is', () => {
    expect(apiProblem(new TypeError('a mistake of ours'))).toBeUndefined()
  })
})
