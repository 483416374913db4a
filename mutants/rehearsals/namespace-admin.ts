import { readFile, writeFile } from 'node:fs/promises'
import { parse, stringify } from 'yaml'
import { marksOf } from '../../helpers/stage/labels.ts'
import type { KubernetesApi } from '../../helpers/target/api.ts'
import { pathOf } from '../../helpers/target/objects.ts'

/** The namespace, and in it the ServiceAccount, of somebody who has no rights anywhere else. */
export const team = { namespace: 'rollcall-team', account: 'admin' } as const
/** Seconds for which the token is good: longer than any rehearsal. */
const tokenLasts = 6 * 3600

interface Kubeconfig {
  readonly users: readonly { readonly name: string }[]
}

/**
 * Makes a namespace that holds Pods to the strictest standard, and an admin of it, as ClusterRole `admin` is bound everywhere.
 * The namespace is marked, so that a sweep takes it away.
 * @param files the kubeconfig of the cluster, and the file that is to become the admin's; only its owner may read that.
 */
export async function namespaceAdmin(
  api: KubernetesApi,
  files: { readonly of: string; readonly into: string },
): Promise<void> {
  const { namespace, account } = team
  const post = <T>(path: string, body: object): Promise<T> => api.send<T>(path, { method: 'POST', body })
  const labels = {
    ...marksOf({ run: 'team', kept: false }),
    'pod-security.kubernetes.io/enforce': 'restricted',
  }
  await post(pathOf('namespaces'), { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels } })
  const accounts = `${pathOf('namespaces', undefined, namespace)}/serviceaccounts`
  await post(accounts, { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: account } })
  await post(`/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}/rolebindings`, {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: { name: account },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'admin' },
    subjects: [{ kind: 'ServiceAccount', name: account, namespace }],
  })
  const { status } = await post<{ status: { token: string } }>(`${accounts}/${account}/token`, {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    spec: { expirationSeconds: tokenLasts },
  })
  const kubeconfig = parse(await readFile(files.of, 'utf8')) as Kubeconfig
  const users = kubeconfig.users.map(({ name }) => ({ name, user: { token: status.token } }))
  await writeFile(files.into, stringify({ ...kubeconfig, users }), { mode: 0o600 })
}
