/**
 * Many values in a row that differ in one IPv4 address alone: the JSON before it and after it, and the addresses as pairs of
 * numbers, `GAP LENGTH`: how far a run of them begins behind the end of the one before it, and how many there are.
 */
export interface Ranged {
  readonly $like: readonly [string, string]
  readonly $at: string
}

/** Fewer cost little as they are, and are read more easily. */
const many = 64
const wholeAddress = /"(\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3})"/

/** Tells values as one of them and ranges; undefined for values that cannot be told so. */
export function ranged(values: readonly unknown[]): Ranged | undefined {
  if (values.length < many) return undefined
  const pairs: [number, number][] = []
  let like: readonly [string, string] | undefined
  let end = 0
  for (const value of values) {
    const [before, address, after, ...more] = JSON.stringify(value).split(wholeAddress)
    if (before === undefined || address === undefined || after === undefined || more.length > 0) return undefined
    like ??= [before, after]
    const number = numberOf(address)
    if (before !== like[0] || after !== like[1] || addressOf(number) !== address) return undefined
    const last = pairs.at(-1)
    if (last !== undefined && number === end) last[1]++
    else pairs.push([number - end, 1])
    end = number + 1
  }
  if (like === undefined) return undefined
  return { $like: like, $at: pairs.map((pair) => pair.join(' ')).join(',') }
}

/** The values that were told as ranges. */
export function unranged({ $like: [before, after], $at }: Ranged): unknown[] {
  let end = 0
  return $at.split(',').flatMap((pair) => {
    const [gap = 0, length = 0] = pair.split(' ').map(Number)
    const begin = end + gap
    end = begin + length
    return Array.from({ length }, (_, index) => JSON.parse(`${before}"${addressOf(begin + index)}"${after}`) as unknown)
  })
}

function numberOf(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
}

function addressOf(number: number): string {
  return [24, 16, 8, 0].map((bits) => (number >>> bits) & 255).join('.')
}
