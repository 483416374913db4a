import type { Eyes } from './eyes/eyes.ts'
import type { ListSighting } from './matchers/upgrade/ledger.ts'

/** Reads lists of Redis in each of these Pods, with the client that the image brings. */
export async function readLists(
  eyes: Eyes,
  { namespace, container }: { readonly namespace: string; readonly container: string },
  pods: readonly string[],
  keys: readonly string[],
): Promise<ListSighting[]> {
  const asked = pods.flatMap((pod) =>
    keys.map(async (key): Promise<ListSighting> => {
      const place = { namespace, pod, container }
      const { end, stdout } = await eyes.exec(place, ['redis-cli', '--raw', 'LRANGE', key, '0', '-1'])
      const lost = (reason: string): ListSighting => ({ pod, key, list: { kind: 'lost', reason } })
      if (end.kind === 'lost') return lost(end.reason)
      const lines = stdout.split('\n').filter((line) => line !== '')
      // The client ends with code 0 also after an error of the server, which begins with the code of that.
      const [first = ''] = lines
      if (end.code !== 0 || /^\(error\)|^[A-Z]{3,} /.test(first))
        return lost(`redis-cli in ${pod}: ${first || `code ${end.code}`}`)
      return { pod, key, list: { kind: 'read', elements: new Set(lines) } }
    }),
  )
  return Promise.all(asked)
}
