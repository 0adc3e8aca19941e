/** Incoming requests: register accesses, memory reads and writes, messages. */
import {
  bit, cat, constant, input, instance, literal, module, mux, output, pack, probe, reg, states, stream, struct, uint, type UInt,
  unpack, when, wire,
} from '#edsl'
import {
  asReceive, asSend, endpointBits, exists, firstFrom, isType, replyRange, searchStart, slotMask, wordsIf,
} from '#hdl/endpoints'
import {
  bodyFlit, burstSelect, commit, errorCodes, flitBits, headFlit, messageAcknowledgement, messageHeader01,
  messageHeader23, messageHeaderBytes, modes, nocId, noEndpoint, readRequest, receiveWord0, receiveWord2, sendWord0, sendWord1,
  unlimitedCredits, writeAcknowledgement,
} from '#layout'
import { firstError, insideMemory } from './command-checks.ts'
import {
  dropEvent, endpointRequest, endpointWords, memoryRequest, readJob, rangeName, registerAccess, type TcuParameters,
} from './interfaces.ts'
import { burstByteCount, lanesOfBurstLine, lowestLane, onesOf } from './lanes.ts'
import { lineStore } from './line-store.ts'

/**
 * Sinks the request class, one packet at a time. Register accesses take a turn at the registers; reads go to the
 * responder; writes and messages are stored and acknowledged. A message is checked in one atomic step when its header is
 * there, and published in a second one when all of it is stored.
 *
 * Ports: `flit` in; `acknowledge` flits out; `register` accesses, `registerData` what they read; `read` to the responder and
 * `reading` from it; `store` to the memory port; `endpoints`, `granted`, `words` the turn at the endpoints; `sending` the SEND
 * in flight, `deferCredit` a credit for it that came before its acknowledgement (R-ORDER-1).
 * Timing: waits only for turns, memory and room on the response class; never for a local command (section 4.10, A8).
 * Source: TCU interface 2.0.1, sections 6.1, 7.5 and 7.6; NoC section 7.2.
 */
