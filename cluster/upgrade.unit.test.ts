import { describe, expect, test } from 'vitest'
import { checkVersions } from './upgrade.ts'

describe('an upgrade', () => {
  test.each([
    ['1.35.4', '1.36.3'],
    ['1.35.4', '1.35.5'],
    ['1.35.9', '1.36.0'],
  ])('goes from %s to %s', (from, to) => {
    expect(() => checkVersions(from, to)).not.toThrow()
  })

  test.each([
    ['1.35.4', '1.35.4'],
    ['1.36.3', '1.35.4'],
    ['1.35.4', '1.35.3'],
    ['1.34.4', '1.36.3'],
  ])('does not go from %s to %s, and says where it could', (from, to) => {
    expect(() => checkVersions(from, to)).toThrow(
      `the cluster is at ${from}, and cannot be brought to ${to}; name a later patch release of it, or one of the next minor release`,
    )
  })
})
