#!/usr/bin/env node
import { setFlagsFromString } from 'node:v8'
import { register } from 'tsx/esm/api'

// V8 makes room for speed that a process does not need which waits for a cluster: a third of what it would hold. Mutants are
// looked at hundreds of times, by one process on a machine that also runs their cluster.
if (process.argv[2] !== 'mutants')
  for (const flag of ['--max-semi-space-size=4', '--optimize-for-size']) setFlagsFromString(flag)

// Vitest before tsx: whatever is loaded after it goes through tsx, which costs 190 MB for the runner's own bundles.
if (['run', 'soak', 'mutants', 'catalog', 'docs'].includes(process.argv[2] ?? '')) await import('vitest/node')
// A watch runs for hours beside whatever upgrades the cluster: for it, the client alone would cost 50 MB more.
if (process.argv[2] === 'watch')
  for (const name of ['@kubernetes/client-node', 'zod', 'yaml', 'commander', 'ws', 'dns-packet', 'ipaddr.js'])
    await import(name)
// Node 20 cannot strip types: tsx reads the TypeScript sources as they are, so there is no build step.
register()
await import('../cli/main.ts')
