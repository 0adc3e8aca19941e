/** Drives the TCU of the tile through its register port, as software on a core would. */
import {
  array,
  type Bit,
  bit,
  cat,
  input,
  literal,
  module,
  mux,
  output,
  pack,
  reg,
  states,
  stream,
  uint,
  type UInt,
  unpack,
  when,
  wire,
} from '#edsl'
import { memoryRequest } from '#hdl/lib'
import { registerAccess, registerAnswer } from '#hdl/tcu'
import {
  acceleratorEps,
  acceleratorMemory,
  acceleratorSlots,
  command,
  errorCodes,
  memoryOffset,
  messageHeader01,
  messageHeader23,
  opcodes,
  registers,
} from '#layout'
import { commanderJob, commanderResult, lineBytes } from './interfaces.ts'

/** System call act_ctrl with operation stop on selector 2, the own activity. Kernel section 2.2. */
const exitWords = { call: 10, selector: 2, operation: 2 } as const
const sentBytes = 24
const exitBytes = 32
const noMessage = (1n << 64n) - 1n

/** Where things lie in the local memory of an accelerator, as addresses. */
export interface AcceleratorPlaces {
  /** Where messages are put together. */
  readonly message: number
  /** The receive buffer. */
  readonly receive: number
}

/**
 * Carries out one job after the other: register accesses, commands of the TCU with their messages in local memory.
 *
 * Ports: `job` in; `result` for a cycle when it is done; `core`, `coreAnswer` the TCU's register port; `memory`, `granted`, `line`
 * its turns at local memory.
 * Timing: a register access takes at least 2 cycles, a command at least 4 accesses; the TCU's time-outs bound all of them.
 * Source: TCU interface 2.0.1, sections 2.6 and 4; services section 6.7.1.
 */
