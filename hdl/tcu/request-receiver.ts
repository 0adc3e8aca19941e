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

/**
 * Sinks the request class, one packet at a time and in order. Register accesses take a turn at the registers; reads go to
 * the responder; writes are stored and acknowledged; messages are passed on, and the next packet waits until they are done.
 *
 * Ports: `flit` in; `acknowledge` flits out; `register` accesses, `registerData` what they read; `read` to the responder and
 * `reading` from it; `store` to the memory port; `message` to the message receiver and `messageBusy` from it; `dropped`.
 * Timing: waits only for turns, memory and room on the response class; never for a local command (section 4.10, A8).
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
      const state = states('head', 'write', 'answerRead', 'message', 'settle', 'discard', 'drop', 'acknowledge')
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
      const stored = reg(uint(32))
      const error = reg(uint(5))
      const registerValue = reg(uint(64))
      const returnAddress = reg(uint(32))
      const request = unpack(readRequest, head.data0)

      // --- classification of a head
      const alone = head.burst.not()
      const inWindow = head.address.slice(28, 4).all()
      const isMode = (mode: keyof typeof modes) => head.mode.eq(modes[mode])
      const lane = lowestLane(head.bsel)
      const select = unpack(burstSelect, head.bsel)
      // A register write's lanes move to addr[2:0]; one that leaves the register is dropped (DEV-17).
      const lanesMoved = head.bsel.extend(16).shiftRight(lane).shiftLeft(head.address.truncate(3))
      const bytesMoved = head.data0
        .extend(128)
        .shiftRight(cat(lane, literal(3, 0)))
        .shiftLeft(cat(head.address.truncate(3), literal(3, 0)))
      const fitsRegister = lanesMoved.slice(8, 8).any().not()

      const isRead = isMode('READ_REQ').and(alone).and(request.size.any())
      const registerRead = isRead.and(inWindow).and(request.size.eq(8))
      const memoryRead = isRead.and(inWindow.not())
      const isWrite = isMode('WRITE_POSTED')
      const registerWrite = isWrite.and(inWindow).and(alone).and(fitsRegister)
      const memoryWrite = isWrite.and(inWindow.not())
      const announced = head.data0.truncate(13)
      const message = isMode('TCU_MSG').and(alone.not()).and(announced.ge(2))
      const writeBytes = mux(alone, onesOf(head.bsel).extend(18), burstByteCount(announced, select))
      const writeInside = insideMemory(parameters, head.address, writeBytes.extend(64))

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

      // --- acknowledgements
      ports.acknowledge.payload.drive(
        pack(headFlit, {
          burst: 0,
          arq: 0,
          bsel: 0xff,
          sourceMod: ports.own.mod,
          sourceChip: ports.own.chip,
          targetMod: packet.source.mod,
          targetChip: packet.source.chip,
          mode: modes.TCU_ACK,
          address: packet.address,
          data0: pack(writeAcknowledgement, { unused: 0, error, isWrite: 1, bytes: stored }),
        }),
      )
      ports.acknowledge.valid.drive(state.is('acknowledge'))

      const ready = wire(bit, 0)
      flit.ready.drive(ready)
      const drop = wire(dropEvent, { flits: 0, packet: 0 })
      ports.dropped.drive(drop)

      const storesWrite = (enables: UInt<16>) => stored.next(stored.addWrap(onesOf(enables).extend(32)))

      state.match({
        head: () =>
          when(flit.valid, () => {
            packet.next({
              source: { chip: head.sourceChip, mod: head.sourceMod },
              address: head.address,
              select,
            })
            first.next(1)
            aborted.next(0)
            stored.next(0)
            error.next(errorCodes.NONE)
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
                  when(writeInside.not(), () => {
                    ready.drive(1)
                    error.next(errorCodes.TIMEOUT_MEM)
                    when(alone, () => state.go('acknowledge')).otherwise(() => state.go('discard'))
                  })
                    .elseWhen(alone, () => {
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
                      when(lines.line.fire, () => {
                        stored.next(onesOf(head.bsel).extend(32))
                        state.go('settle')
                      })
                    })
                    .otherwise(() => {
                      ready.drive(1)
                      state.go('write')
                    })
                })
              })
              .elseWhen(message, () => {
                passes.drive(1)
                ready.drive(ports.message.ready)
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
          const enables = mux(
            aborted.or(body.bsel.any().not()),
            literal(16, 0),
            lanesOfBurstLine(first, body.burst.not(), packet.select),
          )
          feed.drive(flit.valid)
          ready.drive(lines.line.ready)
          lineIn.drive({
            first,
            last: body.burst.not(),
            address: packet.address,
            lane: literal(4, 15).subWrap(packet.select.firstLaneInverted),
            enables,
            data: line,
          })
          when(flit.fire, () => {
            first.next(0)
            when(body.bsel.any().not(), () => aborted.next(1))
            storesWrite(enables)
            when(body.burst.not(), () => state.go('settle'))
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
        settle: () =>
          when(lines.idle, () => {
            when(aborted, () => error.next(errorCodes.ABORT))
            state.go('acknowledge')
          }),
        discard: () => {
          ready.drive(1)
          when(flit.fire, () => when(body.burst.not(), () => state.go('acknowledge')))
        },
        drop: () => {
          ready.drive(1)
          when(flit.valid, () => {
            drop.drive({ flits: 1, packet: 0 })
            when(body.burst.not(), () => state.go('head'))
          })
        },
        acknowledge: () => when(ports.acknowledge.fire, () => state.go('head')),
      })
    },
  )
