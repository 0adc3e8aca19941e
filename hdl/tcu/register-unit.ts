/** The register window, the endpoints, and whose turn it is at them. */
import {
  array,
  type Bit,
  bit,
  cat,
  input,
  instance,
  literal,
  module,
  mux,
  output,
  pack,
  probe,
  reg,
  stream,
  struct,
  uint,
  unpack,
  when,
  wire,
  memory,
} from '#edsl'
import { asReceive, asSend, endpointBits, endpointFile, invalidated, isType } from '#hdl/endpoints'
import { registerBank, roundRobin } from '#hdl/lib'
import {
  command,
  commit,
  endpointCount,
  errorCodes,
  externalCommand,
  externalOpcodes,
  featuresReset,
  invalidateArgument,
  opcodes,
  printBufferWords,
  tcuRegisters,
} from '#layout'
import {
  commandArguments,
  commandEnd,
  dropEvent,
  endpointRequest,
  endpointWords,
  registerAccess,
  registerAnswer,
  type TcuParameters,
} from './interfaces.ts'

/** Who may have the turn, in the order of their bits. */
const turns = { core: 0, external: 1, command: 2, receiver: 3, externalCommand: 4, print: 5 } as const
const turnCount = Object.keys(turns).length

/** Fraction bits of the time accumulator. Section 2.4, CUR_TIME. */
const timeFractionBits = 10

/**
 * Holds the registers and endpoints and serves one request per cycle: of the core, the network, the command unit, the
 * receiver, the external command and PRINT. They take turns, so each is served after at most five others (DEV-21); a turn
 * may be held for the few cycles in which a unit works on two endpoints.
 *
 * Ports: `core` and `external` accesses of the window; `command`, `receiver` turns at the endpoints, `words` what they
 * read; `arguments` and `commandEnd` of the unprivileged command; PRINT's word reads; `time` CUR_TIME.
 * Timing: granted accesses take effect at the end of the cycle; the core's answer comes one cycle later.
 * Source: TCU interface 2.0.1, sections 2, 4.10, 6.1 and 6.3.
 */
