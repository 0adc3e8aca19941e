/** A tile with a stream accelerator, a TCU and local memory. */
import { connect, input, instance, literal, module, mux, output, probe, stream, uint } from '#edsl'
import { accelerator, type AcceleratorParameters } from '#hdl/accelerator'
import { clockName, tcu, type TcuParameters } from '#hdl/tcu'
import { flitBits, memoryAccess, nocId } from '#layout'
import { scratchpad } from './scratchpad.ts'

/**
 * Joins a TCU, its memory and a stream accelerator, which has the place of a core: the bus to the TCU's registers, the core
 * enable, the memory in cycles in which the TCU leaves it alone, and no other way to the network.
 *
 * Ports: `own` ids; `descriptor` TILE_DESC; the streams from and to the network.
 * Source: NoC section 7.5; services section 6.7.
 */
export const acceleratorTile = (parameters: TcuParameters & AcceleratorParameters) =>
  module(
    `accelerator_tile_${parameters.logic}_${parameters.memoryBytes / 1024}k${clockName(parameters)}`,
    {
      own: input(nocId),
      descriptor: input(uint(64)),
      requestIn: input(stream(uint(flitBits))),
      requestOut: output(stream(uint(flitBits))),
      responseIn: input(stream(uint(flitBits))),
      responseOut: output(stream(uint(flitBits))),
    },
    (ports) => {
      const unit = instance(tcu(parameters), 'tcu')
      const spm = instance(scratchpad(parameters.memoryBytes), 'spm')
      const device = instance(accelerator(parameters), 'accelerator')

      unit.own.drive(ports.own)
      unit.descriptor.drive(ports.descriptor)
      connect(unit.core, device.core)
      device.coreAnswer.drive(unit.coreAnswer)
      device.enable.drive(unit.coreEnable)

      // The TCU never waits for its memory: nothing that the accelerator does delays packets.
      const granted = unit.memory.valid.not()
      spm.access.drive(mux(unit.memory.valid, unit.memory, device.memory))
      unit.loaded.drive(spm.line)
      device.granted.drive(granted)
      device.line.drive(spm.line)

      connect(unit.requestIn, ports.requestIn)
      connect(ports.requestOut, unit.requestOut)
      connect(unit.responseIn, ports.responseIn)
      connect(ports.responseOut, unit.responseOut)

      const { valid, store, address, enables, data } = device.memory
      probe('memory', valid.and(store).and(granted), memoryAccess, {
        user: 'accelerator',
        store: literal(1, 1),
        address,
        enables,
        data,
      })
    },
  )
