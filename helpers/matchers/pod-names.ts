import type { InsideSighting } from '../probes/inside.ts'
import type { Observation } from '../report/record.ts'
import { hasStarted, type Pod } from '../target/objects.ts'
import { minorOf } from '../target/version.ts'
import { podAddresses, sameSet, setText } from './truth.ts'

/** Characters that a hostname of a Pod may have (a DNS label), and those that the kernel's may (utsname). */
const label = 63
const kernelName = 64

/** A Pod's hostname: `spec.hostname`, else its name as far as that fits (GeneratePodHostNameAndDomain). */
export function hostnameOf(pod: Pod): string {
  return pod.spec?.hostname || (pod.metadata?.name ?? '').slice(0, label).replace(/[-.]+$/, '')
}

/** A Pod's full name, below the Service that its subdomain names; undefined without a subdomain. */
export function fullNameOf(pod: Pod, domain: string): string | undefined {
  const { subdomain } = pod.spec ?? {}
  return subdomain ? `${hostnameOf(pod)}.${subdomain}.${pod.metadata?.namespace}.svc.${domain}` : undefined
}

function judged(sighting: InsideSighting, expected: string, right: boolean, observed: string): Observation {
  const verdict = right ? 'conformant' : 'non-conformant'
  const seen = `${observed} in ${sighting.pod}`
  return { vantage: sighting.pod, backend: '', hop: 'pod', verdict, expected, observed: seen }
}

function unclear({ pod, outcome }: InsideSighting, expected: string): Observation[] {
  if (outcome.kind === 'answer') return []
  return [{ vantage: pod, backend: '', hop: 'pod', verdict: 'inconclusive', expected, observed: outcome.reason }]
}

/** The kernel in the Pod gives its hostname. */
export function kernelTellsHostname(pod: Pod, sighting: InsideSighting): Observation[] {
  return kernelTells(sighting, hostnameOf(pod))
}

/** With `hostnameOverride` the kernel gives that and nothing else (PodSpec.HostnameOverride). */
export function kernelTellsOverride(pod: Pod, sighting: InsideSighting, kubelet: string): Observation[] {
  const told = kernelTells(sighting, pod.spec?.hostnameOverride ?? hostnameOf(pod))
  if (minorOf(kubelet) >= 35) return told
  return told.map((one) => {
    if (one.verdict !== 'non-conformant') return one
    return { ...one, verdict: 'not-applicable', observed: `${one.observed}, where the kubelet is ${kubelet}` }
  })
}

/** With `setHostnameAsFQDN` the kernel gives the full name; one of more than 64 characters cannot be (GetNodenameForKernel). */
export function kernelTellsFullName(pod: Pod, sighting: InsideSighting, domain: string): Observation[] {
  const wanted = fullNameOf(pod, domain) ?? hostnameOf(pod)
  if (wanted.length <= kernelName) return kernelTells(sighting, wanted)
  const observed = `${wanted} has more than ${kernelName} characters, so that no Pod can start with it`
  const about = { vantage: sighting.pod, backend: '', hop: 'pod' as const }
  return [{ ...about, verdict: 'not-applicable', expected: 'a name that the kernel takes', observed }]
}

/**
 * No container starts of a Pod whose full name is to be its hostname and is longer than the kernel takes (GetNodenameForKernel). That
 * its twin runs shows that such Pods are started, and are seen.
 */
export function nameKeepsFromStarting(pod: Pod, twin: Pod, domain: string): Observation {
  const name = `${pod.metadata?.name}`
  const { length } = fullNameOf(pod, domain) ?? ''
  const expected = `no container of ${name} starts, whose full name has ${length} characters`
  const about = { vantage: 'API', backend: `Pod ${name}`, hop: 'pod', expected } as const
  if (hasStarted(pod)) return { ...about, verdict: 'non-conformant', observed: `a container of ${name} has started` }
  if (!hasStarted(twin)) {
    const observed = `neither has one of ${twin.metadata?.name}, which may`
    return { ...about, verdict: 'inconclusive', observed }
  }
  if (pod.status?.startTime === undefined)
    return { ...about, verdict: 'inconclusive', observed: `no kubelet has taken ${name} up` }
  return { ...about, verdict: 'conformant', observed: 'none has started' }
}

function kernelTells(sighting: InsideSighting, wanted: string): Observation[] {
  const expected = `hostname prints ${wanted}`
  if (sighting.outcome.kind === 'lost') return unclear(sighting, expected)
  const { hostname } = sighting.outcome.view
  return [judged(sighting, expected, hostname === wanted, `hostname prints ${hostname}`)]
}

/** `/etc/hosts` leads from the Pod's full name, and from its hostname, to each of its addresses and to no other. */
export function hostsHoldPod(pod: Pod, sighting: InsideSighting, domain: string): Observation[] {
  const wanted = podAddresses(pod)
  return [fullNameOf(pod, domain), hostnameOf(pod)].flatMap((name) => {
    if (name === undefined) return []
    const expected = `/etc/hosts: ${name} ${setText(wanted)}`
    if (sighting.outcome.kind === 'lost') return unclear(sighting, expected)
    const seen = sighting.outcome.view.hosts
      .filter((line) => line.names.includes(name.toLowerCase()))
      .map((line) => line.address)
    return [judged(sighting, expected, sameSet(wanted, seen), `/etc/hosts: ${name} ${setText(seen)}`)]
  })
}

/**
 * What `hostname -f` prints: the first name beside the hostname in `/etc/hosts` is the full one (gethostbyname takes it for the
 * canonical name; managedHostsFileContent).
 */
export function hostnameLeadsToFullName(pod: Pod, sighting: InsideSighting, domain: string): Observation[] {
  const expected = `hostname -f prints ${fullNameOf(pod, domain)}`
  if (sighting.outcome.kind === 'lost') return unclear(sighting, expected)
  const { hostname, hosts } = sighting.outcome.view
  const line = hosts.find((one) => one.names.includes(hostname.toLowerCase()))
  const observed = `hostname -f prints ${line?.names[0] ?? 'nothing'}`
  return [judged(sighting, expected, observed.toLowerCase() === expected.toLowerCase(), observed)]
}
