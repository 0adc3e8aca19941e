/** The privileged commands: TLB, activities, timer, abort. */
import {
  allow,
  type Bit,
  bit,
  constant,
  input,
  literal,
  module,
  mux,
  output,
  pack,
  probe,
  states,
  struct,
  uint,
  unpack,
  when,
  wire,
} from '#edsl'
import { commit, errorCodes, externalCommand, insertArgument, privilegedOpcodes } from '#layout'
import { type BuiltTcu } from './choice.ts'
import { timerSetting } from './timer.ts'
import { tlbChange } from './tlb.ts'

/** The running privileged command with the argument that was latched at its start. Section 2.5, item 3. */
export const privilegedCommand = struct({ pending: bit, op: uint(4), arg: uint(55), address: uint(64) })

/** How a privileged command ends: what PRIV_CMD becomes; XCHG_ACT exchanges the activity. */
export const privilegedEnd = struct({ valid: bit, word: uint(64), exchanges: bit })

/**
 * Runs one privileged command at a time. Each takes effect in one turn at the registers; ABORT_CMD takes one to ask a command
 * to stop, and another one after that has ended.
 *
 * Ports: `command`; `byActivity` ctxsw; `abortable` a READ, WRITE, SEND or REPLY runs; `aborting` one is asked to stop and has
 * not ended; `wants` a turn, `hold` two, `granted` has it; `raises` asks; `end`; `timer` SET_TIMER; `change`, `selects`,
 * `applies`, `error`, `entry` of the TLB; `restart` ends the command without a trace.
 * Timing: one cycle in its turn, two for commands of the TLB.
 * Source: TCU interface 2.0.1, sections 4.11 and 5.2.
 */
export const privilegedUnit = ({ virtualMemory, contextSwitching }: BuiltTcu) =>
  module(
    `privileged_unit${virtualMemory ? '_vm' : ''}${contextSwitching ? '_ctxsw' : ''}`,
    {
      command: input(privilegedCommand),
      byActivity: input(bit),
      abortable: input(bit),
      aborting: input(bit),
      wants: output(bit),
      hold: output(bit),
      granted: input(bit),
      raises: output(bit),
      end: output(privilegedEnd),
      timer: output(timerSetting),
      change: output(tlbChange),
      selects: output(bit),
      applies: output(bit),
      error: input(uint(5)),
      entry: input(uint(16)),
      restart: input(bit),
    },
    (ports) => {
      const { command, granted } = ports
      if (!contextSwitching) allow('HDL-0305', 'only XCHG_ACT asks for it', ports.byActivity)
      const state = states('idle', 'apply', 'wait')
      if (!virtualMemory) allow('HDL-0306', 'only commands of the TLB take two cycles', state)
      const isOp = (...names: readonly (keyof typeof privilegedOpcodes)[]): Bit =>
        command.op.in(...names.map((name) => privilegedOpcodes[name]))
      const none = literal(1, 0)
      const ofTlb = virtualMemory ? isOp('invalidatePage', 'invalidateTlb', 'insertPage') : none
      const exchanges = contextSwitching ? isOp('exchangeActivity').and(ports.byActivity) : none
      const known = exchanges.or(isOp('setTimer', 'abortCommand'))

      // --- the TLB
      const inserted = unpack(insertArgument, command.arg)
      const change = wire(tlbChange.fields.kind, 'insert')
      when(isOp('invalidatePage'), () => change.drive('invalidatePage'))
      when(isOp('invalidateTlb'), () => change.drive('invalidateAll'))
      ports.change.drive({
        kind: change,
        key: {
          act: mux(isOp('invalidatePage'), command.arg.truncate(16), inserted.act),
          page: command.address.slice(12, 52),
        },
        physicalPage: inserted.physicalPage,
        flags: inserted.flags,
      })
      ports.selects.drive(state.is('idle').and(granted))
      ports.applies.drive(state.is('apply').and(granted))

      // --- turns
      const raises = state.is('idle').and(isOp('abortCommand')).and(ports.abortable)
      const ends = state.isIn('apply', 'wait').or(ofTlb.or(raises).not())
      ports.wants.drive(command.pending.and(state.is('wait').not().or(ports.aborting.not())))
      ports.hold.drive(state.is('idle').and(ofTlb))
      ports.raises.drive(granted.and(raises))
      const error = mux(
        state.is('apply'),
        ports.error,
        mux(known, literal(5, errorCodes.NONE), literal(5, errorCodes.UNKNOWN_CMD)),
      )
      const result = { arg: state.is('wait').extend(55), error, op: privilegedOpcodes.idle }
      const word = pack(externalCommand, result)
      ports.end.drive({ valid: granted.and(ends), word, exchanges: granted.and(exchanges) })
      ports.timer.drive({ valid: granted.and(isOp('setTimer')), ns: command.arg.truncate(32) })

      state.match({
        idle: () =>
          when(granted, () => {
            when(ofTlb, () => state.go('apply'))
            when(raises, () => state.go('wait'))
          }),
        apply: () => when(granted, () => state.go('idle')),
        wait: () => when(granted, () => state.go('idle')),
      })
      when(ports.restart, () => state.go('idle'))

      const inserts = state.is('apply').and(isOp('insertPage'))
      probe('commit', granted.and(ends.or(raises)), commit, {
        kind: mux(raises, constant(commit.fields.kind, 'abortRaised'), constant(commit.fields.kind, 'privilegedDone')),
        error: 0,
        ep: mux(inserts, ports.entry, literal(16, 0)),
        address: 0,
        enables: 0,
        data: mux(raises, literal(64, 0), word),
      })
    },
  )
