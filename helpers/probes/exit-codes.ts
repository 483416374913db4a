/**
 * Exit codes from here on are about the command itself, not about what it asked: it is not there, cannot be run, or was
 * killed (POSIX 2.8.2).
 */
export const ownFault = 126

/** Exit codes of a command that `timeout` ended: coreutils' and busybox's. */
export const timedOut: readonly number[] = [124, 143]
