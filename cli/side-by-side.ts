import { fileURLToPath } from 'node:url'
import { type PoolOptions, ThreadsPoolWorker } from 'vitest/node'

/** A thread of vitest's that looks at several files side by side. */
class SideBySide extends ThreadsPoolWorker {
  override readonly name: string = 'side-by-side'
  protected override readonly entrypoint: string = fileURLToPath(new URL('../bin/side-by-side.js', import.meta.url))
}

export const pool = { name: 'side-by-side', createPoolWorker: (options: PoolOptions) => new SideBySide(options) }
