// Before tsx: whatever is loaded after it goes through tsx, which costs two seconds of processor time for the client.
await import('@kubernetes/client-node')
// A thread does not inherit what its parent has registered, on Node 20.
const { register } = await import('tsx/esm/api')
register()
await import('../cli/choosing.ts')
