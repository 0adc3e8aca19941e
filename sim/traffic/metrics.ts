// What is said of a run. NoC section 12.2.

/** Times in cycles of many packets. */
export interface Times {
  readonly count: number
  readonly mean: number
  readonly p50: number
  readonly p99: number
  readonly max: number
}

/** Sums up times; all NaN when there are none. */
export const timesOf = (values: readonly number[]): Times => {
  const sorted = Float64Array.from(values).sort()
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN
  const sum = sorted.reduce((all, value) => all + value, 0)
  return { count: sorted.length, mean: sum / sorted.length, p50: at(0.5), p99: at(0.99), max: at(1) }
}

/** How evenly sources are served. */
export interface Fairness {
  /** (sum r)^2 / (N sum r^2): 1 when all rates are the same. */
  readonly jain: number
  readonly maxToMin: number
}

/** Of the rates of the sources that send. */
export const fairnessOf = (rates: readonly number[]): Fairness => {
  const sum = rates.reduce((all, rate) => all + rate, 0)
  const squares = rates.reduce((all, rate) => all + rate * rate, 0)
  return { jain: (sum * sum) / (rates.length * squares), maxToMin: Math.max(...rates) / Math.min(...rates) }
}
