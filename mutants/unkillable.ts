/** The requirements that no mutant can break, by id, each with the sentence that says why. */
export const unkillable: Readonly<Record<string, string>> = {
  'redis.readonly.no-effect':
    'Redis looks at its role before it runs a command, so that no setting of a real server lets a refused write through; the judge is tried on recorded looks that are spoilt.',
}
