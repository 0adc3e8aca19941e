/** Recordings for the tests of waveforms, made by hand. */
import type { Engine, Slot } from '#engine'
import { Recording } from '#sim/wave'

/** A signal and its values, cycle by cycle. */
export interface Row {
  readonly name: string
  readonly bits?: number
  readonly signed?: boolean
  readonly cases?: Readonly<Record<string, number>>
  readonly values: readonly (number | bigint)[]
}

/** A recording of these rows; `edges` are times and clocks, a clock every 10 ns unless given. */
export const recorded = (
  rows: readonly Row[],
  options: {
    readonly domains?: readonly string[]
    readonly edges?: readonly (readonly [time: number, clocks: number])[]
    readonly limit?: number
  } = {},
): Recording => {
  let words = 0
  const slots = rows.map(({ name, bits = 1, signed = false, cases }): Slot => {
    const path = name.split('.')
    const offset = words * 8
    words += Math.ceil(bits / 64)
    return {
      path: [...path.slice(0, -1), path.at(-1) ?? ''],
      label: path.at(-1) ?? '',
      bits,
      signed,
      cases,
      role: 'wire',
      offset,
    }
  })
  const memory = new ArrayBuffer(words * 8)
  const engine: Pick<Engine, 'memory' | 'domains' | 'inputs' | 'outputs'> = {
    memory,
    domains: options.domains ?? ['main'],
    inputs: slots,
    outputs: [],
  }
  const recording = new Recording(engine as Engine, options.limit === undefined ? {} : { limit: options.limit })
  const view = new BigUint64Array(memory)
  const count = Math.max(...rows.map(({ values }) => values.length))
  for (let cycle = 0; cycle < count; cycle++) {
    rows.forEach(({ values }, row) => {
      const { offset, bits } = slots[row] as Slot
      const value = BigInt.asUintN(bits, BigInt(values[cycle] ?? 0))
      for (let word = 0; word < Math.ceil(bits / 64); word++) view[offset / 8 + word] = value >> BigInt(64 * word)
    })
    const [time, clocks] = options.edges?.[cycle] ?? [(cycle + 1) * 10, 1]
    recording.sample(time, clocks)
  }
  return recording
}
