/** FFT: the spectrum of block after block. */
import {
  cat,
  connect,
  instance,
  literal,
  memory,
  module,
  mux,
  pick,
  reg,
  reversed,
  states,
  uint,
  type UInt,
  unpack,
  when,
  wire,
} from '#edsl'
import { fftPoints } from '#layout'
import { combined, factors, multiplied, products, sample } from './butterfly.ts'
import { logicPorts } from './logic-ports.ts'
import { wordPacker } from './word-packer.ts'

const indexBits = Math.log2(fftPoints)
const pairs = fftPoints / 2

/**
 * Transforms blocks of 64 complex samples: real part, imaginary part, 16 bits with sign each, little endian. What comes out is
 * the discrete Fourier transform divided by 64, in the order of frequencies; each of the 6 stages halves its sums to the nearest.
 * The last block is filled up with zeros.
 *
 * Ports: those of every logic unit.
 * Timing: 2 cycles per word of 2 samples, 4 per butterfly, of which a block has 192, 2 per line of 4 samples.
 * Source: services section 6.7.2.
 */
export const fftLogic = module('logic_fft_64', logicPorts, ({ clear, from, to, busy }) => {
  const phase = states('take', 'second', 'fill', 'load', 'multiply', 'storeSum', 'storeDifference', 'give', 'giveMore')
  const packer = instance(wordPacker)
  packer.clear.drive(clear)
  connect(packer.from, from)

  const store = memory(uint(32), fftPoints, { read: 'now' })
  /** Samples taken, or given. */
  const count = reg(uint(indexBits + 1), 0)
  const upperWord = reg(uint(32))
  const ending = reg(uint(1), 0)
  const stage = reg(uint(3), 0)
  const pair = reg(uint(indexBits - 1), 0)
  const { last, data, bytes } = packer.to.payload

  // --- where the samples of a butterfly lie: `span` apart, the pair's number with a 0 put in at that place
  const span = literal(indexBits, 1).shiftLeft(stage)
  const below = span.subWrap(1)
  const number = pair.extend(indexBits)
  const first = number.and(below.not()).shiftLeft(1).or(number.and(below))
  const second = first.or(span)
  const angle = number
    .and(below)
    .truncate(indexBits - 1)
    .shiftLeft(literal(3, indexBits - 1).subWrap(stage))
  const given = count.truncate(indexBits)
  const giving = phase.isIn('give', 'giveMore')
  const one = store.read(mux(giving, given, first))
  const other = store.read(mux(giving, given.or(1), second))

  const upper = reg(sample)
  const lower = reg(sample)
  const factor = reg(sample)
  const parts = reg(products)
  const { sum, difference } = combined(upper, [parts[0]!, parts[1]!, parts[2]!, parts[3]!])

  // --- one write per cycle
  const writes = wire(uint(1), 0)
  const address = wire(uint(indexBits), 0)
  const value = wire(uint(32), 0)
  when(writes, () => store.write(address, value))
  const put = (at: UInt, word: UInt<32>) => {
    writes.drive(1)
    address.drive(at)
    value.drive(word)
  }

  const line = reg(uint(64))
  packer.to.ready.drive(phase.is('take'))
  to.valid.drive(phase.is('giveMore'))
  to.payload.drive({ bytes: 16, data: cat(other, one, line) })
  const begun = count.any()
  busy.drive(phase.is('take').not().or(packer.pending))
  const place = reversed(count.truncate(indexBits))
  const full = count.eq(fftPoints - 1)
  const taken = () => {
    count.next(count.addWrap(1))
    stage.next(0)
    pair.next(0)
  }

  phase.match({
    take: () =>
      when(packer.to.fire, () => {
        upperWord.next(data.slice(32, 32))
        ending.next(last)
        when(last, () => {
          // Bytes behind the last one are 0 already.
          when(bytes.any(), () => {
            put(place, data.truncate(32))
            taken()
            phase.go('second')
          }).elseWhen(begun, () => phase.go('fill'))
        }).otherwise(() => {
          put(place, data.truncate(32))
          taken()
          phase.go('second')
        })
      }),
    second: () => {
      put(place, upperWord)
      taken()
      when(full, () => phase.go('load'))
        .elseWhen(ending, () => phase.go('fill'))
        .otherwise(() => phase.go('take'))
    },
    fill: () => {
      put(place, literal(32, 0))
      taken()
      when(full, () => phase.go('load'))
    },
    load: () => {
      upper.next(unpack(sample, one))
      lower.next(unpack(sample, other))
      factor.next(
        unpack(
          sample,
          pick(
            factors.map((each) => literal(32, each)),
            angle,
          ),
        ),
      )
      phase.go('multiply')
    },
    multiply: () => {
      multiplied(lower, factor).forEach((each, index) => parts[index]!.next(each))
      phase.go('storeSum')
    },
    storeSum: () => {
      put(first, sum)
      phase.go('storeDifference')
    },
    storeDifference: () => {
      put(second, difference)
      pair.next(pair.addWrap(1))
      const lastPair = pair.eq(pairs - 1)
      when(lastPair, () => stage.next(stage.addWrap(1)))
      count.next(0)
      when(lastPair.and(stage.eq(indexBits - 1)), () => phase.go('give')).otherwise(() => phase.go('load'))
    },
    give: () => {
      line.next(cat(other, one))
      count.next(count.addWrap(2))
      phase.go('giveMore')
    },
    giveMore: () =>
      when(to.fire, () => {
        count.next(count.addWrap(2))
        when(given.eq(fftPoints - 2), () => {
          count.next(0)
          phase.go('take')
        }).otherwise(() => phase.go('give'))
      }),
  })
  when(clear, () => {
    count.next(0)
    phase.go('take')
  })
})
