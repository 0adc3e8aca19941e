/** Drives the privileged interface of a TCU the way a multiplexer does (TCU section 5), through `Tile` alone. */
import {
  coreConfigRegister,
  coreRequestTypes,
  encode,
  errorName,
  externalCommand,
  field,
  insertArgument,
  privilegedOpcodes,
  registers,
} from '#layout'
import type { SystemDescription, TcuChoice } from '#layout'
import type { Tile } from '#model'
import { pairSystem } from './pair.ts'
import { connect, writeRemote } from './tcu-driver.ts'

/** The pair of tiles with TCUs that are built with everything that concerns activities. */
export const multiplexedPair = (choice: TcuChoice = {}, clockHz = pairSystem.clockHz): SystemDescription => ({
  ...pairSystem,
  name: 'multiplexed_pair',
  clockHz,
  modules: pairSystem.modules.map((module) =>
    module.kind === 'compute'
      ? { ...module, tcu: { virtualMemory: true, contextSwitching: true, tlbEntries: 4, ...choice } }
      : module,
  ),
})

/** Bits of FEATURES. */
export const kernelBit = 1
export const virtualMemoryBit = 2
export const contextSwitchBit = 4

/** Sets FEATURES of the own tile, over the network, as a kernel does. Uses endpoint 127 and 8 bytes at `scratch`. */
export const setFeatures = async (tile: Tile, bits: number, scratch: number): Promise<void> => {
  const own = await connect(tile, 127, tile.id, scratch)
  await writeRemote(own, registers.FEATURES, BigInt(bits))
  while (((await tile.readRegister(registers.FEATURES)) & 7n) !== BigInt(bits)) await tile.wait(5)
}

/** The word that starts a privileged command. */
export const privilegedWord = (op: number, arg0: bigint | number = 0n): bigint =>
  encode(externalCommand, { arg: BigInt(arg0), error: 0, op })

/** Waits for the privileged command; its result and the name of its error. */
export const finishPrivileged = async (tile: Tile): Promise<{ readonly error: string; readonly result: bigint }> => {
  for (;;) {
    const value = await tile.readRegister(registers.PRIV_CMD)
    if (field(externalCommand, 'op', value) === privilegedOpcodes.idle)
      return {
        error: errorName(field(externalCommand, 'error', value)),
        result: field(externalCommand, 'arg', value),
      }
  }
}

/** Starts a privileged command and waits for its end. */
export const runPrivileged = async (tile: Tile, op: number, arg0: bigint | number = 0n, argument?: bigint) => {
  if (argument !== undefined) await tile.writeRegister(registers.PRIV_CMD_ARG, argument)
  await tile.writeRegister(registers.PRIV_CMD, privilegedWord(op, arg0))
  return finishPrivileged(tile)
}

/** A translation. */
export interface Mapping {
  readonly act?: number
  readonly virtual: bigint
  readonly physical: number
  readonly flags: number
}

/** Argument of INS_TLB. */
const mappingArgument = ({ act = 0xffff, physical, flags }: Mapping): bigint =>
  encode(insertArgument, { unused: 0, act, physicalPage: Math.floor(physical / 4096), zero: 0, flags })

/** INS_TLB; the name of its error. */
export const insertPage = async (tile: Tile, mapping: Mapping): Promise<string> =>
  (await runPrivileged(tile, privilegedOpcodes.insertPage, mappingArgument(mapping), mapping.virtual)).error

/** INV_PAGE; the name of its error. */
export const removePage = async (tile: Tile, virtual: bigint, act = 0xffff): Promise<string> =>
  (await runPrivileged(tile, privilegedOpcodes.invalidatePage, act, virtual)).error

/** Responds to the request that is shown: interrupt first, as the specification has it. */
export const respond = async (tile: Tile): Promise<void> => {
  await tile.writeRegister(coreConfigRegister(1), 0n)
  await tile.writeRegister(registers.CORE_REQ, BigInt(coreRequestTypes.response))
}
