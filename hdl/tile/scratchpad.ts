/** Local memory of a tile. */
import { input, memory, module, output, uint, when } from '#edsl'
import { memoryRequest } from '#hdl/tcu'

const lineBytes = 16

/**
 * On-chip memory of `bytes` bytes in lines of 16 bytes with a write enable per byte: a block RAM.
 *
 * Ports: `access` in, always served; `line` the line of the last load.
 * Timing: a load's line is there in the next cycle; one access per cycle.
 * Reset: contents are unknown at power-up.
 * Source: NoC section 7.2.
 */
export const scratchpad = (bytes: number) =>
  module(
    `scratchpad_${bytes / 1024}k`,
    { access: input(memoryRequest), line: output(uint(8 * lineBytes)) },
    ({ access, line }) => {
      const depth = bytes / lineBytes
      const store = memory(uint(8 * lineBytes), depth, { read: 'next' })
      const address = access.address.slice(Math.log2(lineBytes), Math.log2(depth))
      line.drive(store.read(address, access.valid.and(access.store.not())))
      when(access.valid.and(access.store), () => store.write(address, access.data, access.enables))
    },
  )
