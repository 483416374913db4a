/**
 * Mutants that have no recording yet, or one that is older than some of what they convict. `npm run mutants -- --record --only …`
 * makes it, and their place here is to go then.
 */
export const outdated: readonly string[] = [
  'M-S13',
  'M-P01',
  'M-P01.port',
  'M-P20',
  'M-P06',
  'M-P21',
  'M-R01',
  'M-R02',
  'M-R04',
  'M-R08',
  'M-R06',
  'M-R21',
  'M-R07',
  'M-R10',
  'M-R19',
  'M-R20',
  'M-R52',
  'M-R53',
  'M-R54',
  'M-R55',
  'M-R03.kv',
  'M-R12.kv',
  'M-R17.kv',
  'M-R51',
  'M-S10.kv',
  'M-R60',
  'M-R61',
  'M-R62',
]

/** Requirements that the recording of the sound cluster does not hold yet. */
export const unheard: readonly string[] = ['sts.pvc.identity', 'sts.pvc.retention']

/** Odd clusters that have no recording yet. */
export const unseen: readonly string[] = ['N-30']
