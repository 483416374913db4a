import { parseNodeResolvConf, type ResolverConfig } from '../target/resolver.ts'
import type { Sight } from './vantage/vantage.ts'

/** A resolver configuration on a node, or why it could not be read. */
export type NodeResolverSighting =
  | { readonly kind: 'read'; readonly config: ResolverConfig; readonly changed: Date | undefined }
  | { readonly kind: 'unknown'; readonly reason: string }

const limit = 5

/** Reads a file of a node through its privileged vantage, and when it was last written. */
export async function readNodeResolver(vantage: Sight, path: string): Promise<NodeResolverSighting> {
  const [text, written] = await Promise.all([
    vantage.onHost(['cat', path], limit),
    vantage.onHost(['stat', '-Lc', '%Y', path], limit),
  ])
  const reason = `${path} of ${vantage.pod.node} could not be read`
  if (text.kind === 'lost') return { kind: 'unknown', reason: `${reason}: ${text.reason}` }
  if (text.code !== 0) return { kind: 'unknown', reason: `${reason} (code ${text.code})` }
  const seconds = written.kind === 'done' && written.code === 0 ? Number(written.output.toString('utf8')) : Number.NaN
  return {
    kind: 'read',
    config: parseNodeResolvConf(text.output.toString('utf8')),
    changed: Number.isFinite(seconds) ? new Date(seconds * 1000) : undefined,
  }
}
