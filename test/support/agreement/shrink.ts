/** Makes the value that fails smaller, with many candidates at once: a simulator is built for all of them together. */
import * as fc from 'fast-check'

/** A generated value with what the arbitrary has to know to make it smaller. */
class Remembered<T> extends fc.Arbitrary<T> {
  readonly values: fc.Value<T>[] = []
  readonly #inner: fc.Arbitrary<T>

  constructor(inner: fc.Arbitrary<T>) {
    super()
    this.#inner = inner
  }

  override generate(random: fc.Random, bias: number | undefined): fc.Value<T> {
    const value = this.#inner.generate(random, bias)
    this.values.push(value)
    return value
  }

  override canShrinkWithoutContext(value: unknown): value is T {
    return this.#inner.canShrinkWithoutContext(value)
  }

  override shrink(value: T, context: unknown): fc.Stream<fc.Value<T>> {
    return this.#inner.shrink(value, context)
  }
}

export interface ShrinkOptions<T> {
  readonly arbitrary: fc.Arbitrary<T>
  readonly seed: number
  /** Which of the values of `fc.sample` with that seed fails. */
  readonly index: number
  /** Candidates that are tried in all. */
  readonly attempts: number
  /** Candidates per call of `fails`. */
  readonly batch: number
  /** For each candidate whether it fails like the first one. */
  readonly fails: (candidates: readonly T[]) => Promise<readonly boolean[]>
  /** Called after each call of `fails`, with the candidates tried so far and the steps that made the value smaller. */
  readonly onProgress?: ((tried: number, steps: number) => void) | undefined
}

/** The smallest value that was found, and its path as fast-check writes it: `seed` and `path` give it again. */
export const shrinkInBatches = async <T>(options: ShrinkOptions<T>): Promise<{ value: T; path: string }> => {
  const { arbitrary, seed, index, attempts, batch, fails, onProgress } = options
  const remembered = new Remembered(arbitrary)
  fc.sample(remembered, { seed, numRuns: index + 1 })
  let best = remembered.values[index]
  if (best === undefined) throw new Error(`seed ${seed} has no value ${index}`)
  let path = String(index)
  let [tried, steps] = [0, 0]
  for (let smaller = true; smaller && tried < attempts;) {
    smaller = false
    const candidates = arbitrary.shrink(best.value_, best.context)
    for (let from = 0; !smaller && tried < attempts; from += batch) {
      const some = [...take(candidates, Math.min(batch, attempts - tried))]
      if (some.length === 0) break
      tried += some.length
      const verdicts = await fails(some.map(({ value_ }) => value_))
      const first = verdicts.indexOf(true)
      if (first >= 0) {
        best = some[first]!
        path += `:${from + first}`
        smaller = true
        steps++
      }
      onProgress?.(tried, steps)
    }
  }
  return { value: best.value_, path }
}

/** The next values of a stream, which goes on behind them. */
function* take<T>(stream: fc.Stream<T>, count: number): Generator<T> {
  for (let taken = 0; taken < count; taken++) {
    const next = stream.next()
    if (next.done === true) return
    yield next.value
  }
}
