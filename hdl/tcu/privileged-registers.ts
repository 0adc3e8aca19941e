/** Page 2 of the window: the registers of the multiplexer. */
import { type Bit, bit, cat, literal, pack, reg, struct, uint, type UInt, type ValueOf, unpack, when } from '#edsl'
import { currentActivity, externalCommand, noActivity } from '#layout'
import type { BuiltTcu } from './choice.ts'
import type { privilegedCommand, privilegedEnd } from './privileged-unit.ts'
import { startsCommand, type Window, type WindowAccess } from './window.ts'

/** What FEATURES says of the parts that the TCU is built with. */
export interface ActiveFeatures {
  readonly vm: Bit
  readonly ctxsw: Bit
}

const latchedCommand = struct({ command: externalCommand, address: uint(64) })

/**
 * Keeps PRIV_CMD and PRIV_CMD_ARG inside the module whose body is running; what a command is started with is latched until its
 * end. XCHG_ACT leaves `oldActivity` in the argument.
 *
 * Source: TCU interface 2.0.1, sections 2.5 and 5.1.
 */
export const privilegedCommands = (
  window: Window,
  access: WindowAccess,
  { vm, ctxsw }: ActiveFeatures,
  end: ValueOf<typeof privilegedEnd>,
  oldActivity: UInt<32>,
  resets: Bit,
): ValueOf<typeof privilegedCommand> => {
  const { PRIV_CMD, PRIV_CMD_ARG } = window
  const open = vm.or(ctxsw)
  const register = reg(externalCommand, { arg: 0, error: 0, op: 0 }, 'privilegedCommand')
  const argument = reg(uint(64), 0, 'privilegedArgument')
  const pending = reg(bit, 0, 'privilegedPending')
  const latched = reg(latchedCommand, undefined, 'privilegedLatched')
  PRIV_CMD.show(register)
  PRIV_CMD_ARG.show(argument)
  when(PRIV_CMD_ARG.writes.and(open), () => argument.next(PRIV_CMD_ARG.merged(argument)))
  when(PRIV_CMD.writes.and(open), () => {
    register.next(PRIV_CMD.merged(register))
    when(startsCommand(access).and(pending.not()), () => {
      pending.next(1)
      latched.next({ command: PRIV_CMD.merged(register), address: argument })
    })
  })
  when(end.valid, () => {
    pending.next(0)
    register.next(unpack(externalCommand, end.word))
    when(end.exchanges, () => argument.next(cat(argument.slice(32, 32), oldActivity)))
  })
  when(resets, () => {
    pending.next(0)
    register.next({ arg: 0, error: 0, op: 0 })
    argument.next(0)
  })
  return { pending, op: latched.command.op, arg: latched.command.arg, address: latched.address }
}

/** What happens to CUR_ACT besides writes; at most one of it in a cycle. */
export interface ActivityEvents {
  /** XCHG_ACT puts `next` into CUR_ACT[31:0]. */
  readonly exchanges: Bit
  readonly next: UInt<32>
  /** A message of the current activity came, or is no longer unread. */
  readonly added: Bit
  readonly taken: Bit
  readonly resets: Bit
}

/**
 * Keeps CUR_ACT inside the module whose body is running; without context switching it shows that there is none.
 *
 * Source: TCU interface 2.0.1, section 5.4, DEV-10.
 */
export const currentActivities = (
  { CUR_ACT }: Window,
  { contextSwitching }: BuiltTcu,
  { ctxsw }: ActiveFeatures,
): {
  readonly id: UInt<16>
  readonly anyUnread: Bit
  readonly lower: UInt<32>
  change(events: ActivityEvents): void
} => {
  if (!contextSwitching) {
    CUR_ACT.show({ upper: 0, messages: 0, id: noActivity })
    const none = literal(16, noActivity)
    return { id: none, anyUnread: literal(1, 0), lower: none.extend(32), change: () => undefined }
  }
  const activity = reg(currentActivity, { upper: 0, messages: 0, id: noActivity })
  const { id, messages } = activity
  CUR_ACT.show(activity)
  when(CUR_ACT.writes.and(ctxsw), () => activity.next(CUR_ACT.merged(activity)))
  return {
    id,
    anyUnread: messages.any(),
    lower: pack(currentActivity, activity).truncate(32),
    change({ exchanges, next, added, taken, resets }) {
      when(exchanges, () => {
        messages.next(next.slice(16, 16))
        id.next(next.truncate(16))
      })
      when(ctxsw.and(added), () => messages.next(messages.addWrap(1)))
      when(ctxsw.and(taken).and(messages.any()), () => messages.next(messages.subWrap(1)))
      when(resets, () => activity.next({ upper: 0, messages: 0, id: noActivity }))
    },
  }
}
