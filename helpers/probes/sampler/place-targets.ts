import { messageOf } from '../../errors.ts'
import type { KubernetesApi } from '../../target/api.ts'
import { type ExecPlace, openExec } from '../../target/exec.ts'

/** What came of handing a sampler its targets: the offset of its node's clock, or why it has not got them. */
export type Placed =
  | {
      readonly kind: 'placed'
      /** Milliseconds that have to be added to the node's clock to have ours, more or less. */
      readonly offset: number
      /** Milliseconds by which that may be wrong: half of what the round trip took. */
      readonly error: number
    }
  | { readonly kind: 'lost'; readonly reason: string }

/**
 * Takes `for how many seconds` and the list from its input, and puts both in their place at once when the dot has come that ends
 * them: a connection that is cut leaves what was there.
 */
const script = `set -f
export LC_ALL=C
read -r lasts
case $lasts in '' | *[!0-9]*) exit 1 ;; esac
{
  printf 'until %s\\n' "$((EPOCHSECONDS + 10#$lasts))"
  while read -r line && [ "$line" != . ]; do printf '%s\\n' "$line"; done
} >"$1/targets.$$"
if [ "$line" = . ] && mv "$1/targets.$$" "$1/targets"; then
  printf '%s\\n' "$EPOCHREALTIME"
else
  rm -f "$1/targets.$$"
  exit 1
fi`

/** Hands a sampler what it is to ask, and for how many seconds it may without hearing from us again. `timeout` in ms. */
export async function placeTargets(
  api: KubernetesApi,
  place: ExecPlace,
  text: string,
  { lasts, timeout, signal, folder = '/sampler' }: PlaceOptions,
): Promise<Placed> {
  const either = AbortSignal.any([signal, AbortSignal.timeout(timeout)])
  let printed = ''
  let sent = 0
  let got = 0
  try {
    const argv = ['bash', '-c', script, 'bash', folder]
    const onStdout = (bytes: Buffer): void => {
      printed += bytes.toString('latin1')
      got = Date.now()
    }
    const session = await openExec(api, place, argv, { onStdout }, either)
    sent = Date.now()
    session.write(Buffer.from(`${lasts}\n${text}\n.\n`))
    const end = await session.end
    if (end.kind === 'lost')
      return { kind: 'lost', reason: either.aborted ? `no end within ${timeout / 1000} s` : end.reason }
    if (end.code !== 0) return { kind: 'lost', reason: `bash ended with code ${end.code}` }
  } catch (error) {
    return { kind: 'lost', reason: messageOf(error) }
  }
  const told = /^(\d+)[.,](\d{3})\d*\n$/.exec(printed)
  if (told === null)
    return { kind: 'lost', reason: `a clock that cannot be read: ${JSON.stringify(printed.slice(0, 40))}` }
  const offset = Math.round((sent + got) / 2) - Number(`${told[1]}${told[2]}`)
  return { kind: 'placed', offset, error: Math.ceil((got - sent) / 2) }
}

export interface PlaceOptions {
  readonly lasts: number
  readonly timeout: number
  readonly signal: AbortSignal
  /** Where the sampler keeps what it knows. */
  readonly folder?: string
}
