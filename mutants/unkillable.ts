/** The requirements that no mutant can break, by id, each with the sentence that says why. */
export const unkillable: Readonly<Record<string, string>> = {
  'ds.family-update':
    'The clusters that are broken on purpose give their Pods one family; the judges are those of all that changes, each of which has killers, and an odd cluster has both.',
  'ds.slices-per-family':
    'The clusters that are broken on purpose give their Pods one family, and their API server no Service with a selector two; the judge is the one that the addresses of one family are compared with, and an odd cluster has both.',
  'redis.readonly.no-effect':
    'Redis looks at its role before it runs a command, so that no setting of a real server lets a refused write through; the judge is tried on recorded looks that are spoilt.',
}
