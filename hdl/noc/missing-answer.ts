/** Answers for modules that are not there. */
import { bit, input, literal, module, mux, output, pack, reg, states, stream, struct, uint, unpack, when } from '#edsl'
import {
  burstLengthBits,
  errorCodes,
  headFlit,
  messageAcknowledgement,
  modes,
  nocId,
  readRequest,
  writeAcknowledgement,
} from '#layout'
import { asBody, asHead, flit, isTail } from './flit.ts'

const answer = struct({
  from: nocId,
  to: nocId,
  address: uint(32),
  isRead: bit,
  isWrite: bit,
  /** Somebody waits for this answer. */
  due: bit,
})

const nothingStored = { unused: 0, error: errorCodes.TIMEOUT_NOC, isWrite: 1, bytes: 0 }
const notDelivered = { unused: 0, isWrite: 0, reserved: 0, error: errorCodes.TIMEOUT_NOC }

/**
 * Answers requests to modules that do not exist the way those modules would: reads with ERROR, writes to memory and messages
 * with TCU_ACK, with the code TIMEOUT_NOC. Other packets end here.
 *
 * Ports: `from` whole packets of class 0 with their source stamped, each as long as its head says; `to` single-flit answers.
 * Timing: the answer comes in the cycle after the packet's tail; while it waits, no further packet is taken.
 * Reset: no answer.
 * Source: NoC section 10.5, item 3.
 */
export const missingAnswer = module(
  'missing_answer',
  { from: input(stream(flit)), to: output(stream(flit)) },
  ({ from, to }) => {
    const state = states('head', 'line1', 'line2', 'rest', 'answer')
    const held = reg(answer)

    const head = asHead(from.payload)
    const isRead = head.mode.eq(modes.READ_REQ)
    const isWrite = head.mode.eq(modes.WRITE_POSTED)
    const toMemory = head.address.slice(28, 4).ne(0xf)
    // A message has a header of two lines; without them there is no label to acknowledge.
    const isMessage = head.mode.eq(modes.TCU_MSG).and(head.burst).and(head.data0.truncate(burstLengthBits).ge(2))
    const due = isRead.or(isWrite.and(toMemory)).or(isMessage)
    const tail = isTail(from.payload)

    from.ready.drive(state.is('answer').not())
    to.valid.drive(state.is('answer'))
    to.payload.drive(
      pack(headFlit, {
        burst: 0,
        arq: 0,
        bsel: 0xff,
        sourceMod: held.from.mod,
        sourceChip: held.from.chip,
        targetMod: held.to.mod,
        targetChip: held.to.chip,
        mode: mux(held.isRead, literal(4, modes.ERROR), modes.TCU_ACK),
        address: held.address,
        data0: mux(held.isWrite, pack(writeAcknowledgement, nothingStored), pack(messageAcknowledgement, notDelivered)),
      }),
    )

    state.match({
      head: () =>
        when(from.fire, () => {
          held.next({
            from: { chip: head.targetChip, mod: head.targetMod },
            to: { chip: head.sourceChip, mod: head.sourceMod },
            address: mux(isRead, unpack(readRequest, head.data0).returnAddress, head.address),
            isRead,
            isWrite,
            due,
          })
          when(isMessage, () => state.go('line1'))
            .elseWhen(head.burst, () => state.go('rest'))
            .elseWhen(due, () => state.go('answer'))
        }),
      line1: () => when(from.fire, () => state.go('line2')),
      line2: () =>
        when(from.fire, () => {
          held.address.next(asBody(from.payload).data0.truncate(16).extend(32))
          when(tail, () => state.go('answer')).otherwise(() => state.go('rest'))
        }),
      rest: () =>
        when(from.fire.and(tail), () => when(held.due, () => state.go('answer')).otherwise(() => state.go('head'))),
      answer: () => when(to.fire, () => state.go('head')),
    })
  },
)
