/** Incoming requests: register accesses, memory reads and writes, messages. */
import {
  bit,
  cat,
  input,
  instance,
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
  type UInt,
  unpack,
  when,
  wire,
} from '#edsl'
import {
  bodyFlit,
  burstLengthBits,
  burstSelect,
  errorCodes,
  flitBits,
  headFlit,
  modes,
  nocId,
  readRequest,
  writeAcknowledgement,
} from '#layout'
import { insideMemory } from './command-checks.ts'
import {
  dropEvent,
  memoryRequest,
  readJob,
  rangeName,
  registerAccess,
  storeLine,
  type TcuParameters,
} from './interfaces.ts'
import { burstByteCount, lanesOfBurstLine, lowestLane, onesOf } from '#hdl/lib'
import { lineStore } from './line-store.ts'

/** Bytes of a burst of the most lines that can be announced. */
const byteCountBits = 18

/** Where the packet to be acknowledged came from and went to. */
interface Origin {
  readonly source: { readonly chip: UInt<6>; readonly mod: UInt<8> }
  readonly address: UInt<32>
}

/**
 * Sinks the request class, one packet at a time and in order. Register accesses take a turn at the registers; reads go to
 * the responder; writes are stored and acknowledged; messages are passed on, and the next packet waits until they are done.
 * What is malformed, or meant for another tile, is dropped and counted. A burst carries what it announces: nothing of further
 * lines is stored, and of a burst that ends early what came.
 *
 * Ports: `flit` in; `acknowledge` flits out; `register` accesses, `registerData` what they read; `read` to the responder and
 * `reading` from it; `store` to the memory port; `message` to the message receiver and `messageBusy` from it; `dropped`.
 * Timing: a flit per cycle, one cycle more for a register read; a write is acknowledged in the cycle after its last line was
 * stored, while the next packet comes in. Waits only for turns, memory and room on the response class; never for a local
 * command (section 4.10, A8).
 * Source: TCU interface 2.0.1, sections 6.1 and 7.5; NoC section 7.2.
 */
