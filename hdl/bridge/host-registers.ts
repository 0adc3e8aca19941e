/** The registers of the host tile, and what else the bridge's own id answers. */
import {
  bit,
  type Bit,
  input,
  literal,
  module,
  mux,
  output,
  pack,
  reg,
  states,
  stream,
  struct,
  uint,
  unpack,
  when,
} from '#edsl'
import { registerBank } from '#hdl/lib'
import {
  burstLengthBits,
  errorCodes,
  flitBits,
  headFlit,
  hostLinkVersion,
  hostRegisters,
  messageAcknowledgement,
  modes,
  nocId,
  readRequest,
  writeAcknowledgement,
} from '#layout'

/** What the counters count in a cycle, each a number of frames, flits or packets. */
const hostEvents = struct({
  frames: bit,
  wrongCrc: bit,
  wrongSequence: bit,
  wrongLength: bit,
  resent: bit,
  flitsIn: uint(2),
  flitOut: bit,
  incomplete: bit,
  invalid: uint(2),
  lost: uint(3),
})

/**
 * Serves the packets of class 0 to the bridge's own id: reads and writes registers; other reads and memory writes end with
 * TIMEOUT_MEM and messages with RECV_GONE, for there is neither memory nor endpoint; what has no answer is dropped.
 *
 * Ports: `own` the id of the bridge; `from` packets; `to` answers of one flit, class 1; `events` for the counters, which wrap;
 * `up` the link's state; `restart` 1 for a cycle when the chip is to restart.
 * Timing: an answer comes in the cycle after its packet's tail; while it waits, no packet is taken.
 * Reset: counters 0.
 * Source: NoC section 8.4; TCU sections 6.1, 7.5 and 7.6.
 */
export const hostRegisterUnit = (counterBits: number) =>
  module(
    `host_registers_${counterBits}`,
    {
      own: input(nocId),
      from: input(stream(uint(flitBits))),
      to: output(stream(uint(flitBits))),
      events: input(hostEvents),
      up: input(bit),
      restart: output(bit),
    },
    ({ own, from, to, events, up, restart }) => {
      const state = states('head', 'lines', 'answer')
      const line = reg(uint(2), 0)
      const asker = reg(nocId)
      const address = reg(uint(32))
      const mode = reg(uint(4))
      const data = reg(uint(64))
      const due = reg(bit, 0)
      const isMessage = reg(bit, 0)

      const head = unpack(headFlit, from.payload)
      const request = unpack(readRequest, head.data0)
      const toRegister = head.address.slice(28, 4).eq(0xf).named('to_register')
      const reads = head.mode.eq(modes.READ_REQ).and(head.burst.not()).named('reads')
      const readsRegister = reads.and(toRegister).and(request.size.eq(8)).named('reads_register')
      const readsNothing = reads.and(toRegister.not()).and(request.size.any())
      const writes = head.mode.eq(modes.WRITE_POSTED).named('writes')
      const writesNothing = writes.and(toRegister.not())
      const message = head.mode.eq(modes.TCU_MSG).and(head.burst).and(head.data0.truncate(burstLengthBits).ge(2))
      const answers = readsRegister.or(readsNothing).or(writesNothing).or(message).named('answers')
      const takesHead = from.fire.and(state.is('head')).named('takes_head')
      const tail = head.burst.not()

      const bank = registerBank(hostRegisters, {
        by: { network: takesHead.and(head.burst.not()).and(toRegister).and(reads.or(writes)) },
        write: writes,
        address: head.address.truncate(28),
        data: head.data0,
        enables: head.bsel,
      })
      const { register } = bank
      restart.drive(register.RESTART.writes.and(head.data0.bit(0)).and(head.bsel.bit(0)))
      register.LINK.show({ version: hostLinkVersion, reserved: 0, up })
      const count = (name: keyof typeof counted, happens: Bit | ReturnType<typeof events.invalid.extend>) => {
        const total = reg(uint(counterBits), 0, name.toLowerCase())
        total.next(total.addWrap(happens.extend(counterBits)))
        register[name].show(total.extend(64))
      }
      const counted = {
        FRAMES: events.frames,
        DROP_CRC: events.wrongCrc,
        DROP_SEQUENCE: events.wrongSequence,
        DROP_LENGTH: events.wrongLength,
        RESENT: events.resent,
        FLITS_IN: events.flitsIn,
        FLITS_OUT: events.flitOut,
        INCOMPLETE: events.incomplete,
        INVALID: events.invalid,
        LINK_DOWN: events.lost,
      }
      for (const [name, happens] of Object.entries(counted)) count(name as keyof typeof counted, happens)

      const nothingStored = { unused: 0, error: errorCodes.TIMEOUT_MEM, isWrite: 1, bytes: 0 }
      const gone = { unused: 0, isWrite: 0, reserved: 0, error: errorCodes.RECV_GONE }
      from.ready.drive(state.is('answer').not())
      to.valid.drive(state.is('answer'))
      to.payload.drive(
        pack(headFlit, {
          ...{ burst: 0, arq: 0, bsel: 0xff, sourceMod: own.mod, sourceChip: own.chip },
          ...{ targetMod: asker.mod, targetChip: asker.chip, mode, address, data0: data },
        }),
      )
      state.match({
        head: () =>
          when(from.fire, () => {
            asker.next({ chip: head.sourceChip, mod: head.sourceMod })
            due.next(answers)
            isMessage.next(message)
            line.next(0)
            address.next(mux(reads, request.returnAddress, head.address))
            mode.next(
              mux(readsRegister, literal(4, modes.READ_RSP), mux(readsNothing, literal(4, modes.ERROR), modes.TCU_ACK)),
            )
            data.next(
              mux(
                readsRegister,
                bank.data,
                mux(
                  readsNothing,
                  literal(64, errorCodes.TIMEOUT_MEM),
                  mux(message, pack(messageAcknowledgement, gone), pack(writeAcknowledgement, nothingStored)),
                ),
              ),
            )
            when(tail.not(), () => state.go('lines')).elseWhen(answers, () => state.go('answer'))
          }),
        lines: () =>
          when(from.fire, () => {
            when(line.ne(2), () => line.next(line.addWrap(1)))
            // The acknowledgement of a message names the low bits of its label, which are in the second line.
            when(isMessage.and(line.eq(1)), () => address.next(from.payload.truncate(16).extend(32)))
            when(tail, () => when(due, () => state.go('answer')).otherwise(() => state.go('head')))
          }),
        answer: () => when(to.fire, () => state.go('head')),
      })
    },
  )
