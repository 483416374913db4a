import type { SetName } from '../helpers/stage/sets.ts'
import type { EndpointSlice } from '../helpers/target/objects.ts'
import { list } from '../helpers/target/objects.ts'
import type { Bench } from './bench.ts'
import type { Witness } from './mutant.ts'
import { dnsPods } from './verbs/dns-server.ts'
import type { NodeOf } from './verbs/node.ts'
import { objectAt, type Place } from './verbs/objects.ts'

export interface Dug {
  readonly type: string
  readonly name: (bench: Bench) => string
  /** What dig prints when the breakage is in force. */
  readonly prints: RegExp | ((bench: Bench) => RegExp)
  /** Where it must print that: every DNS backend, or any one of them; or the resolver of every Pod. */
  readonly at?: 'every backend' | 'some backend' | 'every resolver'
  readonly options?: readonly string[]
}

/** What dig, a resolver of another make than ours, prints at the DNS servers. */
export function dug({ type, name, prints, at = 'every backend', options = [] }: Dug): Witness {
  return {
    looksAt: `dig ${type} at ${at}`,
    async see(bench) {
      const pattern = typeof prints === 'function' ? prints(bench) : prints
      const ask = (index: number, server: readonly string[]): Promise<string> => {
        const { namespace, pod, container } = vantageAt(bench, index)
        const words = [
          'dig',
          '+time=1',
          '+tries=1',
          '+noall',
          '+comments',
          '+answer',
          ...options,
          ...server,
          type,
          name(bench),
        ]
        return bench.inPod(namespace, pod, container, words)
      }
      const addresses = (await dnsPods(bench)).flatMap((pod) => pod.status?.podIP ?? [])
      const said =
        at === 'every resolver'
          ? await Promise.all(bench.vantages.map((_, index) => ask(index, [])))
          : await Promise.all(addresses.map((address) => ask(0, [`@${address}`])))
      const shown = said.filter((text) => pattern.test(text)).length
      const shows = at === 'some backend' ? shown > 0 : said.length > 0 && shown === said.length
      return { shows, saw: `${shown} of ${said.length} print ${pattern}; the first: ${oneLine(said[0] ?? 'nothing')}` }
    },
  }
}

function vantageAt(bench: Bench, index: number): Bench['vantages'][number] {
  const vantage = bench.vantages[index % bench.vantages.length]
  if (vantage === undefined) throw new Error('there is no vantage')
  return vantage
}

/** What a command on a node prints, on standard output and standard error. */
export function printed(
  node: NodeOf,
  argv: (bench: Bench) => readonly string[] | Promise<readonly string[]>,
  prints: RegExp | ((bench: Bench) => RegExp | Promise<RegExp>),
): Witness {
  return {
    looksAt: 'what a command on the node prints',
    async see(bench) {
      const pattern = typeof prints === 'function' ? await prints(bench) : prints
      const { stdout, stderr } = await bench.tryOnNode(await node(bench), await argv(bench))
      const shows = pattern.test(stdout + stderr)
      return { shows, saw: shows ? `prints ${pattern}` : `does not print ${pattern}: ${oneLine(stdout + stderr)}` }
    },
  }
}

/** What the API says of an object; `undefined` where there is none. */
export function stands(looksAt: string, place: Place, is: (object: unknown, bench: Bench) => boolean): Witness {
  return {
    looksAt,
    async see(bench) {
      const path = await place(bench)
      const object = await objectAt(bench.api, path)
      return { shows: is(object, bench), saw: object === undefined ? `${path} is not there` : `${path} is there` }
    },
  }
}

/** What the slices of a Service of the headless set hold together. */
export function slicesHold(
  looksAt: string,
  service: string,
  is: (slices: readonly EndpointSlice[], bench: Bench) => boolean | Promise<boolean>,
  set?: SetName,
): Witness {
  return {
    looksAt,
    async see(bench) {
      const slices = await slicesOf(bench, service, set)
      const addresses = slices.flatMap((slice) => (slice.endpoints ?? []).flatMap((one) => one.addresses))
      return {
        shows: await is(slices, bench),
        saw: `${slices.length} slices of ${service} with ${addresses.join(', ') || 'no address'}`,
      }
    },
  }
}

/** The slices of a Service, whoever manages them. */
export async function slicesOf(bench: Bench, service: string, set: SetName = 'headless'): Promise<EndpointSlice[]> {
  const labels = `kubernetes.io/service-name=${service}`
  return list(bench.api, 'endpointslices', { namespace: bench.namespaces[set], labels })
}

/** What a Redis server says to one command. */
export function redisSays(pod: string, command: readonly string[], says: RegExp, set?: SetName): Witness {
  return {
    looksAt: `${command.join(' ')} at ${pod}`,
    async see(bench) {
      const said = await bench.redis(pod, command, set)
      return { shows: says.test(said), saw: oneLine(said) }
    },
  }
}

/** Of thirty questions by dig over UDP, from each of some nodes, more than so many in all go unanswered, and fewer than so many. */
export function datagramsLost(
  looksAt: string,
  nodesOf: (bench: Bench) => readonly string[],
  { more, fewer }: { readonly more: number; readonly fewer: number },
): Witness {
  const each = 30
  return {
    looksAt,
    see: async (bench) => {
      const dig = ['dig', '+tries=1', '+time=1', '+short', ...Array<string>(each).fill(bench.fqdn('web'))]
      const said = await Promise.all(
        nodesOf(bench).map(async (node) => {
          const { namespace, pod, container } = bench.vantageOn(node)
          return bench.inPod(namespace, pod, container, dig)
        }),
      )
      const lost = said.join('\n').match(/no servers could be reached/g)?.length ?? 0
      return { shows: lost > more && lost < fewer, saw: `${lost} of ${each * said.length} lost` }
    },
  }
}

/** Both, or all of several. */
export function all(...witnesses: readonly Witness[]): Witness {
  return {
    looksAt: witnesses.map((one) => one.looksAt).join(' and '),
    async see(bench) {
      const seen = await Promise.all(witnesses.map((one) => one.see(bench)))
      return { shows: seen.every((one) => one.shows), saw: seen.map((one) => one.saw).join('; ') }
    },
  }
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim().slice(0, 200)
}
