/** The register window, the endpoints, and whose turn it is at them. */
import {
  array,
  assert,
  bit,
  input,
  instance,
  literal,
  module,
  mux,
  output,
  probe,
  reg,
  stream,
  struct,
  uint,
  unpack,
  when,
  wire,
} from '#edsl'
import { endpointFile, invalidated } from '#hdl/endpoints'
import { registerBank } from '#hdl/lib'
import { commit, featuresReset, type TcuChoice, tcuRegisters } from '#layout'
import { builtWith, choiceName } from './choice.ts'
import { commandRegisters } from './command-registers.ts'
import { coreConfig, raisedInterrupts } from './core-config.ts'
import { currentTime } from './current-time.ts'
import { endpointWindow } from './endpoint-window.ts'
import { externalCommands } from './external-command.ts'
import { flitCounters } from './flit-counters.ts'
import {
  clockName,
  commandArguments,
  commandEnd,
  dropEvent,
  endpointRequest,
  endpointWords,
  registerAccess,
  registerAnswer,
  type TcuParameters,
} from './interfaces.ts'
import { noPrivileges, privilegedPart, privilegedTurns } from './privileged-part.ts'
import { printRegisters } from './print-registers.ts'
import { resetCommand } from './reset-command.ts'
import { takeTurns } from './turns.ts'

/** Who takes turns in every TCU. */
const plainTurns = ['core', 'external', 'command', 'receiver', 'externalCommand', 'print'] as const

/**
 * Holds the registers and endpoints and serves one request per cycle: of the core, the network, the command unit, the
 * receiver, the external command and PRINT. They take turns, so each is served after at most five others (DEV-21); a turn
 * may be held for the few cycles in which a unit works on two endpoints.
 *
 * Ports: `core` and `external` accesses of the window; `command`, `receiver` turns at the endpoints, `words` what they
 * read; `closed`, `restart` of TCU_RESET; `arguments` and `commandEnd` of the unprivileged command; PRINT's word reads; `time` CUR_TIME.
 * Timing: granted accesses take effect at the end of the cycle; the core's answer comes one cycle later.
 * Source: TCU interface 2.0.1, sections 2, 4.10, 6.1 and 6.3.
 */
