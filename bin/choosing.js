import { register } from 'tsx/esm/api'

// A thread does not inherit what its parent has registered, on Node 20.
register()
await import('../cli/choosing.ts')
