/** Every image of the fixtures, and of what suites make, as they name it. */
export const ownImages: readonly string[] = ['nginx:alpine', 'redis:7-alpine', 'wbitt/network-multitool:latest']

/**
 * A copy of what is to be written, with our own images taken from a registry, and a path in it, where one is given. What others' Pods
 * name, of which suites make copies, stays as it is.
 */
export function withImages<T>(written: T, from: string | undefined): T {
  return from === undefined ? written : (taken(written, from) as T)
}

function taken(part: unknown, from: string): unknown {
  if (Array.isArray(part)) return part.map((one) => taken(one, from))
  if (typeof part !== 'object' || part === null) return part
  return Object.fromEntries(
    Object.entries(part).map(([key, value]) => {
      const isOwn = key === 'image' && typeof value === 'string' && ownImages.includes(value)
      return [key, isOwn ? `${from}/${value}` : taken(value, from)]
    }),
  )
}