export const registerUnit = (parameters: Pick<TcuParameters, 'clockHz'>) =>
  module(
    'register_unit',
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
    },
    (ports) => {
      const { core, external } = ports

      // --- time
      const perCycle = BigInt(Math.floor((1000 * 2 ** timeFractionBits * 1e6) / parameters.clockHz))
      const elapsed = reg(uint(64 + timeFractionBits), 0)
      elapsed.next(elapsed.addWrap(perCycle))
      const time = elapsed.slice(timeFractionBits, 64)
      ports.time.drive(time)

      // --- registers
      const features = reg(uint(3), Number(featuresReset & 7n))
      const externalPending = reg(bit, 0)
      const running = reg(bit, 0)
      const latched = reg(struct({ command, dataAddress: uint(64), dataSize: uint(64), arg1: uint(64) }))
      const printBuffer = memory(uint(64), printBufferWords, { read: 'now', initial: 0 })
      const coreConfig = reg(uint(3), 0)
      const flitsReceived = reg(uint(32), 0)
      const flitsTransmitted = reg(uint(32), 0)
      const flitsDropped = reg(uint(32), 0)
      const packetsDropped = reg(uint(32), 0)

      // --- turns
      const answered = reg(bit, 0)
      const turn = instance(roundRobin(turnCount))
      const held = reg(uint(turnCount), 0)
      const wanted = cat(
        ports.printRequest.valid,
        externalPending,
        ports.receiver.valid,
        ports.command.valid,
        external.valid,
        core.valid.and(answered.not()),
      )
      turn.request.drive(wanted)
      const granted = mux(held.any(), held.and(wanted), turn.grant)
      turn.accepted.drive(held.any().not())
      const has = (who: keyof typeof turns): Bit => granted.bit(turns[who])
      const holds = has('command').and(ports.command.hold).or(has('receiver').and(ports.receiver.hold))
      held.next(mux(holds, granted, literal(turnCount, 0)))

      core.ready.drive(has('core'))
      external.ready.drive(has('external'))
      ports.commandGranted.drive(has('command'))
      ports.receiverGranted.drive(has('receiver'))
      ports.printGranted.drive(has('print'))

      // --- accesses of the window, by core or network
      const access = mux(has('external'), external.payload, core.payload)
      const byCore = has('core')
      const byExternal = has('external')
      const accessed = byCore.or(byExternal)
      const { register, data: read } = registerBank(tcuRegisters, {
        by: { core: byCore, external: byExternal },
        write: access.write,
        address: access.address,
        data: access.data,
        enables: access.enables,
      })
      const externalRegister = register.EXT_CMD.keep()
      const commandRegister = register.COMMAND.keep()
      const dataAddress = register.DATA_ADDR.keep()
      const dataSize = register.DATA_SIZE.keep()
      const arg1 = register.ARG1.keep()
      const printLength = register.PRINT.keep()

      // The word number of an endpoint register, divided by three: exact for the 384 words that there are.
      const epWord = register.EP.index
      const accessEp = epWord.mul(literal(9, 171)).slice(9, endpointBits)
      const accessWord = epWord.subWrap(accessEp.extend(9)).subWrap(accessEp.extend(9).shiftLeft(1)).truncate(2)

      // --- endpoints
      const invalidation = unpack(invalidateArgument, externalRegister.arg)
      const file = instance(endpointFile)
      const words = file.words
      const accessedWord = mux(accessWord.eq(0), words[0]!, mux(accessWord.eq(1), words[1]!, words[2]!))
      const mergedWord = register.EP.merged(accessedWord)
      const accessWrites = register.EP.writes.or(
        register.EP.selected.and(access.write).and(byCore).and(features.bit(0)),
      )
      const accessMask = literal(3, 1).shiftLeft(accessWord)
      ports.words.drive(words)

      // --- external command: INV_EP takes one turn (section 6.3)
      const target = asSend(words)
      const known = externalRegister.op.eq(externalOpcodes.invalidateEndpoint)
      const exists = invalidation.ep.lt(endpointCount)
      const refused = exists
        .and(invalidation.force.not())
        .and(isType(words, 'send'))
        .and(target.credits.ne(target.maxCredits))
      const unread = exists.and(invalidation.force.not()).and(isType(words, 'receive'))
      const invalidates = has('externalCommand').and(known).and(exists).and(refused.not())
      const externalResult = {
        arg: mux(known.and(unread), asReceive(words).unread.extend(55), literal(55, 0)),
        error: mux(
          known.not(),
          literal(5, errorCodes.UNKNOWN_CMD),
          mux(refused, literal(5, errorCodes.NO_CREDITS), literal(5, errorCodes.NONE)),
        ),
        op: literal(4, 0),
      }

      const unit = mux(has('receiver'), ports.receiver, ports.command)
      const byUnit = has('receiver').or(has('command'))
      file.ep.drive(mux(byUnit, unit.ep, mux(has('externalCommand'), invalidation.ep.truncate(endpointBits), accessEp)))
      file.write.drive(
        mux(byUnit, unit.write, mux(invalidates, literal(3, 1), mux(accessWrites, accessMask, literal(3, 0)))),
      )
      file.data.drive(
        words.map((word, index) =>
          mux(
            byUnit,
            unit.data[index]!,
            mux(has('externalCommand'), index === 0 ? invalidated(word) : word, mergedWord),
          ),
        ),
      )

      // --- reads
      const bufferWord = printBuffer.read(mux(has('print'), ports.printRequest.index, register.PRINT_BUF.index))
      register.EP.show(accessedWord)
      register.PRINT_BUF.show(bufferWord)
      register.FEATURES.show(unpack(tcuRegisters.registers.FEATURES.shape, features.extend(64).or(featuresReset & ~7n)))
      register.TILE_DESC.show(unpack(tcuRegisters.registers.TILE_DESC.shape, ports.descriptor))
      register.CUR_TIME.show(time)
      register.TCU_STATUS.show(running.extend(17).shiftLeft(16).extend(64))
      register.FLITS_CTRL.show({ transmitted: flitsTransmitted, received: flitsReceived })
      register.FLITS_DROP.show({ erroneousPackets: packetsDropped, droppedFlits: flitsDropped })
      const configIndex = register.CORE_CFG.index
      register.CORE_CFG.show(mux(configIndex.lt(3), coreConfig.extend(32).bit(configIndex), literal(1, 0)).extend(64))
      ports.externalData.drive(read)
      ports.printWord.drive(bufferWord)
      answered.next(byCore)
      const answer = reg(uint(64), 0)
      answer.next(mux(byCore.and(access.write.not()), read, literal(64, 0)))
      ports.coreAnswer.drive({ valid: answered, data: answer })

      // --- writes
      when(register.PRINT_BUF.writes, () => printBuffer.write(register.PRINT_BUF.index, access.data, access.enables))
      when(register.FEATURES.writes.and(access.enables.bit(0)), () => features.next(access.data.truncate(3)))
      const configured = [0, 1, 2].map((index) =>
        mux(
          register.CORE_CFG.writes.and(configIndex.eq(index)).and(access.enables.bit(0)),
          access.data.bit(0),
          coreConfig.bit(index),
        ),
      )
      coreConfig.next(cat(...configured.reverse()))
      ports.coreEnable.drive(coreConfig.bit(0))
      ports.interrupts.drive([coreConfig.bit(1), coreConfig.bit(2)])

      // --- start and end of commands (section 2.5)
      const starts = access.data.truncate(4).any().and(access.enables.in(0xff, 0x0f))
      when(register.COMMAND.writes.and(starts).and(running.not()), () => {
        running.next(1)
        latched.next({ command: register.COMMAND.merged(commandRegister), dataAddress, dataSize, arg1 })
      })
      when(register.EXT_CMD.writes.and(starts), () => externalPending.next(1))
      when(ports.commandEnd.valid, () => {
        running.next(0)
        commandRegister.next({ reserved: 0, arg0: 0, error: ports.commandEnd.error, ep: 0, op: opcodes.idle })
        when(ports.commandEnd.setsArg1, () => arg1.next(ports.commandEnd.arg1))
      })
      when(has('externalCommand'), () => {
        externalPending.next(0)
        externalRegister.next(externalResult)
      })
      when(has('print').and(ports.printRequest.ends), () => printLength.next(0))
      ports.print.drive(printLength)

      ports.arguments.drive({
        running,
        op: latched.command.op,
        ep: latched.command.ep,
        arg0: latched.command.arg0,
        dataAddress: latched.dataAddress,
        dataSize: latched.dataSize,
        arg1: latched.arg1,
      })

      // --- counters
      flitsReceived.next(flitsReceived.addWrap(ports.flitsIn.extend(32)))
      flitsTransmitted.next(flitsTransmitted.addWrap(ports.flitsOut.extend(32)))
      const [first, second] = [ports.drops[0]!, ports.drops[1]!]
      flitsDropped.next(flitsDropped.addWrap(first.flits.extend(32)).addWrap(second.flits.extend(32)))
      packetsDropped.next(packetsDropped.addWrap(first.packet.extend(32)).addWrap(second.packet.extend(32)))

      // --- what lockstep sees
      const kind = wire(commit.fields.kind, 'coreRead')
      when(byCore.and(access.write), () => kind.drive('coreWrite'))
      when(byExternal, () => {
        when(access.write, () => kind.drive('externalWrite')).otherwise(() => kind.drive('externalRead'))
      })
      when(has('externalCommand'), () => kind.drive('externalDone'))
      const ended = has('externalCommand')
      probe('commit', accessed.or(ended), commit, {
        kind,
        error: 0,
        ep: 0,
        address: mux(ended, literal(28, 0), access.address),
        enables: mux(accessed.and(access.write), access.enables, literal(8, 0)),
        data: mux(ended, pack(externalCommand, externalResult), mux(access.write, access.data, read)),
      })
    },
  )
