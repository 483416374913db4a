/**
 * The minor version of Kubernetes 1 that a version names, such as 35 of `v1.35.4-eks-1` or `1.35`. One that nobody can read is taken
 * for a new one: what older clusters are excused for is then asked of it.
 */
export function minorOf(version: string): number {
  const [, minor] = /^v?1\.(\d+)/.exec(version) ?? []
  return minor === undefined ? Number.POSITIVE_INFINITY : Number(minor)
}
