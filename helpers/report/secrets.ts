/** Credentials that are known by their shape: PEM keys, JSON Web Tokens (service accounts), HTTP authorization. */
const shapes: readonly RegExp[] = [
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
  /\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]*/g,
  /(?<=\b(?:Bearer|Basic) )[\w.~+/=-]{8,}/g,
]

/**
 * Blanks credentials in every text of a value. Nothing should hold one; reports are uploaded to places that outlive a
 * cluster, so one mistake in an evidence collector must not publish a token.
 */
export function withoutSecrets<T>(value: T): T {
  return cleaned(value) as T
}

function cleaned(value: unknown): unknown {
  if (typeof value === 'string') return shapes.reduce((text, shape) => text.replace(shape, '[redacted]'), value)
  if (Array.isArray(value)) return value.map(cleaned)
  // Anything but a plain object (a Date, say) knows itself how to become JSON.
  if (value === null || typeof value !== 'object' || Object.getPrototypeOf(value) !== Object.prototype) return value
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, cleaned(one)]))
}
