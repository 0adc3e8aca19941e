/** EXT_CMD: INV_EP. */
import { type Bit, bit, literal, mux, pack, reg, type UInt, unpack, when } from '#edsl'
import { asReceive, asSend, endpointBits, isType, type Words } from '#hdl/endpoints'
import { errorCodes, externalCommand, externalOpcodes, invalidateArgument } from '#layout'
import { startsCommand, type Window, type WindowAccess } from './window.ts'

/** The external command in its turn. */
interface ExternalTurn {
  /** It has its turn in this cycle, with the endpoint that it asked for. */
  readonly granted: Bit
  readonly words: Words
  /** TCU_RESET: the command is lost. */
  readonly resets: Bit
}

/** What the external command wants. */
interface ExternalCommand {
  readonly pending: Bit
  readonly ep: UInt<typeof endpointBits>
  /** In its turn: the endpoint becomes invalid. */
  readonly invalidates: Bit
  /** What EXT_CMD becomes in its turn. */
  readonly result: UInt<64>
}

/**
 * Keeps EXT_CMD inside the module whose body is running. A command takes one turn: the endpoint is read and changed in the
 * same cycle (DEV-16). Ids at or above `endpoints` name none (DEV-1).
 *
 * Source: TCU interface 2.0.1, section 6.3.
 */
export const externalCommands = (
  window: Window,
  access: WindowAccess,
  endpoints: number,
  turn: ExternalTurn,
): ExternalCommand => {
  const register = window.EXT_CMD.keep()
  const pending = reg(bit, 0)
  const { words, granted } = turn
  const { ep, force } = unpack(invalidateArgument, register.arg)
  const target = asSend(words)

  const known = register.op.eq(externalOpcodes.invalidateEndpoint)
  const exists = ep.lt(endpoints)
  const refused = exists.and(force.not()).and(isType(words, 'send')).and(target.credits.ne(target.maxCredits))
  const unread = exists.and(force.not()).and(isType(words, 'receive'))
  const result = {
    arg: mux(known.and(unread), asReceive(words).unread.extend(55), literal(55, 0)),
    error: mux(
      known.not(),
      literal(5, errorCodes.UNKNOWN_CMD),
      mux(refused, literal(5, errorCodes.NO_CREDITS), literal(5, errorCodes.NONE)),
    ),
    op: literal(4, externalOpcodes.idle),
  }
  when(window.EXT_CMD.writes.and(startsCommand(access)), () => pending.next(1))
  when(granted, () => {
    pending.next(0)
    register.next(result)
  })
  when(turn.resets, () => {
    pending.next(0)
    register.next({ arg: 0, error: 0, op: externalOpcodes.idle })
  })
  return {
    pending,
    ep: ep.truncate(endpointBits),
    invalidates: known.and(exists).and(refused.not()),
    result: pack(externalCommand, result),
  }
}
