import type { RequirementRecord } from './record.ts'

/** The records of each area, areas and records in the order of their first appearance. */
export function recordsByArea(
  records: readonly RequirementRecord[],
): ReadonlyMap<string, readonly RequirementRecord[]> {
  const areas = new Map<string, RequirementRecord[]>()
  for (const record of records) {
    const area = areas.get(record.area)
    if (area === undefined) areas.set(record.area, [record])
    else area.push(record)
  }
  return areas
}
