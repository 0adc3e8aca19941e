/** Samples of a converter with a clock of its own, brought to the clock of the system. */
import { bit, connect, domain, input, instance, main, module, output, reg, stream, uint } from '#edsl'
import { asyncFifo, synchronised } from '#hdl/lib'

/** The clock of the converter; no relation to `main` is assumed. */
export const converter = domain('converter')

export interface SampleCrossingOptions {
  /** Bits of a sample. */
  readonly bits: number
  /** Samples that may wait, a power of two. */
  readonly depth: number
}

/**
 * Hands samples on in their order. A converter cannot wait: samples that find no place are lost, and that is told.
 *
 * Ports: `sample` one each cycle of `converter` in which `taken` is 1; `to` the samples, in `main`; `lost` 1 from the first
 * sample on that was lost, until reset.
 * Timing: a sample is there three to four cycles of `main` later.
 * Reset: empty. Both domains are reset together, for two cycles of each.
 */
export const sampleCrossing = ({ bits, depth }: SampleCrossingOptions) =>
  module(
    `sample_crossing_${bits}x${depth}`,
    {
      sample: input(uint(bits), { domain: converter }),
      taken: input(bit, { domain: converter }),
      to: output(stream(uint(bits))),
      lost: output(bit),
    },
    ({ sample, taken, to, lost }) => {
      const queue = instance(asyncFifo(uint(bits), depth), { domains: { write: converter, read: main } })
      queue.from.payload.drive(sample)
      queue.from.valid.drive(taken)
      connect(to, queue.to)

      const loses = reg(bit, 0, { domain: converter, enable: taken.and(queue.from.ready.not()) })
      loses.next(1)
      lost.drive(synchronised(loses, 'seen'))
    },
  )

/** Samples of 12 bits, of which 16 may wait. */
export const samples12 = sampleCrossing({ bits: 12, depth: 16 })
