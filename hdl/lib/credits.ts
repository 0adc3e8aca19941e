/** Streams over links that cannot say `ready`: the receiver gives credits, and the sender spends them. */
import {
  bitsFor,
  assert,
  bit,
  implies,
  input,
  instance,
  module,
  output,
  reg,
  type Shape,
  stream,
  struct,
  uint,
  when,
} from '#edsl'
import { atLeast } from './arguments.ts'
import { assertAtMost } from './at-most.ts'
import { fifo } from './fifo.ts'
import { give, keep } from './generic-payload.ts'
import { shapeName } from './shape-name.ts'

/** What a link carries in a cycle: a payload when `valid` is 1. */
export const linkWord = <const S extends Shape>(shape: S) => struct({ valid: bit, payload: shape })

/** The parts of a `linkWord` of any shape, and how to set them. */
interface LinkWord {
  readonly valid: ReturnType<typeof reg<typeof bit>> & { drive(value: unknown): void }
  readonly payload: never
}
const asLink = (value: unknown): LinkWord => value as LinkWord

/**
 * Sends payloads over a link, as many as it has credits for.
 *
 * Ports: `from` the payloads; `link` one per cycle at most; `credit` 1 in a cycle in which the receiver gives one back.
 * Timing: payloads pass within the cycle. A payload per cycle if there are as many credits as cycles from sending a payload to
 * spending its credit again: 3, and 2 for each `creditLink` stage between.
 * Reset: all `credits` are there. Sender and receiver are reset together.
 * Rejects: RangeError when `credits` is below 1.
 */
export const creditSender = <const S extends Shape>(shape: S, credits: number) => {
  atLeast(1, credits, `creditSender(): ${credits} credits send nothing`)
  return module(
    `credit_sender_${shapeName(shape)}x${credits}`,
    { from: input(stream(shape)), link: output(linkWord(shape)), credit: input(bit) },
    ({ from, link: out, credit }) => {
      const link = asLink(out)
      const left = reg(uint(bitsFor(credits)), credits)

      from.ready.drive(left.any())
      link.valid.drive(from.fire)
      give(link.payload, from.payload as never)
      when(from.fire.and(credit.not()), () => left.next(left.subWrap(1)))
      when(credit.and(from.fire.not()), () => left.next(left.addWrap(1)))

      assertAtMost(left, credits, 'never has more credits than it began with')
      assert(implies(left.eq(credits), credit.not().or(from.fire)), 'gets back only credits that it spent')
    },
  )
}

/**
 * Takes payloads from a link, keeps up to `depth` of them, and gives a credit back for each that has left.
 *
 * Ports: `link` the payloads; `credit` 1 in a cycle in which the sender gets one back; `to` the payloads.
 * Timing: a payload can leave in the cycle after it came; its credit goes back in the cycle after that.
 * Reset: empty. Sender and receiver are reset together.
 * Rejects: RangeError when `depth` is below 1. A sender with more credits than `depth` violates an assertion.
 */
export const creditReceiver = <const S extends Shape>(shape: S, depth: number) => {
  atLeast(1, depth, `creditReceiver(): a depth of ${depth} holds no payload`)
  return module(
    `credit_receiver_${shapeName(shape)}x${depth}`,
    { link: input(linkWord(shape)), credit: output(bit), to: output(stream(shape)) },
    ({ link: incoming, credit, to }) => {
      const link = asLink(incoming)
      const store = instance(fifo(shape, depth))
      const freed = reg(bit, 0)

      store.from.valid.drive(link.valid)
      give(store.from.payload, link.payload)
      to.valid.drive(store.to.valid)
      give(to.payload, store.to.payload)
      store.to.ready.drive(to.ready)
      freed.next(to.fire)
      credit.drive(freed)

      assert(implies(link.valid, store.from.ready), 'never gets a payload that it has no room for')
    },
  )
}

/**
 * A link of `stages` registers each way between a `creditSender` and its `creditReceiver`.
 *
 * Ports: `from` and `creditTo` at the sender; `to` and `creditFrom` at the receiver.
 * Timing: payloads and credits take `stages` cycles.
 * Reset: nothing is on the way.
 * Rejects: RangeError when `stages` is below 1.
 */
export const creditLink = <const S extends Shape>(shape: S, stages: number) => {
  atLeast(1, stages, `creditLink(): ${stages} stages are no link`)
  return module(
    `credit_link_${shapeName(shape)}x${stages}`,
    {
      from: input(linkWord(shape)),
      to: output(linkWord(shape)),
      creditFrom: input(bit),
      creditTo: output(bit),
    },
    (ports) => {
      let word = asLink(ports.from)
      let credit = ports.creditFrom
      for (let stage = 0; stage < stages; stage++) {
        const valid = reg(bit, 0, `valid_${stage}`)
        const payload = reg(shape, undefined, `payload_${stage}`)
        const back = reg(bit, 0, `credit_${stage}`)
        valid.next(word.valid)
        keep(payload, word.payload)
        back.next(credit)
        word = asLink({ valid, payload })
        credit = back
      }
      give(ports.to as never, word as never)
      ports.creditTo.drive(credit)
    },
  )
}
