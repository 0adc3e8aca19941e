/** Compares a system at rest with the model: nothing outstanding, same registers, endpoints and memories. */
import {
  coreConfigRegister,
  coreConfigWords,
  endpointCount,
  endpointRegister,
  printBufferRegister,
  printBufferWords,
  registers,
} from '#layout'
import { hex } from './bits.ts'
import { Difference } from './difference.ts'
import { outstanding } from './system.ts'
import type { GoldenSystem } from './system.ts'
import { readRegister } from './tcu-registers.ts'
import type { TcuState } from './tcu-state.ts'

/**
 * Reads a register of a module of the hardware; undefined where nobody can look from outside without packets of their own
 * (memory tiles): what programs read of it was compared when they did.
 */
export type PeekRegister = (module: string, offset: number) => bigint | undefined
/** Reads local memory of a module of the hardware. */
export type PeekMemory = (module: string, address: number, bytes: number) => Uint8Array

/** Registers whose values are compared: all but CUR_TIME, which moves, and TCU_STATUS, whose encoding is open. */
const comparedRegisters: readonly number[] = [
  ...Object.values(registers).filter(
    (offset) => offset !== registers.CUR_TIME && offset !== registers.TCU_STATUS && offset !== registers.EP,
  ),
  ...Array.from({ length: coreConfigWords }, (_, index) => coreConfigRegister(index)),
  ...Array.from({ length: printBufferWords }, (_, index) => printBufferRegister(index)),
  ...Array.from({ length: endpointCount }, (_, ep) => [0, 1, 2].map((word) => endpointRegister(ep, word))).flat(),
]

/** Rejects: Difference. */
export const compareAtRest = (
  golden: GoldenSystem,
  cycle: number,
  peek: PeekRegister,
  peekMemory: PeekMemory,
): void => {
  const open = outstanding(golden)
  if (open[0] !== undefined)
    throw new Difference({
      module: open[0].split(':')[0] as string,
      cycle,
      did: 'is said to be at rest',
      expected: open.join('; '),
      why: 'every packet arrives, every command ends, every request is answered',
      section: 'tcu.md 4.10, 7.8',
    })
  for (const tcu of golden.tcus) {
    if (tcu === undefined) continue
    compareRegisters(tcu, cycle, peek)
    compareMemory(tcu, cycle, peekMemory)
  }
}

const compareRegisters = (tcu: TcuState, cycle: number, peek: PeekRegister): void => {
  for (const offset of comparedRegisters) {
    const expected = readRegister(tcu, offset, cycle)
    const found = peek(tcu.module.name, offset)
    if (found === undefined || found === expected) continue
    throw new Difference({
      module: tcu.module.name,
      cycle,
      did: `holds ${hex(found)} in the register at ${hex(offset)}${endpointName(offset)}`,
      expected: hex(expected),
      why: 'at rest every register is as the steps before left it',
      section: 'tcu.md 2.3, 3',
    })
  }
}

const endpointName = (offset: number): string => {
  const word = (offset - registers.EP) / 8
  if (word < 0 || word >= 3 * endpointCount) return ''
  return `, word ${word % 3} of endpoint ${Math.floor(word / 3)}`
}

const compareMemory = (tcu: TcuState, cycle: number, peekMemory: PeekMemory): void => {
  const { base, bytes } = tcu.memory
  const found = peekMemory(tcu.module.name, base, bytes.length)
  if (Buffer.compare(found, bytes) === 0) return
  const at = bytes.findIndex((byte, index) => byte !== found[index])
  throw new Difference({
    module: tcu.module.name,
    cycle,
    did: `holds ${hex(found[at] as number)} in memory at ${hex(base + at)}`,
    expected: hex(bytes[at] as number),
    why: 'bytes outside of what was written are not modified',
    section: 'tcu.md 4.2, 7.6',
  })
}
