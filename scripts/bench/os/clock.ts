/** Time as programs measure it, and whose time it was. */
import { commit, commitKinds, decode, registers } from '#layout'
import type { StepRecord, Tile } from '#model'
import { cyclesRow, type Row } from '../row.ts'

const nanosecondsPerCycle = 10

/** The cycle by the tile's own clock; the reading itself takes a few cycles. */
const now = async (tile: Tile): Promise<number> =>
  Number(await tile.readRegister(registers.CUR_TIME)) / nanosecondsPerCycle

/** First and last cycle of something. */
export type Span = readonly [from: number, to: number]

/** How long it took, without the reading of the clock. */
export const timed = async (tile: Tile, action: () => Promise<unknown>): Promise<Span> => {
  const before = await now(tile)
  const start = await now(tile)
  await action()
  const end = await now(tile)
  return [start, end - (start - before)]
}

export const lengthOf = ([from, to]: Span): number => to - from

/** Notes when the TCUs of tiles carry commands out: from the write of COMMAND to the command's last step. */
export class HardwareTime {
  readonly #begun = new Map<string, number>()
  readonly #spans = new Map<string, [number, number][]>()

  readonly add = ({ module, probe, bits, cycle }: StepRecord): void => {
    if (probe !== 'commit') return
    const kind = Number(bits >> kindLsb) & kindMask
    if (kind === coreWrite) {
      if (decode(commit, bits).address === registers.COMMAND) this.#begun.set(module, cycle)
      return
    }
    if (kind !== checked && kind !== finished) return
    const from = this.#begun.get(module)
    if (from === undefined) return
    const spans = this.#spans.get(module) ?? []
    this.#spans.set(module, spans)
    const last = spans.at(-1)
    if (last?.[0] === from) last[1] = cycle + 1
    else spans.push([from, cycle + 1])
  }

  /** Cycles of `within` in which the TCU of at least one of the tiles, or of any, had a command under way. */
  busy(within: readonly Span[], module?: string): number {
    const spans = (module === undefined ? [...this.#spans.values()].flat() : (this.#spans.get(module) ?? [])).toSorted(
      (a, b) => a[0] - b[0],
    )
    const merged: [number, number][] = []
    for (const [from, to] of spans) {
      const last = merged.at(-1)
      if (last !== undefined && from <= last[1]) last[1] = Math.max(last[1], to)
      else merged.push([from, to])
    }
    return within
      .flatMap(([from, to]) => merged.map(([start, end]) => Math.max(0, Math.min(to, end) - Math.max(from, start))))
      .reduce((sum, cycles) => sum + cycles, 0)
  }
}

const kindLsb = BigInt(commit.lsb.kind)
const kindMask = 2 ** commit.fields.kind.bits - 1
const { coreWrite, commandChecked: checked, commandFinished: finished } = commitKinds.codes

const at = (sorted: readonly number[], part: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? Number.NaN

const meanOf = (values: readonly number[]): number => values.reduce((sum, each) => sum + each, 0) / values.length

/** Published figures to compare with. */
export type Published = Readonly<Partial<Record<'mean' | 'median' | 'min' | 'p99' | 'max', number>>>

/** The distribution, one row each. */
export const distribution = (name: string, values: readonly number[], published: Published = {}): readonly Row[] => {
  const sorted = values.toSorted((a, b) => a - b)
  const found = {
    mean: meanOf(values),
    median: at(sorted, 0.5),
    min: at(sorted, 0),
    p99: at(sorted, 0.99),
    max: at(sorted, 1),
  } as const
  return (Object.keys(found) as (keyof typeof found)[]).map((key) =>
    cyclesRow(`${name}, ${key}`, found[key], published[key]),
  )
}

/** A part of something in percent. */
export const shareRow = (name: string, part: number, whole: number): Row => ({
  ...cyclesRow(name, (100 * part) / whole),
  unit: '%',
})
