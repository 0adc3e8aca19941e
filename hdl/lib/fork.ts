/** One stream for several takers. */
import { assert, bit, type Bit, input, module, output, reg, type Shape, stream } from '#edsl'
import { atLeast } from './arguments.ts'
import { give } from './generic-payload.ts'
import { shapeName } from './shape-name.ts'

/**
 * Gives every payload to each of `n` streams. Each takes it when it is ready, and does not wait for the others.
 *
 * Ports: `from` the payloads; `to` n streams, all of which get all of them.
 * Timing: payloads pass within the cycle. The next one comes when all have taken this one. Paths lead from each `to.ready` to
 * `from.ready`, none from one of the streams to another.
 * Reset: nobody has taken anything.
 * Rejects: RangeError when `n` is below 1.
 */
export const fork = <const S extends Shape>(shape: S, n: number) => {
  atLeast(1, n, `fork(): ${n} is no number of streams`)
  return module(
    `fork_${shapeName(shape)}x${n}`,
    { from: input(stream(shape)), to: Array.from({ length: n }, () => output(stream(shape))) },
    ({ from, to }) => {
      const taken = to.map((_, index) => reg(bit, 0, `taken_${index}`))
      const all = to.map(({ ready }, index) => ready.or(taken[index] as Bit)).reduce((every, one) => every.and(one))

      from.ready.drive(all)
      to.forEach(({ payload, valid, fire }, index) => {
        const mine = taken[index]
        if (mine === undefined) return
        valid.drive(from.valid.and(mine.not()))
        give(payload, from.payload)
        mine.next(mine.or(fire).and(from.fire.not()))
      })

      const everybody = taken.map((each): Bit => each).reduce((every, one) => every.and(one))
      assert(everybody.not(), 'a payload that all have taken is gone')
    },
  )
}
