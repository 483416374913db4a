import { z } from 'zod'
import { Problem } from '../helpers/errors.ts'

/** What a Kind cluster is to be like. Two clusters with different names live side by side. */
export interface KindOptions {
  name: string
  /** 1 to 5; the first one is the control plane and also takes pods when it is alone. */
  nodes: number
  /** For example `1.36.3`. */
  kubernetesVersion: string
  proxyMode: 'iptables' | 'nftables' | 'ipvs'
  ipFamily: 'ipv4' | 'ipv6' | 'dual'
  clusterDomain: string
  dnsReplicas: number
  /** Left out: Docker if it answers, else Podman, else an engine of our own. */
  provider?: 'docker' | 'podman'
}

/** The cluster that is started when nothing else is said. */
export const kindDefaults: KindOptions = {
  name: 'rollcall',
  nodes: 3,
  kubernetesVersion: '1.36.3',
  proxyMode: 'iptables',
  ipFamily: 'ipv4',
  clusterDomain: 'cluster.local',
  dnsReplicas: 2,
}

type Key = keyof KindOptions

/** Every option with its flag and its environment variable. */
export const optionNames: Record<Key, { flag: string; env: string; help: string }> = {
  name: { flag: '--name', env: 'ROLLCALL_KIND_NAME', help: 'name of the cluster' },
  nodes: { flag: '--nodes', env: 'ROLLCALL_KIND_NODES', help: 'number of nodes, 1 to 5' },
  kubernetesVersion: {
    flag: '--kubernetes-version',
    env: 'ROLLCALL_KIND_KUBERNETES_VERSION',
    help: 'Kubernetes version, such as 1.36.3',
  },
  proxyMode: { flag: '--proxy-mode', env: 'ROLLCALL_KIND_PROXY_MODE', help: 'iptables, nftables or ipvs' },
  ipFamily: { flag: '--ip-family', env: 'ROLLCALL_KIND_IP_FAMILY', help: 'ipv4, ipv6 or dual' },
  clusterDomain: { flag: '--cluster-domain', env: 'ROLLCALL_KIND_CLUSTER_DOMAIN', help: 'DNS domain of the cluster' },
  dnsReplicas: { flag: '--dns-replicas', env: 'ROLLCALL_KIND_DNS_REPLICAS', help: 'CoreDNS replicas, 1 to 5' },
  provider: { flag: '--provider', env: 'ROLLCALL_KIND_PROVIDER', help: 'docker or podman (default: what answers)' },
}

/** The most nodes that a cluster can have. */
export const mostNodes = 5

const label = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/
const wholeNumber = (low: number, high: number) =>
  z
    .union([z.number(), z.string().regex(/^\d+$/).transform(Number)])
    .refine((n) => Number.isInteger(n) && n >= low && n <= high)

const schemas: { [K in Key]: { schema: z.ZodType<KindOptions[K] | undefined>; expected: string } } = {
  name: {
    schema: z.string().max(30).regex(label),
    expected: 'at most 30 lower-case letters, digits and dashes',
  },
  nodes: { schema: wholeNumber(1, mostNodes), expected: 'a whole number from 1 to 5' },
  kubernetesVersion: {
    schema: z
      .string()
      .regex(/^v?1\.\d+\.\d+$/)
      .transform((version) => version.replace(/^v/, '')),
    expected: 'a full version such as 1.36.3',
  },
  proxyMode: { schema: z.enum(['iptables', 'nftables', 'ipvs']), expected: 'iptables, nftables or ipvs' },
  ipFamily: { schema: z.enum(['ipv4', 'ipv6', 'dual']), expected: 'ipv4, ipv6 or dual' },
  clusterDomain: {
    schema: z
      .string()
      .max(100)
      .refine((domain) => domain.split('.').every((part) => part.length <= 63 && label.test(part))),
    expected: 'a lower-case DNS name such as cluster.local',
  },
  dnsReplicas: { schema: wholeNumber(1, 5), expected: 'a whole number from 1 to 5' },
  provider: { schema: z.enum(['docker', 'podman']).optional(), expected: 'docker or podman' },
}

/**
 * The options of a cluster: flags over environment over defaults.
 * Throws a `Problem` that names the flag or the variable, the value and what was expected.
 */
export function kindOptionsFromEnv(
  env: Record<string, string | undefined>,
  flags: Partial<Record<Key, unknown>> = {},
): KindOptions {
  const values: Record<string, unknown> = {}
  for (const key of Object.keys(optionNames) as Key[]) {
    const { flag, env: variable } = optionNames[key]
    const fromEnv = env[variable] === '' ? undefined : env[variable]
    const given = flags[key] ?? fromEnv ?? kindDefaults[key]
    if (given === undefined) continue
    const result = schemas[key].schema.safeParse(given)
    const source = flags[key] !== undefined ? flag : variable
    if (!result.success) {
      throw new Problem(`${source} is "${String(given)}" but must be ${schemas[key].expected}; give another value`)
    }
    values[key] = result.data
  }
  return values as unknown as KindOptions
}

/** The first option in which a cluster differs from what is asked for, as "nodes 3, not 5", or undefined. */
export function differenceOf(existing: KindOptions, wanted: KindOptions): string | undefined {
  for (const key of Object.keys(kindDefaults) as Key[]) {
    if (existing[key] !== wanted[key]) {
      return `${optionNames[key].flag.slice(2)} ${existing[key]}, not ${wanted[key]}`
    }
  }
  return undefined
}
