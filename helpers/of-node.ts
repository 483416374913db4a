/** What is told of a node, if anything: `constructor` is as good a name for one as any other, and every object has that. */
export function ofNode<T>(told: Readonly<Record<string, T>>, node: string): T | undefined {
  return Object.hasOwn(told, node) ? told[node] : undefined
}
