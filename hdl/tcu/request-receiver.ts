/** Incoming requests: register accesses, memory reads and writes, messages. */
import {
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
import { burstByteCount, burstHasBytes, bytesOfBurstLine, isRun, lanesOfBurstLine, lowestLane, onesOf } from '#hdl/lib'
import { lineStore } from './line-store.ts'

/** Bytes of a burst of the most lines that can be announced. */
const byteCountBits = 18

/**
 * Sinks the request class, one packet at a time and in order. Register accesses take a turn at the registers; reads go to
 * the responder; writes are stored and acknowledged; messages are passed on, and the next packet waits until they are done.
 * What is malformed, or meant for another tile, is dropped and counted. A burst carries what it announces: nothing of further
 * lines is stored, and of a burst that ends early what came.
 *
 * Ports: `flit` in; `acknowledge` flits out; `register` accesses, `registerData` what they read; `read` to the responder and
 * `reading` from it; `store` to the memory port; `message` to the message receiver and `messageBusy` from it; `dropped`.
 * Timing: a flit per cycle; registers are accessed in the cycle after the flit at the earliest, single flits are stored then,
 * burst lines at once. A write is acknowledged in the cycle after its last line was
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
      restart: input(bit),
    },
    (ports) => {
      const { flit } = ports
      const state = states('head', 'register', 'answerRead', 'single', 'write', 'message', 'drop', 'skip')
      const head = unpack(headFlit, flit.payload)
      const body = unpack(bodyFlit, flit.payload)
      const line = cat(body.data1, body.data0)
      const lines = instance(lineStore)
      ports.store.drive(lines.request)
      lines.granted.drive(ports.storeGranted)
      lines.restart.drive(ports.restart)

      // --- the packet in work
      const packet = reg(struct({ source: nocId, address: uint(32) }))
      /** Where the byte of lane 0 would go. */
      const origin = reg(uint(32))
      /** What `bsel` says: of a burst, or the lanes of a single flit, those of the register if it is one. */
      const select = reg(uint(8))
      /** The data of a single flit, or what a register read gave. */
      const word = reg(uint(64))
      const isWrite = reg(bit)
      const outside = reg(bit)
      const first = reg(bit, 0)
      const aborted = reg(bit, 0)
      const stored = reg(uint(byteCountBits))
      const linesLeft = reg(uint(burstLengthBits))
      const returnAddress = reg(uint(32))
      const request = unpack(readRequest, head.data0)

      // --- classification of a head
      const alone = head.burst.not()
      const inWindow = head.address.slice(28, 4).all()
      const ours = head.targetMod.eq(ports.own.mod).and(head.targetChip.eq(ports.own.chip))
      const isMode = (mode: keyof typeof modes) => head.mode.eq(modes[mode]).and(ours)
      const lane = lowestLane(head.bsel)
      const burst = unpack(burstSelect, head.bsel)
      const firstLane = mux(alone, lane, literal(4, 15).subWrap(burst.firstLaneInverted))
      // A register write's lanes move to addr[2:0]; one that leaves the register is dropped (DEV-17).
      const toRegister = head.address.truncate(3)
      const lanesMoved = head.bsel.extend(16).shiftRight(lane).shiftLeft(toRegister)
      const bytesMoved = head.data0
        .extend(128)
        .shiftRight(cat(lane, literal(3, 0)))
        .shiftLeft(cat(toRegister, literal(3, 0)))
      const fitsRegister = lanesMoved.slice(8, 8).any().not()

      const asksRead = isMode('READ_REQ').and(alone).and(request.size.any())
      const registerRead = asksRead.and(inWindow).and(request.size.eq(8))
      const memoryRead = asksRead.and(inWindow.not())
      const announced = head.data0.truncate(burstLengthBits)
      const hasBytes = mux(alone, isRun(head.bsel), burstHasBytes(announced, burst))
      const asksWrite = isMode('WRITE_POSTED').and(hasBytes)
      const registerWrite = asksWrite.and(inWindow).and(alone).and(fitsRegister)
      const memoryWrite = asksWrite.and(inWindow.not())
      const message = isMode('TCU_MSG').and(alone.not()).and(announced.ge(2))
      const writeBytes = mux(alone, onesOf(head.bsel).extend(18), burstByteCount(announced, burst))
      const size = mux(asksRead, request.size, writeBytes.extend(32))
      const inside = insideMemory(parameters, head.address, size.extend(64))

      const inRegister = state.is('register')
      ports.register.valid.drive(inRegister)
      ports.register.payload.drive({
        write: isWrite,
        address: packet.address.truncate(28),
        enables: select,
        data: word,
      })

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
        value: word,
      })

      // --- stores
      const feed = wire(bit, 0)
      const lineIn = wire(storeLine, { first: 0, last: 0, origin: 0, enables: 0, data: 0 })
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
      const acknowledges = (error: UInt<5>, bytes: UInt<typeof byteCountBits>) => {
        due.next(1)
        written.next({ ...packet, bytes, error })
      }

      const ready = wire(bit, 0)
      flit.ready.drive(ready)
      const drop = wire(dropEvent, { flits: 0, packet: 0 })
      ports.dropped.drive(drop)

      const outcome = (cut: Bit) =>
        mux(
          outside,
          literal(5, errorCodes.TIMEOUT_MEM),
          mux(cut, literal(5, errorCodes.ABORT), literal(5, errorCodes.NONE)),
        )

      state.match({
        head: () =>
          when(flit.valid, () => {
            packet.next({ source: { chip: head.sourceChip, mod: head.sourceMod }, address: head.address })
            origin.next(head.address.subWrap(firstLane.extend(32)))
            select.next(mux(inWindow, lanesMoved.truncate(8), head.bsel))
            word.next(mux(inWindow, bytesMoved.truncate(64), head.data0))
            isWrite.next(asksWrite)
            outside.next(inside.not())
            first.next(1)
            aborted.next(0)
            stored.next(0)
            linesLeft.next(announced)
            returnAddress.next(request.returnAddress)
            when(registerRead.or(registerWrite), () => {
              ready.drive(1)
              state.go('register')
            })
              .elseWhen(memoryRead, () => {
                readValid.drive(1)
                ready.drive(ports.read.ready)
              })
              .elseWhen(memoryWrite, () => {
                // Earlier reads come first (arrival order).
                when(ports.reading.not(), () => {
                  ready.drive(1)
                  when(alone, () => state.go('single')).otherwise(() => state.go('write'))
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
        register: () =>
          when(ports.register.ready, () => {
            // Read now, not when the answer has room: what is read is what the register holds in its turn.
            when(isWrite.not(), () => word.next(ports.registerData))
            when(isWrite, () => state.go('head')).otherwise(() => state.go('answerRead'))
          }),
        answerRead: () => {
          readValid.drive(1)
          when(ports.read.ready, () => state.go('head'))
        },
        single: () => {
          const stores = outside.not()
          feed.drive(stores.and(due.not()))
          lineIn.drive({ first: 1, last: 1, origin, enables: select.extend(16), data: word.extend(128) })
          when(due.not().and(outside.or(lines.line.ready)), () => {
            acknowledges(
              outcome(literal(1, 0)),
              mux(stores, onesOf(select).extend(byteCountBits), literal(byteCountBits, 0)),
            )
            state.go('head')
          })
        },
        write: () => {
          const more = body.burst
          const cut = aborted.or(body.bsel.any().not())
          const stops = cut.or(linesLeft.any().not()).or(outside)
          const ends = unpack(burstSelect, select)
          const isLast = linesLeft.eq(1)
          const bytes = mux(stops, literal(5, 0), bytesOfBurstLine(first, isLast, ends))
          const total = stored.addWrap(bytes.extend(byteCountBits))
          const mayEnd = more.or(due.not())
          feed.drive(flit.valid.and(mayEnd))
          ready.drive(lines.line.ready.and(mayEnd))
          lineIn.drive({
            first,
            last: more.not(),
            origin,
            enables: mux(stops, literal(16, 0), lanesOfBurstLine(first, isLast, ends)),
            data: line,
          })
          when(flit.fire, () => {
            first.next(0)
            aborted.next(cut)
            stored.next(total)
            when(linesLeft.any(), () => linesLeft.next(linesLeft.subWrap(1)))
            when(more.not(), () => {
              acknowledges(outcome(cut), total)
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
        drop: () => {
          ready.drive(1)
          when(flit.valid, () => {
            drop.drive({ flits: 1, packet: 0 })
            when(body.burst.not(), () => state.go('head'))
          })
        },
        skip: () => {
          ready.drive(1)
          when(flit.fire.and(body.burst.not()), () => state.go('head'))
        },
      })
      // The rest of a packet is skipped, and nothing of what came before it is left.
      const inPacket = state.isIn('write', 'drop', 'skip').or(state.is('message').and(passed.not()))
      when(ports.restart, () => {
        ready.drive(0)
        feed.drive(0)
        passes.drive(0)
        readValid.drive(0)
        drop.drive({ flits: 0, packet: 0 })
        due.next(0)
        passed.next(0)
        when(inPacket, () => state.go('skip')).otherwise(() => state.go('head'))
      })
    },
  )
