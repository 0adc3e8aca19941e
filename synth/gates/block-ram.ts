/** A block RAM of an iCE40: 4,096 bits, a port to write and one to read. Source: Lattice, FPGA-TN-02002. */
import type { NetBit, NetCell } from '../equiv/netlist.ts'

/** A memory among the wires of a netlist. */
export interface BlockRam {
  readonly clocks: readonly number[]
  /** Looks at its inputs; outputs stay. */
  readonly step: () => void
  /** Shows what was read. */
  readonly show: () => void
}

/** Pins of the data, by mode: 16, 8, 4 or 2 bits wide. */
const pinsOfMode: readonly (readonly number[])[] = [
  Array.from({ length: 16 }, (_, pin) => pin),
  [0, 2, 4, 6, 8, 10, 12, 14],
  [1, 5, 9, 13],
  [3, 11],
]
const addressBits = 11

/** Which bit of a word of 16 a pin of a narrow mode is does not show while both ports are as wide and all begins with 0. */
export const blockRam = (
  name: string,
  { type, parameters, connections }: NetCell,
  at: (bit: NetBit | undefined) => number,
  values: Uint8Array,
  refused: (why: string) => Error,
): BlockRam => {
  const parameter = (key: string): string => String(parameters[key] ?? '0')
  const mode = parseInt(parameter('READ_MODE'), 2)
  if (type !== 'SB_RAM40_4K') throw refused(`${name} is a ${type}`)
  if (parseInt(parameter('WRITE_MODE'), 2) !== mode) throw refused(`the ports of ${name} have other widths`)
  if (Object.keys(parameters).some((key) => key.startsWith('INIT_') && parameter(key).includes('1')))
    throw refused(`${name} begins with contents`)
  const pins = pinsOfMode[mode]!
  const all = (port: string, length: number): readonly number[] =>
    Array.from({ length }, (_, index) => at(connections[port]?.[index]))
  const one = (port: string): number => at(connections[port]?.[0])
  const words = new Uint16Array(256 << mode)
  const [readAddress, writeAddress] = [all('RADDR', addressBits), all('WADDR', addressBits)]
  const [data, mask, result] = [all('WDATA', 16), all('MASK', 16), connections['RDATA'] ?? []]
  const [re, rclke, we, wclke] = [one('RE'), one('RCLKE'), one('WE'), one('WCLKE')]
  const numberAt = (wires: readonly number[]): number =>
    wires.reduce((sum, wire, index) => sum | (values[wire]! << index), 0) & (words.length - 1)
  let shown = 0
  return {
    clocks: [one('RCLK'), one('WCLK')],
    step: () => {
      if (values[re] === 1 && values[rclke] === 1) shown = words[numberAt(readAddress)]!
      if (values[we] === 0 || values[wclke] === 0) return
      const place = numberAt(writeAddress)
      pins.forEach((pin, index) => {
        // a mask is there for words of 16 bits only; 1 keeps the bit
        if (mode === 0 && values[mask[pin]!] === 1) return
        words[place] = (words[place]! & ~(1 << index)) | (values[data[pin]!]! << index)
      })
    },
    show: () => {
      pins.forEach((pin, index) => {
        const bit = result[pin]
        if (typeof bit === 'number') values[bit] = (shown >> index) & 1
      })
    },
  }
}
