/** Requests to the core: foreign messages and PMP failures. */
import {
  assert,
  type Bit,
  bit,
  cat,
  constant,
  input,
  instance,
  literal,
  module,
  mux,
  output,
  probe,
  reg,
  struct,
  uint,
  type UInt,
  when,
} from '#edsl'
import { fifo } from '#hdl/lib'
import { commit, coreRequestQueue, coreRequestTypes } from '#layout'

/** A request as it waits: `upper` is CORE_REQ[63:32], `middle` CORE_REQ[18:3]. Section 2.4. */
const coreRequest = struct({ failure: bit, upper: uint(32), middle: uint(16) })

/**
 * Queues requests and shows one after the other in CORE_REQ, with interrupt 1; each leaves the queue when software has
 * answered it, and exactly once (DEV-13).
 *
 * Ports: `push` a request, only while `room` is 1; `interrupt` 1 of CORE_CFG and `shown`, CORE_REQ[2:0]; `wants` a turn,
 * `granted` has it; then `raises` puts `request` into CORE_REQ and sets the interrupt, or `clears` sets CORE_REQ to 0;
 * `restart`, high for as many cycles as the queue has places, empties it.
 * Reset: empty.
 * Source: TCU interface 2.0.1, section 5.5.
 */
export const coreRequests = (pmp: boolean) =>
  module(
    `core_requests${pmp ? '_pmp' : ''}`,
    {
      push: input(struct({ valid: bit, request: coreRequest })),
      room: output(bit),
      interrupt: input(bit),
      shown: input(uint(3)),
      wants: output(bit),
      granted: input(bit),
      raises: output(bit),
      clears: output(bit),
      request: output(uint(64)),
      restart: input(bit),
    },
    (ports) => {
      const { push, granted, restart } = ports
      const showing = reg(bit, 0)
      const pops = granted.and(showing)
      const taken = pops.or(restart)

      // Without PMP only activity and endpoint are kept.
      const { failure, upper, middle } = push.request
      const kept = pmp ? cat(failure, upper, middle) : cat(upper.slice(16, 16), middle)
      const queue = instance(fifo(uint(kept.expression.bits), coreRequestQueue))
      queue.from.valid.drive(push.valid)
      queue.from.payload.drive(kept)
      queue.to.ready.drive(taken)
      ports.room.drive(queue.from.ready)
      const front = queue.to.payload
      const word = pmp
        ? wordOf(front.bit(48), front.slice(16, 32), front.slice(0, 16))
        : wordOf(literal(1, 0), cat(front.slice(16, 16), literal(16, 0)), front.slice(0, 16))

      const answered = ports.shown.eq(coreRequestTypes.response)
      const quiet = ports.shown.eq(coreRequestTypes.idle).and(ports.interrupt.not())
      ports.wants.drive(mux(showing, answered, queue.to.valid.and(quiet)))
      ports.raises.drive(granted.and(showing.not()))
      ports.clears.drive(pops)
      ports.request.drive(word)
      when(granted, () => showing.next(showing.not()))
      when(restart, () => showing.next(0))

      assert(push.valid.not().or(queue.from.ready), 'takes a request only when there is room')
      assert(showing.not().or(queue.to.valid), 'a request that is shown has its place in the queue')
      probe('commit', granted, commit, {
        kind: mux(
          showing,
          constant(commit.fields.kind, 'coreRequestDone'),
          constant(commit.fields.kind, 'coreRequestRaised'),
        ),
        error: 0,
        ep: 0,
        address: 0,
        enables: 0,
        data: mux(showing, literal(64, 0), word),
      })
    },
  )

/** A request as CORE_REQ shows it. */
const wordOf = (failure: Bit, upper: UInt<32>, middle: UInt<16>): UInt<64> =>
  cat(
    upper,
    literal(13, 0),
    middle,
    mux(failure, literal(3, coreRequestTypes.pmpFailure), literal(3, coreRequestTypes.foreignMessage)),
  )
