import {
  addressIn,
  alternativesOf,
  fieldOf,
  type Json,
  listOf,
  partsOf,
  selectorOf,
  verdictTargets,
} from './nft-expressions.ts'
import type { RuleDestination } from './node-rules.ts'

/** What a rule selects and does. */
export interface RuleEffect {
  readonly destinations: readonly RuleDestination[]
  readonly targets: readonly string[]
}

type Part = 'address' | 'port' | 'protocol'
type Choice = Partial<Record<Part, Json>>

function destination(role: RuleDestination['role'], { address, port, protocol }: Choice): readonly RuleDestination[] {
  const canonical = addressIn(address)
  if (canonical === undefined) return []
  return [
    {
      role,
      address: canonical,
      ...(typeof port === 'number' ? { port } : {}),
      ...(typeof protocol === 'string' ? { protocol } : {}),
    },
  ]
}

/** The values that each selector of `key` takes in one member of a set or map. */
function choiceOf(key: Json, member: Json): Choice {
  const values = partsOf(member)
  return Object.fromEntries(
    partsOf(key).flatMap((selector, at) => {
      const part = selectorOf(selector)
      return part === undefined ? [] : [[part, values[at]]]
    }),
  )
}

/** The pairs of a map written inside a rule; a named map (`@services`) has its elements elsewhere. */
function pairsOf(map: Json): readonly { key: Json; value: Json }[] {
  return listOf(fieldOf(fieldOf(map, 'data'), 'set')).flatMap((pair) =>
    Array.isArray(pair) && pair.length === 2 ? [{ key: pair[0], value: pair[1] }] : [],
  )
}

/** Each way to satisfy every match of the rule. */
function choicesOf(expressions: readonly Json[]): readonly Choice[] {
  const matches = expressions.map((expression) => fieldOf(expression, 'match')).filter((match) => match !== undefined)
  const selecting = matches.filter((match) => {
    const operator = fieldOf(match, 'op')
    return (operator === '==' || operator === 'in') && partsOf(fieldOf(match, 'left')).some((left) => selectorOf(left))
  })
  return selecting.reduce<readonly Choice[]>(
    (choices, match) => {
      const members = alternativesOf(fieldOf(match, 'right')).map((member) => choiceOf(fieldOf(match, 'left'), member))
      // Long lists of ports multiply with those of addresses; such a rule is read as one for every port.
      if (members.length > 64 && members.every((member) => member.address === undefined)) return choices
      return choices.flatMap((choice) => members.map((member) => ({ ...choice, ...member })))
    },
    [{}],
  )
}

function translated(protocol: Json, statement: Json): readonly RuleDestination[] {
  const address = fieldOf(statement, 'addr')
  const map = fieldOf(address, 'map')
  if (map === undefined) return destination('translated-to', { address, port: fieldOf(statement, 'port'), protocol })
  return pairsOf(map).flatMap(({ key, value }) => {
    const [to, port = fieldOf(statement, 'port')] = partsOf(value)
    const matched = destination('matched', { protocol, ...choiceOf(fieldOf(map, 'key'), key) })
    return [...matched, ...destination('translated-to', { address: to, port, protocol })]
  })
}

/** Reads the statements of one rule, as `nft -j list` prints them in `expr`. */
export function ruleEffect(expressions: readonly Json[]): RuleEffect {
  const choices = choicesOf(expressions)
  const protocol = choices.find((choice) => choice.protocol !== undefined)?.protocol
  const vmaps = expressions.map((expression) => fieldOf(expression, 'vmap')).filter((vmap) => vmap !== undefined)
  const elements = vmaps.flatMap((vmap) => pairsOf(vmap).map((pair) => ({ ...pair, selectors: fieldOf(vmap, 'key') })))
  const statements = expressions.flatMap((expression) => ['dnat', 'tproxy'].map((kind) => fieldOf(expression, kind)))
  return {
    destinations: [
      ...choices.flatMap((choice) => destination('matched', choice)),
      ...elements.flatMap(({ selectors, key }) => destination('matched', { protocol, ...choiceOf(selectors, key) })),
      ...statements
        .filter((statement) => statement !== undefined)
        .flatMap((statement) => translated(protocol, statement)),
    ],
    targets: [
      ...new Set([...expressions.flatMap(verdictTargets), ...elements.flatMap(({ value }) => verdictTargets(value))]),
    ],
  }
}
