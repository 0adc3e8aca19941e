/** Answers for modules that are not there. */
import {
  type Bit,
  bit,
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
import type { Network } from '#topology'
import { asBody, asHead, flit, isTail } from '../flit.ts'
import { streamOfMode } from './streams.ts'

const answer = struct({
  from: nocId,
  to: nocId,
  address: uint(32),
  isRead: bit,
  isWrite: bit,
  isBypass: bit,
  /** Somebody waits for this answer. */
  due: bit,
})

const nothingStored = { unused: 0, error: errorCodes.TIMEOUT_NOC, isWrite: 1, bytes: 0 }
const notDelivered = { unused: 0, isWrite: 0, reserved: 0, error: errorCodes.TIMEOUT_NOC }

/** Whether packets of a stream get answers when their target does not exist. */
export const hasAnswers = (messageClass: number, classes: Network['classes']): boolean =>
  [modes.READ_REQ, modes.READ_REQ_2].some((mode) => streamOfMode(mode, classes) === messageClass)

/** The stream at which the answers of a stream of requests arrive. */
export const streamOfAnswers = (messageClass: number, classes: Network['classes']): number =>
  streamOfMode(messageClass === 2 ? modes.READ_RSP_2 : modes.ERROR, classes) ?? 0

/**
 * Answers requests to modules that do not exist the way those modules would: reads with ERROR, writes to memory and messages
 * with TCU_ACK, reads of a core with READ_RSP_2 of bsel 0x00, with the code TIMEOUT_NOC. Other packets end here.
 *
 * Ports: `from` whole packets of a stream with their source stamped, each as long as its head says; `to` single-flit answers.
 * Timing: the answer comes in the cycle after the packet's tail; while it waits, no further packet is taken.
 * Reset: no answer.
 * Source: NoC section 10.5, item 3.
 */
export const missingAnswer = (messageClass: number, classes: Network['classes']) => {
  const carries = (mode: number): boolean => streamOfMode(mode, classes) === messageClass
  const never = literal(1, 0)
  return module(
    `missing_answer_class${messageClass}`,
    { from: input(stream(flit)), to: output(stream(flit)) },
    ({ from, to }) => {
      const head = asHead(from.payload)
      const is = (mode: number): Bit => (carries(mode) ? head.mode.eq(mode) : never)
      const isBypass = is(modes.READ_REQ_2)
      const isRead = is(modes.READ_REQ).or(isBypass)
      const isWrite = is(modes.WRITE_POSTED)
      const toMemory = head.address.slice(28, 4).ne(0xf)
      // A message has a header of two lines; without them there is no label to acknowledge.
      const isMessage = is(modes.TCU_MSG).and(head.burst).and(head.data0.truncate(burstLengthBits).ge(2))
      const due = isRead.or(isWrite.and(toMemory)).or(isMessage)
      const tail = isTail(from.payload)
      const held = reg(answer)
      const answers = (mode: number): void => {
        to.payload.drive(
          pack(headFlit, {
            burst: 0,
            arq: 0,
            bsel: mode === modes.READ_RSP_2 ? 0x00 : 0xff,
            sourceMod: held.from.mod,
            sourceChip: held.from.chip,
            targetMod: held.to.mod,
            targetChip: held.to.chip,
            mode: mode === modes.READ_RSP_2 ? mode : mux(held.isRead, literal(4, modes.ERROR), modes.TCU_ACK),
            address: held.address,
            data0: mux(
              held.isWrite,
              pack(writeAcknowledgement, nothingStored),
              pack(messageAcknowledgement, notDelivered),
            ),
          }),
        )
      }
      const keep = (): void =>
        held.next({
          from: { chip: head.targetChip, mod: head.targetMod },
          to: { chip: head.sourceChip, mod: head.sourceMod },
          address: mux(isRead, unpack(readRequest, head.data0).returnAddress, head.address),
          isRead,
          isWrite,
          isBypass,
          due,
        })

      if (carries(modes.READ_REQ_2) && carries(modes.TCU_MSG)) {
        answers(modes.ERROR)
        when(held.isBypass, () => answers(modes.READ_RSP_2))
      } else answers(carries(modes.READ_REQ_2) ? modes.READ_RSP_2 : modes.ERROR)

      if (carries(modes.TCU_MSG)) {
        const state = states('head', 'line1', 'line2', 'rest', 'answer')
        from.ready.drive(state.is('answer').not())
        to.valid.drive(state.is('answer'))
        state.match({
          head: () =>
            when(from.fire, () => {
              keep()
              when(isMessage, () => state.go('line1'))
                .elseWhen(head.burst, () => state.go('rest'))
                .elseWhen(due, () => state.go('answer'))
            }),
          line1: () => when(from.fire, () => state.go('line2')),
          line2: () =>
            when(from.fire, () => {
              // A line that the interface itself added has no label.
              const line = asBody(from.payload)
              held.address.next(mux(line.bsel.any(), line.data0.truncate(16).extend(32), 0))
              when(tail, () => state.go('answer')).otherwise(() => state.go('rest'))
            }),
          rest: () =>
            when(from.fire.and(tail), () => when(held.due, () => state.go('answer')).otherwise(() => state.go('head'))),
          answer: () => when(to.fire, () => state.go('head')),
        })
        return
      }
      const state = states('head', 'rest', 'answer')
      from.ready.drive(state.is('answer').not())
      to.valid.drive(state.is('answer'))
      state.match({
        head: () =>
          when(from.fire, () => {
            keep()
            when(head.burst, () => state.go('rest')).elseWhen(due, () => state.go('answer'))
          }),
        rest: () =>
          when(from.fire.and(tail), () => when(held.due, () => state.go('answer')).otherwise(() => state.go('head'))),
        answer: () => when(to.fire, () => state.go('head')),
      })
    },
  )
}
