import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { intern, resolve } from './intern.ts'
import { ranged, unranged } from './ranges.ts'

const address = (number: number): string => [24, 16, 8, 0].map((bits) => (number >>> bits) & 255).join('.')
const record = (number: number) => ({ name: 'crowd', ttl: 5, address: address(number) })
const numbers = fc.oneof(
  fc.array(fc.nat(0xff_ff_ff_ff), { minLength: 64, maxLength: 100 }),
  fc
    .tuple(
      fc.nat(0xff_ff_00_00),
      fc.subarray(
        Array.from({ length: 300 }, (_, index) => index),
        { minLength: 64 },
      ),
    )
    .map(([first, offsets]) => offsets.map((one) => first + one)),
)

describe('values that differ in an address alone', () => {
  test('are told as ranges and back, in whatever order they come', () => {
    fc.assert(
      fc.property(numbers, (some) => {
        const values = some.map(record)
        const told = ranged(values)
        expect(told && unranged(told)).toEqual(values)
      }),
    )
  })

  test('take next to nothing where they follow each other', () => {
    const values = Array.from({ length: 4000 }, (_, index) => record(0xc6_12_00_01 + index))
    expect(ranged(values)).toEqual({ $like: ['{"name":"crowd","ttl":5,"address":', '}'], $at: '3323068417 4000' })
  })

  test('are told one by one where something else differs, too, or no address is alone', () => {
    const values = Array.from({ length: 64 }, (_, index) => record(index))
    const other = (one: unknown): unknown => ranged([...values.slice(1), one])
    expect(ranged(values.slice(1))).toBeUndefined()
    expect(other({ ...record(9), ttl: 6 })).toBeUndefined()
    expect(other({ ...record(9), address: '0.0.0.256' })).toBeUndefined()
    expect(other({ ...record(9), address: '0.0.0.09' })).toBeUndefined()
    expect(other({ ...record(9), address: '::1' })).toBeUndefined()
    expect(other({ name: '1.2.3.4', ttl: 5, address: '1.2.3.4' })).toBeUndefined()
  })

  test('come back from a recording as they were', () => {
    const values = Array.from({ length: 100 }, (_, index) => record(7 + index * 2))
    const world = { a: values, b: [...values].reverse(), c: { values } }
    expect(resolve(JSON.parse(JSON.stringify(intern(world))))).toEqual(world)
  })
})