export const requestReceiver = (parameters: Pick<TcuParameters, 'memoryBase' | 'memoryBytes'>) =>
  module(
    `request_receiver_${rangeName(parameters)}`,
    {
      own: input(nocId),
      flit: input(stream(uint(flitBits))),
      acknowledge: output(stream(uint(flitBits))),
      register: output(stream(registerAccess)),
      registerData: input(uint(64)),
      read: output(stream(readJob)),
      reading: input(bit),
      store: output(memoryRequest),
      storeGranted: input(bit),
      message: output(stream(uint(flitBits))),
      messageBusy: input(bit),
      dropped: output(dropEvent),
    },
    (ports) => {
      const { flit } = ports
      const state = states('head', 'write', 'answerRead', 'message', 'discard', 'drop')
      const head = unpack(headFlit, flit.payload)
      const body = unpack(bodyFlit, flit.payload)
      const line = cat(body.data1, body.data0)
      const lines = instance(lineStore)
      ports.store.drive(lines.request)
      lines.granted.drive(ports.storeGranted)

      // --- the packet in work
      const packet = reg(struct({ source: nocId, address: uint(32), select: burstSelect }))
      const first = reg(bit, 0)
      const aborted = reg(bit, 0)
      const stored = reg(uint(byteCountBits))
      const linesLeft = reg(uint(burstLengthBits))
      const registerValue = reg(uint(64))
      const returnAddress = reg(uint(32))
      const request = unpack(readRequest, head.data0)

      // --- classification of a head
      const alone = head.burst.not()
      const inWindow = head.address.slice(28, 4).all()
      const isMode = (mode: keyof typeof modes) => head.mode.eq(modes[mode])
      const ours = head.targetMod.eq(ports.own.mod).and(head.targetChip.eq(ports.own.chip))
      // The valid lanes of a single flit are a run (section 7.3).
      const lane = lowestLane(head.bsel)
      const run = head.bsel.shiftRight(lane)
      const isRun = run.any().and(run.and(run.addWrap(1)).any().not())
      const select = unpack(burstSelect, head.bsel)
      // A register write's lanes move to addr[2:0]; one that leaves the register is dropped (DEV-17).
      const lanesMoved = head.bsel.extend(16).shiftRight(lane).shiftLeft(head.address.truncate(3))
      const bytesMoved = head.data0
        .extend(128)
        .shiftRight(cat(lane, literal(3, 0)))
        .shiftLeft(cat(head.address.truncate(3), literal(3, 0)))
      const fitsRegister = lanesMoved.slice(8, 8).any().not()

      const isRead = isMode('READ_REQ').and(ours).and(alone).and(request.size.any())
      const registerRead = isRead.and(inWindow).and(request.size.eq(8))
      const memoryRead = isRead.and(inWindow.not())
      const announced = head.data0.truncate(burstLengthBits)
      const reversed = announced.eq(1).and(select.firstLaneInverted.extend(5).add(select.lastLane.extend(5)).lt(15))
      const hasBytes = mux(alone, isRun, announced.any().and(reversed.not()))
      const isWrite = isMode('WRITE_POSTED').and(ours)
      const registerWrite = isWrite.and(inWindow).and(alone).and(isRun).and(fitsRegister)
      const memoryWrite = isWrite.and(inWindow.not()).and(hasBytes)
      const message = isMode('TCU_MSG').and(ours).and(alone.not()).and(announced.ge(2))
      const writeBytes = mux(alone, onesOf(head.bsel).extend(18), burstByteCount(announced, select))
      const size = mux(isRead, request.size, writeBytes.extend(32))
      const inside = insideMemory(parameters, head.address, size.extend(64))

      ports.register.payload.drive({
        write: isWrite,
        address: head.address.truncate(28),
        enables: lanesMoved.truncate(8),
        data: bytesMoved.truncate(64),
      })
      const registerValid = wire(bit, 0)
      ports.register.valid.drive(registerValid)

      // --- reads
      const readValid = wire(bit, 0)
      const fromRegister = state.is('answerRead')
      ports.read.valid.drive(readValid)
      ports.read.payload.drive({
        source: {
          chip: mux(fromRegister, packet.source.chip, head.sourceChip),
          mod: mux(fromRegister, packet.source.mod, head.sourceMod),
        },
        address: head.address,
        size: request.size,
        returnAddress: mux(fromRegister, returnAddress, request.returnAddress),
        register: fromRegister,
        refused: fromRegister.or(inside).not(),
        value: registerValue,
      })

      // --- stores
      const feed = wire(bit, 0)
      const lineIn = wire(storeLine, { first: 0, last: 0, address: 0, lane: 0, enables: 0, data: 0 })
      lines.line.valid.drive(feed)
      lines.line.payload.drive(lineIn)

      // --- messages: passed on up to the tail, and then waited for
      const passed = reg(bit, 0)
      const passes = wire(bit, 0)
      ports.message.payload.drive(flit.payload)
      ports.message.valid.drive(flit.valid.and(passes))

      // --- acknowledgements: one waits until its write is in memory, while the next packet is looked at
      const due = reg(bit, 0)
      const written = reg(struct({ source: nocId, address: uint(32), bytes: uint(byteCountBits), error: uint(5) }))
      ports.acknowledge.payload.drive(
        pack(headFlit, {
          burst: 0,
          arq: 0,
          bsel: 0xff,
          sourceMod: ports.own.mod,
          sourceChip: ports.own.chip,
          targetMod: written.source.mod,
          targetChip: written.source.chip,
          mode: modes.TCU_ACK,
          address: written.address,
          data0: pack(writeAcknowledgement, {
            unused: 0,
            error: written.error,
            isWrite: 1,
            bytes: written.bytes.extend(32),
          }),
        }),
      )
      ports.acknowledge.valid.drive(due.and(lines.idle))
      when(ports.acknowledge.fire, () => due.next(0))
      const acknowledges = (error: UInt<5>, bytes: UInt<typeof byteCountBits>, of: Origin) => {
        due.next(1)
        written.next({ source: of.source, address: of.address, bytes, error })
      }

      const ready = wire(bit, 0)
      flit.ready.drive(ready)
      const drop = wire(dropEvent, { flits: 0, packet: 0 })
      ports.dropped.drive(drop)

      state.match({
        head: () =>
          when(flit.valid, () => {
            const arriving = { source: { chip: head.sourceChip, mod: head.sourceMod }, address: head.address }
            packet.next({ ...arriving, select })
            first.next(1)
            aborted.next(0)
            stored.next(0)
            linesLeft.next(announced)
            when(registerRead, () => {
              // Taken when it is read, not when the answer has room: a step does not come before its packet.
              registerValid.drive(1)
              ready.drive(ports.register.ready)
              registerValue.next(ports.registerData)
              returnAddress.next(request.returnAddress)
              when(flit.fire, () => state.go('answerRead'))
            })
              .elseWhen(registerWrite, () => {
                registerValid.drive(1)
                ready.drive(ports.register.ready)
              })
              .elseWhen(memoryRead, () => {
                readValid.drive(1)
                ready.drive(ports.read.ready)
              })
              .elseWhen(memoryWrite, () => {
                // Earlier reads come first (arrival order).
                when(ports.reading.not(), () => {
                  when(alone.not(), () => {
                    ready.drive(1)
                    when(inside, () => state.go('write')).otherwise(() => state.go('discard'))
                  })
                    .elseWhen(due, () => ready.drive(0))
                    .elseWhen(inside, () => {
                      feed.drive(1)
                      lineIn.drive({
                        first: 1,
                        last: 1,
                        address: head.address,
                        lane,
                        enables: head.bsel.extend(16),
                        data: head.data0.extend(128),
                      })
                      ready.drive(lines.line.ready)
                      when(lines.line.fire, () =>
                        acknowledges(literal(5, errorCodes.NONE), onesOf(head.bsel).extend(byteCountBits), arriving),
                      )
                    })
                    .otherwise(() => {
                      ready.drive(1)
                      acknowledges(literal(5, errorCodes.TIMEOUT_MEM), literal(byteCountBits, 0), arriving)
                    })
                })
              })
              .elseWhen(message, () => {
                // Acknowledgements leave in the order of their packets.
                passes.drive(due.not())
                ready.drive(ports.message.ready.and(due.not()))
                when(flit.fire, () => state.go('message'))
              })
              .otherwise(() => {
                ready.drive(1)
                drop.drive({ flits: 1, packet: 1 })
                when(alone.not(), () => state.go('drop'))
              })
          }),
        answerRead: () => {
          readValid.drive(1)
          when(ports.read.ready, () => state.go('head'))
        },
        write: () => {
          const more = body.burst
          const cut = aborted.or(body.bsel.any().not())
          const enables = mux(
            cut.or(linesLeft.any().not()),
            literal(16, 0),
            lanesOfBurstLine(first, linesLeft.eq(1), packet.select),
          )
          const total = stored.addWrap(onesOf(enables).extend(byteCountBits))
          const mayEnd = more.or(due.not())
          feed.drive(flit.valid.and(mayEnd))
          ready.drive(lines.line.ready.and(mayEnd))
          lineIn.drive({
            first,
            last: more.not(),
            address: packet.address,
            lane: literal(4, 15).subWrap(packet.select.firstLaneInverted),
            enables,
            data: line,
          })
          when(flit.fire, () => {
            first.next(0)
            aborted.next(cut)
            stored.next(total)
            when(linesLeft.any(), () => linesLeft.next(linesLeft.subWrap(1)))
            when(more.not(), () => {
              acknowledges(mux(cut, literal(5, errorCodes.ABORT), literal(5, errorCodes.NONE)), total, packet)
              state.go('head')
            })
          })
        },
        message: () => {
          // The next packet is not looked at before this message is published and acknowledged.
          passes.drive(passed.not())
          ready.drive(ports.message.ready.and(passed.not()))
          when(flit.fire.and(body.burst.not()), () => passed.next(1))
          when(passed.and(ports.messageBusy.not()), () => {
            passed.next(0)
            state.go('head')
          })
        },
        discard: () => {
          ready.drive(body.burst.or(due.not()))
          when(flit.fire.and(body.burst.not()), () => {
            acknowledges(literal(5, errorCodes.TIMEOUT_MEM), literal(byteCountBits, 0), packet)
            state.go('head')
          })
        },
        drop: () => {
          ready.drive(1)
          when(flit.valid, () => {
            drop.drive({ flits: 1, packet: 0 })
            when(body.burst.not(), () => state.go('head'))
          })
        },
      })
    },
  )
