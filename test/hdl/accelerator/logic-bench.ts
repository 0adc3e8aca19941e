/** Gives streams of bytes to a logic unit and collects what it makes of them. */
import type { AcceleratorLogic } from '#layout'
import { logicUnits } from '#hdl/accelerator'
import { simulate } from '#sim/simulate'

const lineBytes = 16

/** A unit in the simulator, for one stream after the other. */
export const openLogic = (logic: AcceleratorLogic) => {
  const sim = simulate(logicUnits[logic])
  const { clear, from, to, busy } = sim.io
  clear.value = 0
  sim.reset()

  /** Cuts bytes into lines, buffer by buffer: the last line of each may be short. */
  const linesOf = (bytes: Uint8Array, buffers: readonly number[]): readonly Uint8Array[] => {
    const lines: Uint8Array[] = []
    let at = 0
    for (let turn = 0; at < bytes.length; turn++) {
      const end = Math.min(bytes.length, at + (buffers[turn % buffers.length] as number))
      for (; at < end; at = Math.min(end, at + lineBytes)) lines.push(bytes.subarray(at, Math.min(end, at + lineBytes)))
    }
    return lines
  }

  /**
   * What the unit makes of a stream that comes in buffers of these sizes; `takes` says in which cycles results are taken.
   * Gives the cycles as well.
   */
  const run = (
    bytes: Uint8Array,
    buffers: readonly number[] = [4096],
    takes: () => boolean = () => true,
  ): { readonly made: Uint8Array; readonly cycles: number } => {
    const lines = linesOf(bytes, buffers)
    const made: number[] = []
    const begin = sim.cycle
    for (let index = 0; ;) {
      const line = lines[index]
      const ends = index === lines.length
      from.valid.value = index <= lines.length ? 1 : 0
      from.payload.value = {
        last: ends ? 1 : 0,
        bytes: line?.length ?? 0,
        data: line === undefined ? noise : numberOf(line),
      }
      to.ready.value = takes() ? 1 : 0
      if (to.valid.value === 1 && to.ready.value === 1) made.push(...bytesOf(to.payload.value))
      if (index > lines.length && busy.value === 0 && to.valid.value === 0) break
      if (from.valid.value === 1 && from.ready.value === 1) index++
      sim.step()
      if (sim.cycle - begin > 1_000_000) throw new Error('the unit does not come to an end')
    }
    from.valid.value = 0
    return { made: Uint8Array.from(made), cycles: sim.cycle - begin }
  }

  const forget = (): void => {
    clear.value = 1
    sim.step()
    clear.value = 0
  }

  return { run, forget, feed: (bytes: Uint8Array) => feed(bytes), [Symbol.dispose]: () => sim[Symbol.dispose]() }

  /** Gives bytes without an end. */
  function feed(bytes: Uint8Array): void {
    for (const line of linesOf(bytes, [4096])) {
      from.valid.value = 1
      from.payload.value = { last: 0, bytes: line.length, data: numberOf(line) }
      to.ready.value = 1
      while (from.ready.value === 0) sim.step()
      sim.step()
    }
    from.valid.value = 0
  }
}

/** Bytes of a line that do not count may hold anything. */
const noise = (1n << 128n) - 0x1234_5678n

const numberOf = (line: Uint8Array): bigint =>
  line.reduce(
    (sum, byte, index) => sum | (BigInt(byte) << BigInt(8 * index)),
    (noise >> BigInt(8 * line.length)) << BigInt(8 * line.length),
  )

const bytesOf = ({ bytes, data }: { readonly bytes: number; readonly data: bigint }): readonly number[] =>
  Array.from({ length: bytes }, (_, index) => Number((data >> BigInt(8 * index)) & 0xffn))