export const registerUnit = (parameters: Pick<TcuParameters, 'clockHz'> & TcuChoice) => {
  const built = builtWith(parameters)
  return module(
    `register_unit${choiceName(parameters)}${clockName(parameters)}`,
    {
      descriptor: input(uint(64)),
      core: input(stream(registerAccess)),
      coreAnswer: output(registerAnswer),
      external: input(stream(registerAccess)),
      externalData: output(uint(64)),
      command: input(endpointRequest),
      commandGranted: output(bit),
      receiver: input(endpointRequest),
      receiverGranted: output(bit),
      words: output(endpointWords),
      arguments: output(commandArguments),
      commandEnd: input(commandEnd),
      print: output(uint(64)),
      printRequest: input(struct({ valid: bit, index: uint(5), ends: bit })),
      printGranted: output(bit),
      printWord: output(uint(64)),
      time: output(uint(64)),
      coreEnable: output(bit),
      interrupts: output(array(bit, 2)),
      flitsIn: input(uint(2)),
      flitsOut: input(uint(2)),
      drops: input(array(dropEvent, 2)),
      closed: output(bit),
      restart: output(bit),
    },
    (ports) => {
      const { core, external } = ports

      // --- turns
      const turns = takeTurns([...plainTurns, ...(built.privileged ? privilegedTurns : [])])
      const { wish, has } = turns
      const answered = reg(bit, 0)
      wish('core', core.valid.and(answered.not()))
      wish('command', ports.command.valid, ports.command.hold)
      wish('print', ports.printRequest.valid)
      core.ready.drive(has('core'))
      external.ready.drive(has('external'))
      ports.commandGranted.drive(has('command'))
      ports.receiverGranted.drive(has('receiver'))
      ports.printGranted.drive(has('print'))

      // --- accesses of the window, by core or network
      const access = mux(has('external'), external.payload, core.payload)
      const byCore = has('core')
      const byExternal = has('external')
      const { register, data: read } = registerBank(tcuRegisters, {
        by: { core: byCore, external: byExternal },
        write: access.write,
        address: access.address,
        data: access.data,
        enables: access.enables,
      })
      ports.externalData.drive(read)
      answered.next(byCore)
      const answer = reg(uint(64), 0)
      answer.next(mux(byCore.and(access.write.not()), read, literal(64, 0)))
      ports.coreAnswer.drive({ valid: answered, data: answer })

      // --- TCU_RESET
      const { holds, closed, resets, restart } = resetCommand(register, external)
      wish('external', external.valid.and(holds.not()))
      turns.close(restart)
      ports.closed.drive(closed)
      ports.restart.drive(restart)

      // --- registers
      const time = currentTime(register, parameters.clockHz)
      ports.time.drive(time)
      flitCounters(register, ports, resets)
      const features = reg(uint(3), Number(featuresReset & 7n))
      when(register.FEATURES.writes.and(access.enables.bit(0)), () => features.next(access.data.truncate(3)))
      register.FEATURES.show(unpack(tcuRegisters.registers.FEATURES.shape, features.extend(64).or(featuresReset & ~7n)))
      register.TILE_DESC.show(unpack(tcuRegisters.registers.TILE_DESC.shape, ports.descriptor))
      const command = commandRegisters(register, access, ports.commandEnd, resets)
      const raised = built.privileged ? wire(raisedInterrupts) : undefined
      const configured = coreConfig(register, access, raised)
      ports.coreEnable.drive(configured.coreEnable)
      ports.interrupts.drive([configured.interrupt1, configured.interrupt2])

      const print = printRegisters(register, access, {
        granted: has('print'),
        index: ports.printRequest.index,
        ends: ports.printRequest.ends,
        resets,
      })
      ports.print.drive(print.length)
      ports.printWord.drive(print.word)

      // --- endpoints
      const file = instance(endpointFile(built.endpoints))
      const words = file.words
      ports.words.drive(words)
      const externalCommand = externalCommands(register, access, built.endpoints, {
        granted: has('externalCommand'),
        words,
        resets,
      })
      wish('externalCommand', externalCommand.pending)

      const accessed = endpointWindow(register, words, built.endpoints, access.write.and(byCore).and(features.bit(0)))
      const unit = mux(has('receiver'), ports.receiver, ports.command)
      const byUnit = has('receiver').or(has('command'))
      const invalidates = has('externalCommand').and(externalCommand.invalidates)
      file.ep.drive(mux(byUnit, unit.ep, mux(has('externalCommand'), externalCommand.ep, accessed.ep)))
      file.write.drive(mux(byUnit, unit.write, mux(invalidates, literal(3, 1), accessed.write)))
      file.data.drive(
        words.map((word, index) =>
          mux(
            byUnit,
            unit.data[index]!,
            mux(has('externalCommand'), index === 0 ? invalidated(word) : word, accessed.data),
          ),
        ),
      )

      // --- the privileged interface
      const privileged = built.privileged
        ? privilegedPart(register, access, {
            ...{ built, clockHz: parameters.clockHz, turns, command, unit, byUnit, resets, restart },
            features: {
              vm: built.virtualMemory ? features.bit(1) : literal(1, 0),
              ctxsw: built.contextSwitching ? features.bit(2) : literal(1, 0),
            },
            commandEnds: ports.commandEnd.valid,
            interrupt1: configured.interrupt1,
          })
        : undefined
      if (privileged !== undefined) raised?.drive(privileged.raised)
      ports.arguments.drive({ ...command, privileges: privileged?.privileges ?? noPrivileges })
      // A foreign message waits for its place in the queue.
      const { valid, hold, adds, act } = ports.receiver
      const fits = privileged && adds.not().or(privileged.isForeign(act).not()).or(privileged.room)
      wish('receiver', fits === undefined ? valid : valid.and(fits), hold)

      // --- who may change what (sections 1.3 and 2.3)
      const byNetwork = register.FEATURES.writes.or(register.EXT_CMD.writes).or(register.TCU_RESET.writes)
      assert(byNetwork.not().or(byExternal), 'FEATURES, EXT_CMD and TCU_RESET are written by the network alone')
      const mayWriteEndpoints = byExternal
        .or(byCore.and(features.bit(0)))
        .or(byUnit)
        .or(has('externalCommand'))
      assert(
        file.write.any().not().or(mayWriteEndpoints),
        'endpoints change by the network, the core of a kernel tile, the TCU, or INV_EP alone',
      )
      assert(restart.not().or(ports.commandEnd.valid.not()), 'no command ends while the TCU begins anew')

      // --- what lockstep sees
      const accesses = byCore.or(byExternal)
      const ended = has('externalCommand')
      const kind = wire(commit.fields.kind, 'coreRead')
      when(byCore.and(access.write), () => kind.drive('coreWrite'))
      when(byExternal, () => {
        when(access.write, () => kind.drive('externalWrite')).otherwise(() => kind.drive('externalRead'))
      })
      when(ended, () => kind.drive('externalDone'))
      probe('commit', accesses.or(ended), commit, {
        kind,
        error: 0,
        ep: 0,
        address: mux(ended, literal(28, 0), access.address),
        enables: mux(accesses.and(access.write), access.enables, literal(8, 0)),
        data: mux(ended, externalCommand.result, mux(access.write, access.data, read)),
      })
    },
  )
}
