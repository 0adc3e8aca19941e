/** Where the flits of a virtual channel wait for a module. */
import {
  assert,
  bit,
  implies,
  input,
  instance,
  literal,
  module,
  mux,
  output,
  pack,
  past,
  reg,
  stream,
  uint,
  when,
} from '#edsl'
import { bodyFlit, burstLengthBits } from '#layout'
import { fifo } from '#hdl/lib'
import { asBody, flit, isTail } from '../flit.ts'
import { once } from '../once.ts'

/**
 * Holds up to `depth` flits of one virtual channel until the module takes them.
 *
 * While `draining`, what arrives is forgotten. A packet that this tears apart is completed with flits of bsel 0x00 behind those
 * of it that were kept, as many as were forgotten of it (their data are those of any earlier packet for the same module), and whole packets are
 * kept again from the next head on.
 *
 * Ports: `arrives` a flit comes in this cycle, `from` the flit; `room` one may come in this cycle; `to` the module's side;
 * `draining` as above; `dropped` one cycle per packet that was forgotten in part or as a whole.
 * Timing: with `underWay` 1 a flit may come one cycle after its `room`. A flit can leave in the cycle after it came, one per cycle from a depth of 2 + `underWay` on. `room` comes from registers.
 * Reset: empty, a packet begins.
 * Rejects: RangeError when `depth` is not greater than `underWay`.
 * Source: NoC sections 10.4, 10.5, 10.7.
 */
export const ejectionQueue = once((depth: number, underWay: 0 | 1 = 0) => {
  atLeast(depth, underWay)
  return module(
    `ejection_queue_${depth}${underWay === 1 ? '_late' : ''}`,
    {
      arrives: input(bit),
      from: input(flit),
      room: output(bit),
      to: output(stream(flit)),
      draining: input(bit),
      dropped: output(bit),
    },
    ({ arrives, from, room, to, draining, dropped }) => {
      const queue = instance(fifo(flit, depth, 'shown'), 'queue')
      /** The packet that arrives has begun; its flits are forgotten; its first flits were kept. */
      const inside = reg(bit, 0)
      const forgets = reg(bit, 0)
      const torn = reg(bit, 0)
      /** The torn packet has arrived to its tail, and so many of its flits are still owed to the module. */
      const whole = reg(bit, 0)
      const owed = reg(uint(burstLengthBits), 0)

      const free = queue.level.le(depth - 1 - underWay).and(torn.not())
      // A flit under way may have been let in by the forgetting that has ended meanwhile.
      const surprise = underWay === 1 ? inside.not().and(queue.from.ready.not().or(torn)) : literal(1, 0)
      const forgetsNow = draining.or(inside.and(forgets)).or(surprise).named('forgets_now')
      const arrivesForgotten = arrives.and(forgetsNow).named('arrives_forgotten')
      const tail = isTail(from)
      room.drive(draining.or(inside.and(forgets)).or(free))
      dropped.drive(arrivesForgotten.and(tail))

      queue.from.payload.drive(from)
      queue.from.valid.drive(arrives.and(forgetsNow.not()))
      when(arrives, () => {
        inside.next(tail.not())
        forgets.next(forgetsNow)
      })

      // Behind what was kept of a torn packet comes what is owed of it; its last flit only when the tail has been seen.
      const kept = queue.to.valid
      const owes = owed.ne(0)
      const last = whole.and(owed.eq(1))
      to.valid.drive(kept.or(owes))
      // Masking 128 bits of data that nobody looks at would be a third of an interface.
      const line = asBody(queue.to.payload)
      const owing = pack(bodyFlit, { ...line, burst: last.not(), arq: 0, bsel: 0 })
      to.payload.drive(mux(kept, queue.to.payload, owing))
      queue.to.ready.drive(to.ready)
      const paid = to.fire.and(kept.not()).named('paid')

      const tears = arrivesForgotten.and(inside).and(forgets.not()).named('tears')
      const adds = tears.or(arrivesForgotten.and(torn).and(whole.not())).named('adds')
      when(tears, () => torn.next(1))
      when(adds, () => whole.next(tail))
      when(adds.and(paid.not()), () => owed.next(owed.addWrap(1)))
      when(paid.and(adds.not()), () => owed.next(owed.subWrap(1)))
      when(paid.and(last), () => {
        torn.next(0)
        whole.next(0)
      })

      assert(
        implies(arrives.and(forgetsNow.not()), queue.from.ready.and(torn.not())),
        'takes only what it has room for',
      )
      assert(implies(owes, torn), 'owes only what it forgot of a torn packet')
      assert(implies(past(to.valid.and(to.ready.not())), to.valid), 'what is offered stays until it is taken')
    },
  )
})

const atLeast = (depth: number, underWay: number): void => {
  if (!Number.isInteger(depth) || depth <= underWay)
    throw new RangeError(`ejectionQueue(): a depth of ${depth} has no room, use a whole number from ${underWay + 1}`)
}
