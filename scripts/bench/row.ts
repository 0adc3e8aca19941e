/** What a benchmark measures, next to what others reach. */

export interface Row {
  readonly name: string
  readonly value: number
  readonly unit: string
  /** The measured open RTL, or undefined where there is nothing to compare with. */
  readonly reference: number | null
  /** `value / reference`. */
  readonly ratio: number | null
  /** The most (cycles) or least (rates) that is wanted. */
  readonly budget: number | null
  /** Within the budget; null without one. */
  readonly ok: boolean | null
  readonly reason?: string
}

/** A row in which less is better: cycles. */
export const cyclesRow = (name: string, value: number, reference?: number, budget?: number): Row => ({
  name,
  value,
  unit: 'cycles',
  reference: reference ?? null,
  ratio: reference === undefined ? null : value / reference,
  budget: budget ?? null,
  ok: budget === undefined ? null : value <= budget,
})

/** A row in which more is better, without anything to compare with. */
export const rateRow = (name: string, value: number, unit: string): Row => ({
  name,
  value,
  unit,
  reference: null,
  ratio: null,
  budget: null,
  ok: null,
})

/** A row in which less is better: seconds. */
export const secondsRow = (name: string, value: number, budget: number): Row => ({
  name,
  value,
  unit: 's',
  reference: null,
  ratio: null,
  budget,
  ok: value <= budget,
})

/** A row in which more is better than another has; `budget` is the least part of it that is wanted. */
export const atLeastRow = (name: string, value: number, unit: string, reference: number, least: number): Row => ({
  name,
  value,
  unit,
  reference,
  ratio: value / reference,
  budget: Math.round(least * reference),
  ok: value >= least * reference,
})

/** What is wanted of a figure: how good the reference is, how good it shall be, and in which direction good lies. */
export interface Goal {
  readonly reference?: number | undefined
  readonly goal?: number | undefined
  /** @defaultValue 'less' */
  readonly better?: 'less' | 'more'
}

/** A row with a goal. */
export const goalRow = (
  name: string,
  value: number,
  unit: string,
  { reference, goal, better = 'less' }: Goal,
): Row => ({
  name,
  value,
  unit,
  reference: reference ?? null,
  ratio: reference === undefined ? null : value / reference,
  budget: goal ?? null,
  ok: goal === undefined ? null : better === 'less' ? value <= goal : value >= goal,
})

/** A row that could not be measured, with the reason. */
export const unmeasured = (name: string, error: unknown): Row => {
  const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)
  return { name, value: Number.NaN, unit: '', reference: null, ratio: null, budget: null, ok: false, reason }
}

export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}
