import { propagationWindow } from '../settle.ts'

/** How long something may last, and who says so. */
export interface Budget {
  /** Milliseconds. */
  readonly ms: number
  readonly source: string
}

/** How a cluster was upgraded, as far as it matters for what its clients may notice. */
export type Profile = 'in-place' | 'drain' | 'single-dns'

/** Milliseconds from the word of the API to every answer. */
export const propagation: Budget = {
  ms: propagationWindow,
  source: 'DNS propagation threshold of kubernetes/perf-tests',
}

/** Milliseconds that an answer may be kept, by a cache of the DNS server or of the node. */
export const kept: Budget = { ms: 30_000, source: "`ttl 30` and `cache 30` of kubeadm's Corefile" }

/** Milliseconds from one look of a sampler to the next. */
export const eachLook = 1000

/** Milliseconds from one look to the next with no more missing than a busy sampler leaves out: it looks each second. */
export const nextLook = 3000

/** Milliseconds by which clocks differ and the API tells late: less than 500 ms of a node's clock is not corrected. */
export const skew = 2000

/** Milliseconds for which a server that goes still counts as there: its endpoint is dropped, then whoever asks is told. */
export const leaving: Budget = {
  ms: 15_000,
  source: "`lameduck 5s` of kubeadm's Corefile, and 10 s until the watch has told the samplers",
}

/** Milliseconds that a server takes to be of use once its endpoint is there. */
export const coming: Budget = { ms: 10_000, source: propagation.source }

/** Milliseconds for which endpoints of a node that is away may stay in service. */
export const nodeLoss: Budget = {
  ms: 60_000,
  source: '--node-monitor-grace-period of kube-controller-manager, 50 s since 1.32, and propagation',
}

/** Milliseconds in which what serves a node itself, its network and its proxy, starts beside our Pods. */
export const settling: Budget = {
  ms: 30_000,
  source: 'kube-proxy resyncs every 30 s (iptables.syncPeriod), and network agents start beside all other Pods',
}

/** Milliseconds in which every proxy has heard of an endpoint that went. */
export const proxySync: Budget = {
  ms: propagationWindow,
  source: 'kube-proxy programs at once (minSyncPeriod 1 s); the time that all rules have in proxy.programming',
}

/** Milliseconds, at most, until whoever watches the API asks it again once it is back; twice what it was away where that is less. */
export const reconnect: Budget = {
  ms: 60_000,
  source:
    'pauses of client-go reflectors, which double with each failure up to 30 s, and as much again (tools/cache/reflector.go)',
}

/** Milliseconds after a change in a Pod in which its old and its new state may both be met. */
export const readiness: Budget = {
  ms: 5000,
  source: 'readiness probes each second, 3 failures to tell, and what the kubelet takes to write it',
}

/** What clients may notice, by the way of the upgrade. */
export interface Budgets {
  /** Of answers that were never true. */
  readonly values: Budget
  /** Of a resolver that says SERVFAIL or REFUSED. */
  readonly refusal: Budget
  /** Of a resolver that does not answer. */
  readonly silence: Budget
  /** Of connections to a Pod at its own address. */
  readonly direct: Budget
  /** Of connections to the address of a Service. */
  readonly virtual: Budget
  /** Of a master that is ready and takes no write. */
  readonly master: Budget
}

const common = {
  values: propagation,
  direct: readiness,
  virtual: proxySync,
  master: {
    ms: propagationWindow,
    source: 'a client dials the master by name anew; it is ready, and its name has propagated',
  },
}

const twoServers: Budget = {
  ms: propagationWindow,
  source: `a server that leaves answers for ${leaving.source.slice(0, leaving.source.indexOf(','))} while proxies forget it`,
}

/** One DNS server that is replaced leaves a hole: it is shut down, and another one is scheduled, started, and synchronised. */
const oneServer: Budget = {
  ms: 60_000,
  source:
    'a single DNS server: 5 s lameduck, start, up to 5 s to synchronise, readiness each 10 s, and propagation twice',
}

export const budgets: Readonly<Record<Profile, Budgets>> = {
  'in-place': { ...common, refusal: twoServers, silence: twoServers },
  drain: { ...common, refusal: twoServers, silence: twoServers },
  'single-dns': { ...common, refusal: oneServer, silence: oneServer },
}

/** Of all looks, the share that may stay without an answer after a second try (up.dns-continuity). */
export const lostShare = 0.01

/** Of all looks, the share of new connections, or of writes, that may fail one here and one there, where that is often. */
export const failedShare = 0.02

/** Times apart from each other from which on that is often: what restarts on either node of a connection costs one of them. */
export const often = 10

/** Looks below which nothing is said of a lane. */
export const enoughLooks = 10

/** Share of the time below which a node was not seen well enough. */
export const enoughTime = 0.5
