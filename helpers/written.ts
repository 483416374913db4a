import { slicesCarry } from './matchers/writes.ts'
import type { Hands } from './stage/hands.ts'
import type { Snapshot } from './stage/snapshot.ts'
import { whenExpired } from './wait.ts'

const label = 'rollcall.dev/seen'

/**
 * Labels a Service, and waits until its slices have the label: their controller has looked at it, and written them, by then.
 * Returns what the API shows at that moment. @throws WaitExpired
 */
export async function slicesWritten(hands: Hands, service: string): Promise<Snapshot> {
  const value = Date.now().toString(36)
  await hands.merge('services', service, { metadata: { labels: { [label]: value } } })
  return hands.until(`the label of ${service} on its slices`, (seen) => slicesCarry(seen, service, label, value))
}

/** As `slicesWritten`, for a deed that goes on where nobody writes: that is for the look after it to say, and no reason to see nothing. */
export async function slicesPrompted(hands: Hands, service: string): Promise<void> {
  await slicesWritten(hands, service).catch(whenExpired(() => undefined))
}
