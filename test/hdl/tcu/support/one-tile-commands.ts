/** Commands of the core of a tile under test. */
import { command, encode, registers } from '#layout'
import type { OneTile } from './one-tile.ts'

export interface CommandFields {
  readonly op: number
  readonly ep: number
  readonly arg0?: number
  readonly address?: number
  readonly bytes?: number
  readonly arg1?: bigint
}

/** Writes the arguments and COMMAND; does not wait for the end. */
export const startCommand = (tile: OneTile, fields: CommandFields): void => {
  tile.write(registers.DATA_ADDR, BigInt(fields.address ?? 0))
  tile.write(registers.DATA_SIZE, BigInt(fields.bytes ?? 0))
  tile.write(registers.ARG1, fields.arg1 ?? 0n)
  tile.write(
    registers.COMMAND,
    encode(command, { reserved: 0, arg0: fields.arg0 ?? 0, error: 0, ep: fields.ep, op: fields.op }),
  )
}
