/** The privileged interface: page 2, its units, and how they are joined with the registers. */
import { type Bit, bit, cat, instance, literal, reg, type UInt, type ValueOf, when, wire, uint } from '#edsl'
import { opcodes, pageOrder } from '#layout'
import type { BuiltTcu } from './choice.ts'
import { coreRequests } from './core-requests.ts'
import type { raisedInterrupts } from './core-config.ts'
import type { endpointRequest, privileges } from './interfaces.ts'
import { type ActiveFeatures, currentActivities, privilegedCommands } from './privileged-registers.ts'
import { privilegedEnd, privilegedUnit } from './privileged-unit.ts'
import { timer } from './timer.ts'
import { tlb, translation } from './tlb.ts'
import type { Turns } from './turns.ts'
import type { Window, WindowAccess } from './window.ts'

/** Turns that the privileged interface takes. */
export const privilegedTurns = ['privileged', 'timer', 'coreRequest'] as const

/** What of the register unit the privileged interface has to do with. */
interface Surroundings {
  readonly built: BuiltTcu
  readonly clockHz: number
  readonly features: ActiveFeatures
  readonly turns: Turns<(typeof privilegedTurns)[number]>
  /** The unprivileged command, and its end. */
  readonly command: { readonly running: Bit; readonly op: UInt<4>; readonly dataAddress: UInt<64> }
  readonly commandEnds: Bit
  /** The turn of the command or the receiver in this cycle. */
  readonly unit: ValueOf<typeof endpointRequest>
  readonly byUnit: Bit
  /** Interrupt 1 of CORE_CFG. */
  readonly interrupt1: Bit
  readonly resets: Bit
  readonly restart: Bit
}

/** What the privileged interface does to the others. */
interface PrivilegedPart {
  readonly privileges: ValueOf<typeof privileges>
  readonly raised: ValueOf<typeof raisedInterrupts>
  /** Whether there is room for a foreign message. */
  readonly room: Bit
  /** Whether a message of this activity is a foreign one. */
  readonly isForeign: (act: UInt<16>) => Bit
}

/** What a TCU without it has instead. */
export const noPrivileges = {
  ...{ translates: 0, byActivity: 0, activity: 0, anyUnread: 0, aborts: 0 },
  found: { hit: 0, read: 0, write: 0, physicalPage: 0 },
} as const

/** Adds the privileged interface to the module whose body is running. Source: TCU interface 2.0.1, section 5. */
export const privilegedPart = (window: Window, access: WindowAccess, around: Surroundings): PrivilegedPart => {
  const { built, features, turns, unit, resets, restart } = around
  const { vm, ctxsw } = features
  const commands = instance(privilegedUnit(built), 'privileged')
  const activity = currentActivities(window, built, features)
  const end = wire(privilegedEnd)
  end.drive(commands.end)
  const command = privilegedCommands(window, access, features, end, activity.lower, resets)
  commands.command.drive(command)
  commands.byActivity.drive(ctxsw)
  commands.restart.drive(restart)
  turns.wish('privileged', commands.wants, commands.hold)
  commands.granted.drive(turns.has('privileged'))

  // --- ABORT_CMD: until the command has ended
  const aborting = reg(bit, 0)
  when(commands.raises, () => aborting.next(1))
  when(around.commandEnds.or(resets), () => aborting.next(0))
  const { op } = around.command
  commands.abortable.drive(around.command.running.and(op.in(opcodes.send, opcodes.reply, opcodes.read, opcodes.write)))
  commands.aborting.drive(aborting)

  // --- translation
  const found = wire(translation, { hit: 0, read: 0, write: 0, physicalPage: 0 })
  if (built.virtualMemory) {
    const pages = instance(tlb(built.tlbEntries), 'tlb')
    pages.byActivity.drive(ctxsw)
    pages.lookup.drive({ act: activity.id, page: around.command.dataAddress.slice(pageOrder, 64 - pageOrder) })
    pages.change.drive(commands.change)
    pages.selects.drive(commands.selects)
    pages.applies.drive(commands.applies)
    pages.restart.drive(restart)
    commands.error.drive(pages.error)
    commands.entry.drive(pages.entry)
    found.drive(pages.found)
  } else {
    commands.error.drive(0)
    commands.entry.drive(0)
  }

  // --- timer
  const clock = instance(timer(around.clockHz), 'timer')
  clock.set.drive(commands.timer)
  clock.restart.drive(restart)
  turns.wish('timer', clock.due)
  clock.granted.drive(turns.has('timer'))

  // --- unread messages of activities
  const isForeign = (act: UInt<16>): Bit => (built.contextSwitching ? ctxsw.and(act.ne(activity.id)) : literal(1, 0))
  const added = around.byUnit.and(unit.unread.is('added'))
  activity.change({
    exchanges: commands.end.exchanges,
    next: command.arg.truncate(32),
    added: added.and(isForeign(unit.act).not()),
    taken: around.byUnit.and(unit.unread.is('taken')),
    resets,
  })

  // --- core requests
  const shown = reg(uint(64), 0, 'coreRequest')
  window.CORE_REQ.show(shown)
  when(window.CORE_REQ.writes.and(vm.or(ctxsw)), () => shown.next(window.CORE_REQ.merged(shown)))
  const reportsFailures = reg(bit, 0)
  window.PRIV_CTRL.show(reportsFailures.extend(64))
  when(window.PRIV_CTRL.writes.and(vm.or(ctxsw)).and(access.enables.bit(0)), () =>
    reportsFailures.next(access.data.bit(0)),
  )
  const requests = instance(coreRequests(built.pmp), 'requests')
  requests.push.drive({
    valid: added.and(isForeign(unit.act)),
    request: { failure: 0, upper: cat(unit.act, literal(16, 0)), middle: unit.ep.extend(16) },
  })
  requests.interrupt.drive(around.interrupt1)
  requests.shown.drive(shown.truncate(3))
  requests.restart.drive(restart)
  turns.wish('coreRequest', requests.wants)
  requests.granted.drive(turns.has('coreRequest'))
  when(requests.raises, () => shown.next(requests.request))
  when(requests.clears.or(resets), () => shown.next(0))
  when(resets, () => reportsFailures.next(0))

  return {
    privileges: {
      translates: vm,
      byActivity: ctxsw,
      activity: activity.id,
      anyUnread: activity.anyUnread,
      found,
      aborts: aborting,
    },
    raised: { interrupt1: requests.raises, interrupt2: turns.has('timer') },
    room: requests.room,
    isForeign,
  }
}
