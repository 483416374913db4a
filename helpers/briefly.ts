/** A look whose outcome is good for whoever asks within so many ms of its begin; those who ask meanwhile share it. */
export function briefly<A extends readonly unknown[], T>(
  ms: number,
  look: (...args: A) => Promise<T>,
): (...args: A) => Promise<T> {
  let last: { readonly at: number; readonly outcome: Promise<T> } | undefined
  return (...args) => {
    const now = performance.now()
    if (last === undefined || now - last.at > ms) last = { at: now, outcome: look(...args) }
    return last.outcome
  }
}
