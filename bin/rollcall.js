#!/usr/bin/env node
import { register } from 'tsx/esm/api'

// Vitest before tsx: whatever is loaded after it goes through tsx, which costs 190 MB for the runner's own bundles.
if (['run', 'soak', 'mutants', 'catalog', 'docs'].includes(process.argv[2] ?? '')) await import('vitest/node')
// Node 20 cannot strip types: tsx reads the TypeScript sources as they are, so there is no build step.
register()
await import('../cli/main.ts')
