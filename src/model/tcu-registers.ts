/** The register file: who may read and write what, byte by byte. TCU sections 2.1 to 2.5. */
import { descriptorOf, endpointCount, featuresReset, printBufferWords, registers } from '#layout'
import { mergeBytes } from './bits.ts'
import { startsCommand } from './command-writes.ts'
import { isPrivileged, readPrivileged, writePrivileged } from './privileged-registers.ts'
import { resetTcu } from './tcu-reset.ts'
import { startCommand, startExternalCommand } from './tcu-start.ts'
import { coreConfigCount, timeAt } from './tcu-state.ts'
import type { TcuState } from './tcu-state.ts'

const endpointEnd = registers.EP + 24 * endpointCount
const printBufferEnd = registers.PRINT_BUF + 8 * printBufferWords

/** Value of a register as it reads in `cycle`; unassigned offsets read 0. TCU sections 2.1 and 2.3. */
export const readRegister = (tcu: TcuState, offset: number, cycle: number): bigint => {
  const at = offset - (offset % 8)
  if (tcu.hasCommands && at <= printBufferEnd) return readLow(tcu, at, cycle)
  return isPrivileged(at) ? readPrivileged(tcu, at) : readCommon(tcu, at)
}

const readLow = (tcu: TcuState, at: number, cycle: number): bigint => {
  if (at >= registers.PRINT_BUF) return tcu.printBuffer[(at - registers.PRINT_BUF) >> 3] ?? 0n
  if (at >= registers.EP) return tcu.eps[(at - registers.EP) >> 3] ?? 0n
  switch (at) {
    case registers.FEATURES:
      return (featuresReset & ~0xffn) | BigInt(tcu.features)
    case registers.TILE_DESC:
      return descriptorOf(tcu.module)
    case registers.EXT_CMD:
      return tcu.externalCommand
    case registers.COMMAND:
      return tcu.command
    case registers.DATA_ADDR:
      return tcu.dataAddress
    case registers.DATA_SIZE:
      return tcu.dataSize
    case registers.ARG1:
      return tcu.arg1
    case registers.CUR_TIME:
      return timeAt(tcu, cycle)
    case registers.PRINT:
      return tcu.print
    default:
      return 0n
  }
}

const readCommon = (tcu: TcuState, at: number): bigint => {
  switch (at) {
    case registers.TILE_DESC:
      return descriptorOf(tcu.module)
    case registers.TCU_STATUS:
      return tcu.running === undefined ? 0n : BigInt(tcu.running.op) << 16n
    case registers.FLITS_CTRL:
      return tcu.flits.value
    case registers.FLITS_BYP:
      return tcu.bypassFlits.value
    case registers.FLITS_DROP:
      return tcu.drops.value
    default: {
      const index = (at - registers.CORE_CFG) >> 3
      return at >= registers.CORE_CFG && index < coreConfigCount ? BigInt(tcu.coreConfig[index] as number) : 0n
    }
  }
}

/**
 * Whether a read in `cycle` may show `value`. Everything is exact but TCU_STATUS, whose encodings are open (TCU section
 * 2.4), the flits that are delivered in the very cycle of the read, and the moment at which a drop is counted.
 */
export const mayRead = (tcu: TcuState, offset: number, value: bigint, cycle: number): boolean => {
  if (readRegister(tcu, offset, cycle) === value) return true
  switch (offset - (offset % 8)) {
    case registers.TCU_STATUS:
      return value >> 32n === 0n
    case registers.FLITS_CTRL:
      return tcu.flits.allows(value, cycle)
    case registers.FLITS_BYP:
      return tcu.bypassFlits.allows(value, cycle)
    case registers.FLITS_DROP:
      return tcu.drops.allows(value)
    default:
      return false
  }
}

/** A write by the core. Access class columns C and K of TCU section 2.3; starts a command as section 2.5 says. */
export const coreWrite = (tcu: TcuState, offset: number, data: bigint, enables: number, cycle: number): void => {
  const at = offset - (offset % 8)
  if (at >= registers.EP && at < endpointEnd) {
    if ((tcu.features & 1) === 1) writeEndpoint(tcu, at, data, enables)
    return
  }
  if (at >= registers.PRINT_BUF && at < printBufferEnd) {
    const index = (at - registers.PRINT_BUF) >> 3
    tcu.printBuffer[index] = mergeBytes(tcu.printBuffer[index] as bigint, data, enables)
    return
  }
  switch (at) {
    case registers.COMMAND:
      tcu.command = mergeBytes(tcu.command, data, enables)
      if (startsCommand(data, enables)) startCommand(tcu, tcu.command, cycle)
      return
    case registers.DATA_ADDR:
      tcu.dataAddress = mergeBytes(tcu.dataAddress, data, enables)
      return
    case registers.DATA_SIZE:
      tcu.dataSize = mergeBytes(tcu.dataSize, data, enables)
      return
    case registers.ARG1:
      tcu.arg1 = mergeBytes(tcu.arg1, data, enables)
      return
    case registers.PRINT:
      tcu.print = mergeBytes(tcu.print, data, enables)
      return
    default:
      if (isPrivileged(at)) writePrivileged(tcu, at, data, enables, cycle)
      else writeCoreConfig(tcu, at, data, enables)
  }
}

/** A write from the network. Access class columns E, P and X of TCU section 2.3. */
export const externalWrite = (tcu: TcuState, offset: number, data: bigint, enables: number, cycle: number): void => {
  const at = offset - (offset % 8)
  if (!tcu.hasCommands) {
    writeCoreConfig(tcu, at, data, enables)
  } else if (at >= registers.EP && at < endpointEnd) {
    writeEndpoint(tcu, at, data, enables)
  } else if (at === registers.FEATURES) {
    if (enables & 1) tcu.features = Number(data & 7n)
  } else if (at === registers.EXT_CMD) {
    tcu.externalCommand = mergeBytes(tcu.externalCommand, data, enables)
    if (startsCommand(data, enables)) startExternalCommand(tcu, tcu.externalCommand)
  } else if (at === registers.TCU_RESET) {
    resetTcu(tcu, cycle)
  } else if (isPrivileged(at)) {
    writePrivileged(tcu, at, data, enables, cycle)
  } else {
    writeCoreConfig(tcu, at, data, enables)
  }
}

const writeEndpoint = (tcu: TcuState, at: number, data: bigint, enables: number): void => {
  const index = (at - registers.EP) >> 3
  const word = tcu.eps[index]
  if (word !== undefined) tcu.eps[index] = mergeBytes(word, data, enables)
}

const writeCoreConfig = (tcu: TcuState, at: number, data: bigint, enables: number): void => {
  const index = (at - registers.CORE_CFG) >> 3
  if (at >= registers.CORE_CFG && index < coreConfigCount && enables & 1) tcu.coreConfig[index] = Number(data & 1n)
}
