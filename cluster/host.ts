import { existsSync, readFileSync } from 'node:fs'

/** What a host lacks that Kind takes for granted, so that it is worked around there and nowhere else. */
export interface HostGaps {
  cgroupV1: boolean
  /** Names such as `CAP_SYS_RESOURCE`. */
  missingCapabilities: string[]
}

const capabilityNames =
  'CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE'.split(
    ' ',
  )

/** The capabilities that are not in the bounding set of a `/proc/PID/status` text, of the first `last` + 1 that the kernel knows. */
export function missingCapabilities(status: string, last: number): string[] {
  const hex = /^CapBnd:\s*([0-9a-f]+)$/m.exec(status)?.[1]
  if (hex === undefined) return []
  const set = BigInt(`0x${hex}`)
  return capabilityNames
    .filter((_, bit) => bit <= last && ((set >> BigInt(bit)) & 1n) === 0n)
    .map((name) => `CAP_${name}`)
}

/** The gaps of this host. */
export function hostGaps(): HostGaps {
  const last = Number(readFileSync('/proc/sys/kernel/cap_last_cap', 'utf8'))
  return {
    cgroupV1: !existsSync('/sys/fs/cgroup/cgroup.controllers'),
    missingCapabilities: missingCapabilities(readFileSync('/proc/self/status', 'utf8'), last),
  }
}

/** One line about the gaps of a host, or undefined when it has none. */
export function gapsLine(gaps: HostGaps): string | undefined {
  const found = [
    ...(gaps.cgroupV1 ? ['cgroup v1 only (kubelet is told not to refuse it)'] : []),
    ...(gaps.missingCapabilities.length > 0
      ? [`no ${gaps.missingCapabilities.join(', ')} (taken out of containers; OOM scores and limits are left alone)`]
      : []),
  ]
  return found.length === 0 ? undefined : `gaps of this host that are worked around: ${found.join('; ')}`
}

/** Whether the kernel has IP_VS, built in or as a loaded or loadable module. */
export function hasIpvs(release: string): boolean {
  if (existsSync('/proc/net/ip_vs') || existsSync('/sys/module/ip_vs')) return true
  return existsSync(`/lib/modules/${release}/kernel/net/netfilter/ipvs`)
}
