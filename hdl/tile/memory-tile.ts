/** A tile that is memory. */
import { connect, input, instance, module, output, stream, uint } from '#edsl'
import { memoryTcu, type TcuParameters } from '#hdl/tcu'
import { flitBits, nocId } from '#layout'
import { scratchpad } from './scratchpad.ts'

/**
 * On-chip memory that other tiles read and write through their TCUs.
 *
 * Ports: `own` ids; `descriptor` TILE_DESC; the streams from and to the network.
 * Source: NoC section 7.2.
 */
export const memoryTile = (parameters: TcuParameters) =>
  module(
    `memory_tile_${parameters.memoryBytes / 1024}k`,
    {
      own: input(nocId),
      descriptor: input(uint(64)),
      requestIn: input(stream(uint(flitBits))),
      responseIn: input(stream(uint(flitBits))),
      responseOut: output(stream(uint(flitBits))),
    },
    (ports) => {
      const unit = instance(memoryTcu(parameters), 'tcu')
      const ram = instance(scratchpad(parameters.memoryBytes), 'ram')

      unit.own.drive(ports.own)
      unit.descriptor.drive(ports.descriptor)
      ram.access.drive(unit.memory)
      unit.loaded.drive(ram.line)

      connect(unit.requestIn, ports.requestIn)
      connect(unit.responseIn, ports.responseIn)
      connect(ports.responseOut, unit.responseOut)
    },
  )
