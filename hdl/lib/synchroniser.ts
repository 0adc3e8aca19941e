/** Single bits that come from elsewhere. */
import { asynchronous, type Bit, bit, cat, input, instance, module, output, reg, uint, type UInt } from '#edsl'
import { atLeast } from './arguments.ts'

/**
 * Brings bits of another clock, or of none, to the clock of the domain that it is used in: each through `stages` registers of
 * its own. Bits that belong together do not arrive together: for those there are `handshakeCrossing` and `asyncFifo`.
 *
 * Ports: `from` bits of any domain, each held for more than one cycle here to be seen; `to` the bits.
 * Timing: a change is seen after `stages` edges, or one later when it came too close to an edge.
 * Reset: 0.
 * Rejects: RangeError when `bits` is below 1 or `stages` below 2.
 */
export const synchroniser = (bits = 1, stages = 2) => {
  atLeast(1, bits, `synchroniser(): ${bits} is no number of bits`)
  atLeast(2, stages, `synchroniser(): ${stages} stages do not let a bit settle`)
  return module(
    `synchroniser_${bits}x${stages}`,
    { from: input(uint(bits), { domain: asynchronous }), to: output(uint(bits)) },
    ({ from, to }) => {
      const settled = Array.from({ length: bits }, (_, index) =>
        settle(from.bit(index), stages, bits > 1 ? `_${index}` : ''),
      )
      const together: UInt = cat(...settled.reverse())
      to.drive(together)
    },
  )
}

/** A bit through `stages` registers of the current domain, the first of which may take it. */
const settle = (value: Bit, stages: number, suffix: string): Bit => {
  let last = value
  for (let stage = 0; stage < stages; stage++) {
    const next = reg(bit, 0, {
      name: `${stage === 0 ? 'early' : stage === stages - 1 ? 'settled' : `stage_${stage}`}${suffix}`,
      ...(stage === 0 && { crossing: 'first register of a synchroniser: the next one waits until it has settled' }),
    })
    next.next(last)
    last = next
  }
  return last
}

/** A bit of any domain in the domain of the statement, through a `synchroniser`. */
export const synchronised = (value: Bit, name: string, stages = 2): Bit => {
  const part = instance(synchroniser(1, stages), name)
  part.from.drive(value)
  return part.to as Bit
}
