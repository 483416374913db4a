import {
  addressIn,
  fieldOf,
  type Json,
  listOf,
  partsOf,
  stringsIn,
  unwrapped,
  verdictTargets,
} from './nft-expressions.ts'
import { ruleEffect } from './nft-rule.ts'
import { joinRules, type NodeRules, type RuleDestination, type RuleEntry, type RuleFamily } from './node-rules.ts'
import { distinctNames, namesInChain, namesInComment } from './service-names.ts'

const families: Readonly<Record<string, RuleFamily>> = { ip: 'ipv4', ip6: 'ipv6', inet: 'inet' }
/** Objects that hold no rule: what they declare is empty, or counts. A chain that nothing fills does nothing. */
const declarations = new Set(['metainfo', 'table', 'chain', 'flowtable', 'counter', 'quota', 'limit', 'ct helper'])
/**
 * Sets whose elements are destinations. Other sets list sources (`affinity-…`) or pairs of both (`hairpin-connections`),
 * and name every endpoint of every Service without steering anything to it.
 */
const destinationSets = new Set(['cluster-ips', 'nodeport-ips'])

type Place = Pick<RuleEntry, 'origin' | 'family' | 'table' | 'chain'>

function text(value: Json): string {
  return typeof value === 'string' ? value : ''
}

function placeOf(body: Json, name: 'chain' | 'name'): Place | undefined {
  const [family, table, chain] = [
    text(fieldOf(body, 'family')),
    text(fieldOf(body, 'table')),
    text(fieldOf(body, name)),
  ]
  if (table === '' || chain === '') return undefined
  return { origin: `nft ${family} ${table}`, family: families[family] ?? 'inet', table, chain }
}

function ruleEntry(body: Json): readonly RuleEntry[] | undefined {
  const [place, expressions] = [placeOf(body, 'chain'), fieldOf(body, 'expr')]
  if (place === undefined || !Array.isArray(expressions)) return undefined
  const comment = text(fieldOf(body, 'comment'))
  const effect = ruleEffect(expressions)
  const names = [
    ...namesInChain(place.chain),
    ...namesInComment(comment),
    ...stringsIn(expressions).flatMap(namesInChain),
  ]
  const printed = `chain ${place.chain}: ${JSON.stringify(expressions)}${comment === '' ? '' : ` comment "${comment}"`}`
  return [{ ...place, text: printed, names: distinctNames(names), ...effect }]
}

/** The destination in the key of an element: address, protocol and port follow the types of its set or map. */
function keyDestination(types: readonly Json[], key: Json): readonly RuleDestination[] {
  const parts = partsOf(key)
  const partOf = (type: RegExp): Json => parts[types.findIndex((one) => type.test(text(one)))]
  const address = addressIn(partOf(/^ipv[46]_addr$/))
  const [port, protocol] = [partOf(/^inet_service$/), partOf(/^inet_proto$/)]
  if (address === undefined) return []
  const withPort = typeof port === 'number' ? { port } : {}
  return [{ role: 'matched', address, ...withPort, ...(typeof protocol === 'string' ? { protocol } : {}) }]
}

function elementEntries(kind: 'set' | 'map', body: Json): readonly RuleEntry[] | undefined {
  const place = placeOf(body, 'name')
  if (place === undefined) return undefined
  const types = listOf(fieldOf(body, 'type'))
  return listOf(fieldOf(body, 'elem')).map((element) => {
    const [key, value] = kind === 'map' && Array.isArray(element) ? element : [element, undefined]
    const comment = text(fieldOf(fieldOf(key, 'elem'), 'comment'))
    const words = [...stringsIn(unwrapped(key)), ...stringsIn(value)]
    const names = [...namesInChain(place.chain), ...namesInComment(comment), ...words.flatMap(namesInChain)]
    const printed = partsOf(key).map(
      (part) => addressIn(part) ?? (typeof part === 'object' ? JSON.stringify(part) : part),
    )
    const verdict = value === undefined ? '' : ` : ${JSON.stringify(value)}`
    return {
      ...place,
      text: `${kind} ${place.chain}: ${printed.join(' . ')}${comment === '' ? '' : ` comment "${comment}"`}${verdict}`,
      names: distinctNames(names),
      destinations: kind === 'map' || destinationSets.has(place.chain) ? keyDestination(types, key) : [],
      targets: verdictTargets(value),
    }
  })
}

function entriesOf(object: Json): readonly RuleEntry[] | undefined {
  const [kind = '', body] = typeof object === 'object' && object !== null ? (Object.entries(object)[0] ?? []) : []
  if (declarations.has(kind)) return []
  if (kind === 'rule') return ruleEntry(body)
  return kind === 'set' || kind === 'map' ? elementEntries(kind, body) : undefined
}

function readDump(dump: string): NodeRules {
  const unread = (unreadLines: number): NodeRules => ({ mode: 'nftables', backend: '', entries: [], unreadLines })
  if (dump.trim() === '') return unread(0)
  let objects: Json
  try {
    objects = fieldOf(JSON.parse(dump), 'nftables')
  } catch {
    return unread(dump.trim().split('\n').length)
  }
  if (!Array.isArray(objects)) return unread(1)
  const read = objects.map(entriesOf)
  const version = objects
    .map((object) => text(fieldOf(fieldOf(object, 'metainfo'), 'version')))
    .find((one) => one !== '')
  return {
    mode: 'nftables',
    backend: version === undefined ? 'nft' : `nft ${version}`,
    entries: read.flatMap((entries) => entries ?? []),
    unreadLines: read.filter((entries) => entries === undefined).length,
  }
}

/**
 * Reads what `nft -j list table ip kube-proxy` and its `ip6` twin printed on one node; other tables do no harm.
 * It throws nothing: text that is no JSON counts by its lines in `unreadLines`, an object that is not understood as one.
 */
export function nftablesRules(dumps: readonly string[]): NodeRules {
  return joinRules({ mode: 'nftables', backend: '', entries: [], unreadLines: 0 }, ...dumps.map(readDump))
}