export const requestReceiver = (parameters: TcuParameters, messages: 'messages' | 'no messages') =>
  module(
    `${messages === 'messages' ? 'request_receiver' : 'memory_request_receiver'}_${rangeName(parameters)}`,
    {
      own: input(nocId),
      time: input(uint(64)),
      flit: input(stream(uint(flitBits))),
      acknowledge: output(stream(uint(flitBits))),
      register: output(stream(registerAccess)),
      registerData: input(uint(64)),
      read: output(stream(readJob)),
      reading: input(bit),
      store: output(memoryRequest),
      storeGranted: input(bit),
      endpoints: output(endpointRequest),
      granted: input(bit),
      words: input(endpointWords),
      sending: input(struct({ active: bit, ep: uint(16) })),
      deferCredit: output(bit),
      dropped: output(dropEvent),
    },
    (ports) => {
      const { flit, granted, words } = ports
      const state = states(
        'head', 'write', 'answerRead', 'header01', 'header23', 'lookUp', 'admit', 'store01', 'store23', 'payload',
        'settle', 'publish', 'connect', 'discard', 'drop', 'acknowledge',
      )
      const head = unpack(headFlit, flit.payload)
      const body = unpack(bodyFlit, flit.payload)
      const line = cat(body.data1, body.data0) as UInt<128>
      const lines = instance(lineStore)
      ports.store.drive(lines.request)
      lines.granted.drive(ports.storeGranted)

      // --- the packet in work
      const packet = reg(struct({ source: nocId, address: uint(32), select: burstSelect, lines: uint(13) }))
      const first = reg(bit, 0)
      const aborted = reg(bit, 0)
      const stored = reg(uint(32))
      const error = reg(uint(5))
      const isMessage = reg(bit)
      const finished = reg(bit)
      const registerValue = reg(uint(64))
      const request = unpack(readRequest, head.data0)

      // --- the message in work
      const header01 = reg(uint(128))
      const header23 = reg(uint(128))
      const header = unpack(messageHeader01, header01)
      const label = unpack(messageHeader23, header23).label
      const held = reg(endpointWords)
      const slot = reg(uint(5))
      const remaining = reg(uint(13))
      const stamp = reg(uint(16))

      // --- classification of a head
      const alone = head.burst.not()
      const inWindow = head.address.slice(28, 4).all()
      const isMode = (mode: keyof typeof modes) => head.mode.eq(modes[mode])
      const lane = lowestLane(head.bsel)
      const select = unpack(burstSelect, head.bsel)
      // A register write's lanes move to addr[2:0]; one that leaves the register is dropped (DEV-17).
      const lanesMoved = head.bsel.extend(16).shiftRight(lane).shiftLeft(head.address.truncate(3))
      const bytesMoved = head.data0.extend(128).shiftRight(cat(lane, literal(3, 0))).shiftLeft(cat(head.address.truncate(3), literal(3, 0)))
      const fitsRegister = lanesMoved.slice(8, 8).any().not()

      const isRead = isMode('READ_REQ').and(alone).and(request.size.any())
      const registerRead = isRead.and(inWindow).and(request.size.eq(8))
      const memoryRead = isRead.and(inWindow.not())
      const isWrite = isMode('WRITE_POSTED')
      const registerWrite = isWrite.and(inWindow).and(alone).and(fitsRegister)
      const memoryWrite = isWrite.and(inWindow.not())
      const announced = head.data0.truncate(13)
      const message =
        messages === 'messages' ? isMode('TCU_MSG').and(alone.not()).and(announced.ge(2)) : literal(1, 0)
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
        source: { chip: head.sourceChip, mod: head.sourceMod },
        address: head.address,
        size: request.size,
        returnAddress: request.returnAddress,
        register: fromRegister,
        value: registerValue,
      })

      // --- stores
      const feed = wire(bit, 0)
      const lineIn = wire(
        struct({ first: bit, last: bit, address: uint(32), lane: uint(4), enables: uint(16), data: uint(128) }),
        { first: 0, last: 0, address: 0, lane: 0, enables: 0, data: 0 },
      )
      lines.line.valid.drive(feed)
      lines.line.payload.drive(lineIn)

      // --- endpoints
      const turn = wire(endpointRequest, { valid: 0, hold: 0, ep: 0, write: 0, data: [0, 0, 0] })
      ports.endpoints.drive(turn)
      const targetEp = packet.address.truncate(16)
      const receive = asReceive(held)
      const replies = replyRange(receive)
      const free = firstFrom(
        receive.occupied.not().and(slotMask(receive)),
        searchStart(receive.writePosition, receive.slots),
      )
      const slotAddress = (index: UInt<5>): UInt<32> =>
        receive.buffer.addWrap(index.extend(32).shiftLeft(receive.slotOrder))
      const length = header.length
      const needed = length.extend(64).addWrap(messageHeaderBytes)
      const wellFormed = packet.lines.eq(length.extend(14).addWrap(15).slice(4, 10).extend(13).addWrap(2))
      const admission = firstError([
        [wellFormed.not(), 'CRITICAL'],
        [exists(targetEp).and(isType(held, 'receive')).not(), 'RECV_GONE'],
        [needed.gt(literal(64, 1).shiftLeft(receive.slotOrder)), 'RECV_OUT_OF_BOUNDS'],
        [replies.enabled.and(replies.exists.not()), 'RECV_INV_RPL_EPS'],
        [free.found.not(), 'RECV_NO_SPACE'],
        [insideMemory(parameters, slotAddress(free.index), needed).not(), 'TIMEOUT_MEM'],
      ])

      const now = asReceive(words)
      const stillThere = isType(words, 'receive')
      const slotBit = literal(32, 1).shiftLeft(slot)
      const good = error.eq(errorCodes.NONE)
      const wantsReply = header.isReply.not().and(replies.enabled).and(header.replyEp.ne(noEndpoint))
      const returnsCredit = header.isReply.and(header.replyEp.ne(noEndpoint)).and(exists(header.replyEp))
      const credited = unpack(sendWord0, words[0]!)
      const creditable = isType(words, 'send').and(credited.reply.not()).and(credited.credits.ne(unlimitedCredits))
      const grows = creditable.and(credited.credits.lt(credited.maxCredits))
      const defers = creditable
        .and(credited.credits.eq(credited.maxCredits))
        .and(ports.sending.active)
        .and(ports.sending.ep.eq(header.replyEp))
      const deferCredit = wire(bit, 0)
      ports.deferCredit.drive(deferCredit)
      const replyWords = [
        pack(sendWord0, {
          reserved: credited.reserved,
          reply: 1,
          creditEp: header.senderEp,
          messageOrder: header.replyOrder.extend(6),
          maxCredits: 1,
          credits: 1,
          act: receive.act,
          type: 1,
        }),
        pack(sendWord1, {
          reserved: unpack(sendWord1, words[1]!).reserved,
          chip: header.chip,
          tile: header.tile,
          ep: header.replyEp,
        }),
        header.replyLabel,
      ] as const

      // --- acknowledgements
      const writeAck = pack(writeAcknowledgement, { unused: 0, error, isWrite: 1, bytes: stored })
      const messageAck = pack(messageAcknowledgement, { unused: 0, isWrite: 0, reserved: 0, error })
      ports.acknowledge.payload.drive(
        pack(headFlit, {
          burst: 0, arq: 0, bsel: 0xff,
          sourceMod: ports.own.mod, sourceChip: ports.own.chip,
          targetMod: mux(isMessage, header.tile, packet.source.mod),
          targetChip: mux(isMessage, header.chip, packet.source.chip),
          mode: modes.TCU_ACK,
          address: mux(isMessage, cat(stamp, label.truncate(16)), packet.address),
          data0: mux(isMessage, messageAck, writeAck),
        }),
      )
      ports.acknowledge.valid.drive(state.is('acknowledge'))

      const ready = wire(bit, 0)
      flit.ready.drive(ready)
      const drop = wire(dropEvent, { flits: 0, packet: 0 })
      ports.dropped.drive(drop)
      const begun = wire(bit, 0)
      const ended = wire(bit, 0)
      const outcome = wire(uint(5), 0)

      const storesWrite = (enables: UInt<16>) => stored.next(stored.addWrap(onesOf(enables).extend(32)))

      state.match({
        head: () =>
          when(flit.valid, () => {
            packet.next({
              source: { chip: head.sourceChip, mod: head.sourceMod },
              address: head.address,
              select,
              lines: announced,
            })
            first.next(1)
            aborted.next(0)
            stored.next(0)
            error.next(errorCodes.NONE)
            isMessage.next(0)
            finished.next(0)
            when(registerRead, () => {
              registerValid.drive(1)
              registerValue.next(ports.registerData)
              when(ports.register.ready, () => state.go('answerRead'))
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
                        first: 1, last: 1, address: head.address, lane,
                        enables: head.bsel.extend(16), data: head.data0.extend(128),
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
                ready.drive(1)
                isMessage.next(1)
                state.go('header01')
              })
              .otherwise(() => {
                ready.drive(1)
                drop.drive({ flits: 1, packet: 1 })
                when(alone.not(), () => state.go('drop'))
              })
          }),
        answerRead: () => {
          readValid.drive(1)
          ready.drive(ports.read.ready)
          when(flit.fire, () => state.go('head'))
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
            first, last: body.burst.not(), address: packet.address,
            lane: literal(4, 15).subWrap(packet.select.firstLaneInverted), enables, data: line,
          })
          when(flit.fire, () => {
            first.next(0)
            when(body.bsel.any().not(), () => aborted.next(1))
            storesWrite(enables)
            when(body.burst.not(), () => state.go('settle'))
          })
        },
        header01: () => {
          ready.drive(1)
          when(flit.fire, () => {
            header01.next(line)
            when(body.bsel.any().not(), () => aborted.next(1))
            state.go('header23')
          })
        },
        header23: () => {
          ready.drive(1)
          when(flit.fire, () => {
            header23.next(line)
            when(body.bsel.any().not(), () => aborted.next(1))
            finished.next(body.burst.not())
            state.go('lookUp')
          })
        },
        lookUp: () => {
          turn.valid.drive(1)
          turn.hold.drive(1)
          turn.ep.drive(targetEp.truncate(endpointBits))
          when(granted, () => {
            wordsIf(exists(targetEp), words).forEach((word, index) => held[index]!.next(word))
            state.go('admit')
          })
        },
        admit: () => {
          turn.valid.drive(1)
          turn.ep.drive(targetEp.truncate(endpointBits))
          begun.drive(1)
          outcome.drive(admission)
          error.next(admission)
          stamp.next(ports.time.truncate(16))
          slot.next(free.index)
          remaining.next(length)
          when(admission.eq(errorCodes.NONE), () => state.go('store01')).otherwise(() =>
            when(finished, () => state.go('acknowledge')).otherwise(() => state.go('discard')),
          )
        },
        store01: () => {
          feed.drive(1)
          lineIn.drive({
            first: 1, last: 0, address: slotAddress(slot), lane: 0,
            enables: mux(aborted, literal(16, 0), literal(16, 0xffff)), data: header01,
          })
          when(lines.line.fire, () => state.go('store23'))
        },
        store23: () => {
          feed.drive(1)
          lineIn.drive({
            first: 0, last: finished, address: 0, lane: 0,
            enables: mux(aborted, literal(16, 0), literal(16, 0xffff)), data: header23,
          })
          when(lines.line.fire, () => {
            when(finished, () => state.go('settle')).otherwise(() => state.go('payload'))
          })
        },
        payload: () => {
          const lanes = mux(
            remaining.ge(16),
            literal(16, 0xffff),
            literal(16, 0xffff).shiftRight(literal(5, 16).subWrap(remaining.truncate(5))),
          )
          feed.drive(flit.valid)
          ready.drive(lines.line.ready)
          lineIn.drive({
            first: 0, last: body.burst.not(), address: 0, lane: 0,
            enables: mux(aborted.or(body.bsel.any().not()), literal(16, 0), lanes), data: line,
          })
          when(flit.fire, () => {
            remaining.next(mux(remaining.ge(16), remaining.subWrap(16), literal(13, 0)))
            when(body.bsel.any().not(), () => aborted.next(1))
            when(body.burst.not(), () => state.go('settle'))
          })
        },
        settle: () =>
          when(lines.idle, () => {
            when(isMessage, () => {
              when(aborted, () => error.next(errorCodes.ABORT))
              state.go('publish')
            }).otherwise(() => {
              when(aborted, () => error.next(errorCodes.ABORT))
              state.go('acknowledge')
            })
          }),
        publish: () => {
          const lost = stillThere.not()
          const result = mux(good.and(lost), literal(5, errorCodes.RECV_GONE), error)
          const follows = wantsReply.or(returnsCredit)
          const publishes = good.and(lost.not())
          turn.valid.drive(1)
          turn.hold.drive(publishes.and(follows))
          turn.ep.drive(targetEp.truncate(endpointBits))
          turn.data.drive([
            pack(receiveWord0, { ...unpack(receiveWord0, words[0]!), writePosition: slot.extend(6).addWrap(1) }),
            0,
            pack(receiveWord2, { unread: now.unread.or(slotBit), occupied: now.occupied.or(slotBit) }),
          ])
          turn.write.drive(mux(publishes, literal(3, 0b101), literal(3, 0)))
          when(granted, () => {
            stamp.next(ports.time.truncate(16))
            error.next(result)
            when(publishes.and(follows), () => state.go('connect')).otherwise(() => {
              ended.drive(1)
              outcome.drive(result)
              state.go('acknowledge')
            })
          })
        },
        connect: () => {
          turn.valid.drive(1)
          turn.ep.drive(
            mux(wantsReply, receive.replyEps.addWrap(slot.extend(16)).truncate(endpointBits), header.replyEp.truncate(endpointBits)),
          )
          turn.data.drive([
            mux(wantsReply, replyWords[0], pack(sendWord0, { ...credited, credits: credited.credits.addWrap(1) })),
            replyWords[1],
            replyWords[2],
          ])
          turn.write.drive(mux(wantsReply, literal(3, 0b111), mux(grows, literal(3, 0b001), literal(3, 0))))
          deferCredit.drive(wantsReply.not().and(defers))
          stamp.next(ports.time.truncate(16))
          ended.drive(1)
          outcome.drive(errorCodes.NONE)
          state.go('acknowledge')
        },
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

      probe('commit', begun.or(ended), commit, {
        kind: mux(begun, constant(commit.fields.kind, 'messageBegun'), constant(commit.fields.kind, 'messageEnded')),
        error: outcome,
        ep: mux(begun, targetEp, literal(16, 0)),
        address: 0,
        enables: 0,
        data: mux(begun.and(outcome.eq(errorCodes.NONE)), free.index, literal(5, 0)).extend(64),
      })
    },
  )