export const commander = ({ message, receive }: AcceleratorPlaces) =>
  module(
    'commander',
    {
      job: input(stream(commanderJob)),
      result: output(commanderResult),
      core: output(stream(registerAccess)),
      coreAnswer: input(registerAnswer),
      memory: output(memoryRequest),
      granted: input(bit),
      line: input(uint(128)),
    },
    ({ job, result, core, coreAnswer, memory, granted, line }) => {
      const state = states(
        'idle',
        'peek',
        'low',
        'high',
        'address',
        'size',
        'argument',
        'start',
        'poll',
        'slot',
        'load',
        'take',
        'end',
      )
      const held = reg(commanderJob)
      const asked = reg(bit, 0)
      const error = reg(uint(5), 0)
      const value = reg(uint(64), 0)
      const found = reg(bit, 0)
      const slot = reg(uint(32), 0)
      const header = reg(array(uint(128), 4))
      const turn = reg(uint(2), 0)
      const { kind } = held

      // --- the register port
      const access = wire(registerAccess, { write: 0, address: 0, enables: 0xff, data: 0 })
      const accessing = wire(bit, 0)
      core.payload.drive(access)
      core.valid.drive(accessing.and(asked.not()))
      when(core.fire, () => asked.next(1))
      const answered = (then: () => void) =>
        when(coreAnswer.valid, () => {
          asked.next(0)
          then()
        })
      const write = (address: number, data: UInt<64>, then: () => void) => {
        accessing.drive(1)
        access.write.drive(1)
        access.address.drive(address)
        access.data.drive(data)
        answered(then)
      }
      const read = (address: UInt<28>, then: () => void) => {
        accessing.drive(1)
        access.address.drive(address)
        answered(then)
      }

      // --- local memory
      const request = wire(memoryRequest, { valid: 0, store: 0, address: 0, enables: 0xffff, data: 0 })
      memory.drive(request)
      const exits = kind.is('exit')
      const composed = mux(exits, literal(32, memoryOffset + acceleratorMemory.systemCall), literal(32, message))
      const store = (address: UInt<32>, data: UInt<128>, then: () => void) => {
        request.valid.drive(1)
        request.store.drive(1)
        request.address.drive(address)
        request.data.drive(data)
        when(granted, then)
      }
      const buffer = mux(
        held.ep.eq(acceleratorEps.receive),
        literal(32, receive),
        literal(32, memoryOffset + acceleratorMemory.sideCalls),
      )

      // --- the command
      const transfers = kind.isIn('read', 'write')
      const answers = kind.is('reply')
      const op = wire(uint(4), opcodes.send)
      when(kind.is('fetch'), () => op.drive(opcodes.fetch))
      when(kind.is('acknowledge'), () => op.drive(opcodes.acknowledge))
      when(answers, () => op.drive(opcodes.reply))
      when(kind.is('read'), () => op.drive(opcodes.read))
      when(kind.is('write'), () => op.drive(opcodes.write))
      const replyEp = mux(exits, literal(32, acceleratorEps.systemCallReply), literal(32, acceleratorEps.receive))
      const sends = kind.isIn('send', 'exit')
      const noArgument: Bit = transfers.or(kind.is('fetch'))
      const argument = mux(sends, replyEp, mux(noArgument, literal(32, 0), held.offset.truncate(32)))
      const ep = mux(exits, literal(8, acceleratorEps.systemCall), held.ep)
      const running = unpack(command, coreAnswer.data)

      const first = unpack(messageHeader01, header[0]!)
      const second = unpack(messageHeader23, header[1]!)
      result.drive({
        valid: state.is('end'),
        error,
        value,
        message: {
          found,
          offset: slot,
          length: first.length,
          label: second.label,
          words: [header[2]!.truncate(64), header[2]!.slice(64, 64), header[3]!.truncate(64)],
        },
      })
      job.ready.drive(state.is('idle'))

      state.match({
        idle: () =>
          when(job.fire, () => {
            held.next(job.payload)
            error.next(errorCodes.NONE)
            found.next(0)
            const { kind: wanted } = job.payload
            when(wanted.is('peek'), () => state.go('peek'))
              .elseWhen(wanted.isIn('send', 'reply', 'exit'), () => state.go('low'))
              .elseWhen(wanted.isIn('read', 'write'), () => state.go('address'))
              .otherwise(() => state.go('start'))
          }),
        peek: () =>
          read(held.address, () => {
            value.next(coreAnswer.data)
            state.go('end')
          }),
        low: () =>
          store(
            composed,
            mux(
              exits,
              cat(literal(64, exitWords.selector), literal(64, exitWords.call)),
              cat(held.words[1]!, held.words[0]!),
            ),
            () => state.go('high'),
          ),
        high: () =>
          store(
            composed.addWrap(lineBytes),
            mux(exits, cat(held.words[0]!, literal(64, exitWords.operation)), cat(literal(64, 0), held.words[2]!)),
            () => state.go('address'),
          ),
        address: () =>
          write(registers.DATA_ADDR, mux(transfers, held.local, composed).extend(64), () => state.go('size')),
        size: () =>
          write(
            registers.DATA_SIZE,
            mux(transfers, held.bytes, mux(exits, literal(14, exitBytes), literal(14, sentBytes))).extend(64),
            () => state.go('argument'),
          ),
        argument: () =>
          write(registers.ARG1, mux(transfers, held.offset.extend(64), held.label.extend(64)), () => state.go('start')),
        start: () =>
          write(
            registers.COMMAND,
            pack(command, { reserved: 0, arg0: argument, error: 0, ep: ep.extend(16), op }),
            () => state.go('poll'),
          ),
        poll: () =>
          read(literal(28, registers.COMMAND), () =>
            when(running.op.eq(opcodes.idle), () => {
              error.next(running.error)
              turn.next(0)
              when(kind.is('fetch').and(running.error.eq(errorCodes.NONE)), () => state.go('slot')).otherwise(() =>
                state.go('end'),
              )
            }),
          ),
        slot: () =>
          read(literal(28, registers.ARG1), () => {
            slot.next(coreAnswer.data.truncate(32))
            found.next(coreAnswer.data.ne(noMessage))
            when(coreAnswer.data.ne(noMessage), () => state.go('load')).otherwise(() => state.go('end'))
          }),
        load: () => {
          request.valid.drive(1)
          request.address.drive(buffer.addWrap(slot).addWrap(turn.extend(32).shiftLeft(4)))
          when(granted, () => state.go('take'))
        },
        take: () => {
          for (let index = 0; index < 4; index++) when(turn.eq(index), () => header[index]!.next(line))
          turn.next(turn.addWrap(1))
          when(turn.eq(3), () => state.go('end')).otherwise(() => state.go('load'))
        },
        end: () => state.go('idle'),
      })
    },
  )

/** Bytes of the receive buffer, which ends with the memory. */
export const receiveBytes = 2 ** acceleratorSlots.order
