/** Storage of the endpoints: three 64-bit words each, read and written as one. */
import { array, input, memory, module, output, uint, when } from '#edsl'
import { endpointCount, type EndpointCount } from '#layout'

/** Bits of the number of an endpoint that exists. */
export const endpointBits = Math.log2(endpointCount) as 7

/**
 * Holds `endpoints` endpoints; one of them is visible at a time, all three words at once.
 *
 * Ports: `ep` 7 bits, of which those above the number of endpoints do not count; `write` 3 bits, one per word; `data` and
 * `words` 3 x 64 bits, word 0 first.
 * Timing: `words` shows endpoint `ep` in the same cycle, before this cycle's write.
 * Reset: contents stay; they are 0 at power-up.
 * Source: TCU interface 2.0.1, sections 2.3 and 3.1.
 */
export const endpointFile = (endpoints: EndpointCount) =>
  module(
    `endpoint_file${endpoints === endpointCount ? '' : `_${endpoints}`}`,
    {
      ep: input(uint(endpointBits)),
      write: input(uint(3)),
      data: input(array(uint(64), 3)),
      words: output(array(uint(64), 3)),
    },
    ({ ep, write, data, words }) => {
      const place = ep.truncate(Math.log2(endpoints))
      words.forEach((word, index) => {
        const store = memory(uint(64), endpoints, { read: 'now', initial: 0, name: `word${index}` })
        word.drive(store.read(place))
        when(write.bit(index), () => store.write(place, data[index]!))
      })
    },
  )
