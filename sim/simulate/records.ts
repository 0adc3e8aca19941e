// What probes report, edge by edge.

import type { Engine, Slot } from '#engine'
import { type Plain, type Shape, type UIntShape, decode } from '#layout'
import { SimulateError, didYouMean } from './error.ts'
import { readWords } from './words.ts'

/** One report of a probe. */
export interface ProbeRecord<S extends Shape = UIntShape> {
  /** Cycles of the main clock before the edge. */
  readonly cycle: number
  /** The instance whose probe it is: names from below the top. */
  readonly path: readonly string[]
  readonly value: Plain<S>
}

/** The last name of the slot that carries a probe: its top bit says whether there is a record, the rest is the record. */
export const probeLabel = (name: string): string => `probe:${name}`

interface Kept {
  readonly cycle: number
  readonly path: readonly string[]
  readonly bits: bigint
}

/** Keeps the records of probes. */
export class ProbeRecorder {
  readonly #probes: readonly { readonly name: string; readonly slot: Slot }[]
  readonly #words: BigUint64Array
  readonly #kept = new Map<string, Kept[]>()

  constructor(engine: Engine, names: 'all' | readonly string[], top: string) {
    const probes = engine.signals.flatMap((slot) => {
      const last = slot.path.at(-1) ?? ''
      return last.startsWith(probeLabel('')) ? [{ name: last.slice(probeLabel('').length), slot }] : []
    })
    const known = [...new Set(probes.map(({ name }) => name))]
    for (const name of names === 'all' ? [] : names) {
      if (!known.includes(name)) throw unknownProbe(name, known, top)
    }
    this.#probes = probes.filter(({ name }) => names === 'all' || names.includes(name))
    for (const { name } of this.#probes) this.#kept.set(name, [])
    this.#words = new BigUint64Array(engine.memory)
  }

  /** Looks at the settled design, before an edge. */
  sample(cycle: number): void {
    for (const { name, slot } of this.#probes) {
      const valid = slot.bits - 1
      if (((this.#words[(slot.offset >>> 3) + (valid >>> 6)] as bigint) >> BigInt(valid & 63)) % 2n === 0n) continue
      const bits = BigInt.asUintN(valid, readWords(this.#words, slot.offset, slot.bits))
      this.#kept.get(name)?.push({ cycle, path: slot.path.slice(0, -1), bits })
    }
  }

  /** The records since the last call. */
  take<S extends Shape>(name: string, shape: S | undefined, top: string): readonly ProbeRecord<S>[] {
    const kept = this.#kept.get(name)
    if (kept === undefined) throw unknownProbe(name, [...this.#kept.keys()], top)
    const bits = this.#probes.find((probe) => probe.name === name)?.slot.bits ?? 1
    if (shape !== undefined && shape.bits !== bits - 1) {
      throw new SimulateError({
        code: 'SIM-0307',
        title: `the records of probe \`${name}\` have ${bits - 1} bits, the shape has ${shape.bits}`,
      })
    }
    const as = (shape ?? { kind: 'uint', bits: bits - 1 }) as S
    return kept.splice(0).map((record) => ({ cycle: record.cycle, path: record.path, value: decode(as, record.bits) }))
  }
}

const unknownProbe = (name: string, known: readonly string[], top: string): SimulateError =>
  new SimulateError({
    code: 'SIM-0306',
    title: `there is no probe \`${name}\` in \`${top}\``,
    help: didYouMean(name, known),
  })
