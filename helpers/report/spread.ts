/** How figures are spread. All zero where there is no figure. */
export interface Spread {
  readonly min: number
  readonly median: number
  /** By nearest rank: the smallest figure that 99 of 100 do not exceed; the largest one below 100 figures. */
  readonly p99: number
  readonly max: number
}

/** Minimum, median, 99th percentile and maximum, in the unit of the figures. */
export function spreadOf(figures: readonly number[]): Spread {
  const sorted = figures.toSorted((a, b) => a - b)
  const at = (rank: number): number => sorted[Math.max(0, Math.ceil(rank) - 1)] ?? 0
  const half = sorted.length / 2
  return {
    min: at(1),
    median: rounded((at(half) + at(Math.floor(half) + 1)) / 2),
    p99: at(sorted.length * 0.99),
    max: at(sorted.length),
  }
}

/** Milliseconds are all that our clocks are good for. */
function rounded(figure: number): number {
  return Math.round(figure * 1000) / 1000
}
