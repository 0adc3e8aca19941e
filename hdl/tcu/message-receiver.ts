/** Incoming messages: into a slot of a receive buffer, with everything that comes with it. */
import {
  bit,
  cat,
  constant,
  input,
  instance,
  literal,
  module,
  mux,
  output,
  pack,
  probe,
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
import { asReceive, endpointBits, isType } from '#hdl/endpoints'
import {
  bodyFlit,
  commit,
  errorCodes,
  flitBits,
  headFlit,
  messageAcknowledgement,
  messageHeader01,
  messageHeader23,
  modes,
  nocId,
  receiveWord0,
  receiveWord2,
} from '#layout'
import {
  endpointRequest,
  endpointWords,
  memoryRequest,
  noRequest,
  storeLine,
  tcuName,
  type TcuParameters,
} from './interfaces.ts'
import { builtWith } from './choice.ts'
import { lineStore } from './line-store.ts'
import { admission, freeSlot } from './message-admission.ts'
import { messageEffect } from './message-effects.ts'

/**
 * Receives one message at a time. Its endpoint is read while the first line of its header comes in; it is checked in one
 * atomic step then; when all of it is stored, a second atomic step publishes it: masks and position, reply endpoint or
 * credit. Then it is acknowledged. A burst that is longer or shorter than it announces ends with CRITICAL.
 *
 * Ports: `flit` all flits of a TCU_MSG burst that announces two lines or more; `busy` high from its head to its
 * acknowledgement; `acknowledge` flits out; `store` to the memory port; `endpoints`, `granted`, `words` the turn at the
 * endpoints; `sending` the SEND in flight, `deferCredit` a credit for it that came before its acknowledgement (R-ORDER-1).
 * Timing: 7 cycles and one per payload line from the head to the acknowledgement, one less when neither reply endpoint nor
 * credit is written. Waits only for turns, memory and room on the response class; never for a local command (section 4.10, A8).
 * Source: TCU interface 2.0.1, section 7.6; NoC section 2.9.
 */
export const messageReceiver = (parameters: TcuParameters) =>
  module(
    `message_receiver_${tcuName(parameters)}`,
    {
      own: input(nocId),
      time: input(uint(64)),
      flit: input(stream(uint(flitBits))),
      busy: output(bit),
      acknowledge: output(stream(uint(flitBits))),
      store: output(memoryRequest),
      storeGranted: input(bit),
      endpoints: output(endpointRequest),
      granted: input(bit),
      words: input(endpointWords),
      sending: input(struct({ active: bit, ep: uint(16) })),
      deferCredit: output(bit),
      restart: input(bit),
    },
    (ports) => {
      const { flit, granted, words } = ports
      const state = states(
        'head',
        'header',
        'lookUp',
        'admit',
        'store01',
        'store23',
        'payload',
        'publish',
        'connect',
        'discard',
        'acknowledge',
      )
      const head = unpack(headFlit, flit.payload)
      const body = unpack(bodyFlit, flit.payload)
      const line = cat(body.data1, body.data0)
      const lines = instance(lineStore)
      ports.store.drive(lines.request)
      lines.granted.drive(ports.storeGranted)
      lines.restart.drive(ports.restart)
      ports.busy.drive(state.is('head').not())

      // --- the message in work
      const targetEp = reg(uint(16))
      const announced = reg(uint(13))
      const aborted = reg(bit, 0)
      const error = reg(uint(5))
      /** The tail has come. */
      const complete = reg(bit)
      /** The line with the label has come. */
      const labelled = reg(bit)
      const header01 = reg(uint(128))
      const label = reg(uint(16))
      const header = unpack(messageHeader01, header01)
      /** Lines that are announced and have not come. */
      const linesLeft = reg(uint(13))
      const held = reg(endpointWords)
      const slot = reg(uint(5))
      const hasSlot = reg(bit)
      const origin = reg(uint(32))
      const remaining = reg(uint(13))
      const stamp = reg(uint(16))
      const cut = body.bsel.any().not()

      // --- stores
      const feed = wire(bit, 0)
      const lineIn = wire(storeLine, { first: 0, last: 0, origin: 0, enables: 0, data: 0 })
      lines.line.valid.drive(feed)
      lines.line.payload.drive(lineIn)
      const unlessAborted = (enables: UInt<16>): UInt<16> => mux(aborted, literal(16, 0), enables)

      // --- endpoints
      const turn = wire(endpointRequest, noRequest)
      ports.endpoints.drive(turn)
      const free = freeSlot(words)
      const checked = admission(
        { ep: targetEp, announced, header, words: held, free: { found: hasSlot, index: slot } },
        parameters,
      )
      const now = asReceive(words)
      const stillThere = isType(words, 'receive')
      const slotBit = literal(32, 1).shiftLeft(slot)
      const good = error.eq(errorCodes.NONE)
      const effect = messageEffect(header, held, slot, words, builtWith(parameters).endpoints)
      const deferCredit = wire(bit, 0)
      ports.deferCredit.drive(deferCredit)

      // --- acknowledgement
      ports.acknowledge.payload.drive(
        pack(headFlit, {
          burst: 0,
          arq: 0,
          bsel: 0xff,
          sourceMod: ports.own.mod,
          sourceChip: ports.own.chip,
          targetMod: header.tile,
          targetChip: header.chip,
          mode: modes.TCU_ACK,
          address: cat(stamp, label),
          data0: pack(messageAcknowledgement, { unused: 0, isWrite: 0, reserved: 0, error }),
        }),
      )
      ports.acknowledge.valid.drive(state.is('acknowledge'))

      const ready = wire(bit, 0)
      flit.ready.drive(ready)
      const begun = wire(bit, 0)
      const ended = wire(bit, 0)
      const outcome = wire(uint(5), 0)

      const lookUp = (): void => {
        turn.valid.drive(1)
        turn.hold.drive(1)
        turn.ep.drive(targetEp.truncate(endpointBits))
        when(granted, () => {
          held.next(words)
          slot.next(free.index)
          hasSlot.next(free.found)
        })
      }
      /** The first line behind `header01` has the label. */
      const takeLabel = (): void => {
        when(labelled.not(), () => label.next(unpack(messageHeader23, line).label.truncate(16)))
        labelled.next(1)
      }
      const unfinished = body.burst.not().and(linesLeft.ne(1))

      const storeFlit = (enables: UInt<16>): void => {
        feed.drive(flit.valid)
        ready.drive(lines.line.ready)
        lineIn.drive({
          first: 0,
          last: body.burst.not(),
          origin: 0,
          enables: mux(cut, literal(16, 0), unlessAborted(enables)),
          data: line,
        })
        when(flit.fire, () => {
          takeLabel()
          aborted.next(aborted.or(cut))
          when(linesLeft.any(), () => linesLeft.next(linesLeft.subWrap(1)))
          when(unfinished.or(linesLeft.any().not()), () => error.next(errorCodes.CRITICAL))
        })
      }

      state.match({
        head: () => {
          ready.drive(1)
          when(flit.fire, () => {
            targetEp.next(head.address.truncate(16))
            announced.next(head.data0.truncate(13))
            linesLeft.next(head.data0.truncate(13).subWrap(1))
            aborted.next(0)
            labelled.next(0)
            label.next(0)
            error.next(errorCodes.NONE)
            state.go('header')
          })
        },
        header: () => {
          ready.drive(1)
          when(flit.valid, () => {
            header01.next(line)
            aborted.next(cut)
            complete.next(body.burst.not())
            lookUp()
            when(granted, () => state.go('admit')).otherwise(() => state.go('lookUp'))
          })
        },
        lookUp: () => {
          lookUp()
          when(granted, () => state.go('admit'))
        },
        admit: () => {
          turn.valid.drive(1)
          turn.ep.drive(targetEp.truncate(endpointBits))
          begun.drive(1)
          outcome.drive(checked.error)
          error.next(checked.error)
          stamp.next(ports.time.truncate(16))
          origin.next(checked.origin)
          remaining.next(header.length)
          when(checked.error.eq(errorCodes.NONE), () => state.go('store01')).otherwise(() =>
            when(complete, () => state.go('acknowledge')).otherwise(() => state.go('discard')),
          )
        },
        store01: () => {
          feed.drive(1)
          lineIn.drive({
            first: 1,
            last: complete,
            origin,
            enables: unlessAborted(literal(16, 0xffff)),
            data: header01,
          })
          when(lines.line.fire, () => {
            // Cut short before its label: nothing of it is taken.
            when(complete, () => {
              error.next(errorCodes.CRITICAL)
              state.go('publish')
            }).otherwise(() => state.go('store23'))
          })
        },
        store23: () => {
          storeFlit(literal(16, 0xffff))
          when(flit.fire, () => when(body.burst.not(), () => state.go('publish')).otherwise(() => state.go('payload')))
        },
        payload: () => {
          const lanes = mux(
            remaining.ge(16),
            literal(16, 0xffff),
            literal(16, 0xffff).shiftRight(literal(5, 16).subWrap(remaining.truncate(5))),
          )
          storeFlit(mux(remaining.any(), lanes, literal(16, 0)))
          when(flit.fire, () => {
            remaining.next(mux(remaining.ge(16), remaining.subWrap(16), literal(13, 0)))
            when(body.burst.not(), () => state.go('publish'))
          })
        },
        publish: () => {
          const failure = mux(good.and(aborted), literal(5, errorCodes.ABORT), error)
          const fails = failure.any()
          const result = mux(fails.or(stillThere), failure, literal(5, errorCodes.RECV_GONE))
          const publishes = fails.not().and(stillThere)
          const continues = publishes.and(effect.follows)
          turn.valid.drive(lines.idle)
          turn.adds.drive(fails.not())
          turn.act.drive(asReceive(held).act)
          when(publishes, () => turn.unread.drive('added'))
          turn.hold.drive(continues)
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
            when(continues, () => state.go('connect')).otherwise(() => {
              ended.drive(1)
              outcome.drive(result)
              state.go('acknowledge')
            })
          })
        },
        connect: () => {
          turn.valid.drive(1)
          turn.ep.drive(effect.ep)
          turn.data.drive([effect.words[0]!, effect.words[1]!, effect.words[2]!])
          turn.write.drive(effect.write)
          // A credit for the SEND in flight that came before its acknowledgement (R-ORDER-1).
          deferCredit.drive(effect.surplus.and(ports.sending.active).and(ports.sending.ep.eq(header.replyEp)))
          stamp.next(ports.time.truncate(16))
          ended.drive(1)
          outcome.drive(errorCodes.NONE)
          state.go('acknowledge')
        },
        discard: () => {
          ready.drive(1)
          when(flit.fire, () => {
            takeLabel()
            when(body.burst.not(), () => state.go('acknowledge'))
          })
        },
        acknowledge: () => when(ports.acknowledge.fire, () => state.go('head')),
      })
      when(ports.restart, () => state.go('head'))

      probe('commit', begun.or(ended), commit, {
        kind: mux(begun, constant(commit.fields.kind, 'messageBegun'), constant(commit.fields.kind, 'messageEnded')),
        error: outcome,
        ep: mux(begun, targetEp, literal(16, 0)),
        address: 0,
        enables: 0,
        data: mux(begun.and(outcome.eq(errorCodes.NONE)), slot, literal(5, 0)).extend(64),
      })
    },
  )
