#!/usr/bin/env node
import { register } from 'tsx/esm/api'

// Node 20 cannot strip types: tsx reads the TypeScript sources as they are, so there is no build step.
register()
await import('../cli/main.ts')
