/** A tile with a core, a TCU and local memory. */
import { array, bit, connect, input, instance, module, output, stream, uint } from '#edsl'
import { choiceName, clockName, registerAccess, registerAnswer, tcu, type TcuParameters } from '#hdl/tcu'
import { flitBits, nocId } from '#layout'
import { scratchpad } from './scratchpad.ts'

/** What a core has of its tile: the bus to the TCU's registers, its enable, and two interrupt lines. */
export const corePorts = {
  core: input(stream(registerAccess)),
  coreAnswer: output(registerAnswer),
  coreEnable: output(bit),
  interrupts: output(array(bit, 2)),
}

/**
 * Joins a TCU and its memory. The core is outside: it has a bus to the TCU's registers, an enable and two interrupt lines, and
 * no other way to the network.
 *
 * Ports: `own` ids; `descriptor` TILE_DESC; `core` and `coreAnswer` the bus; the streams from and to the network.
 * Source: NoC section 7.5.
 */
export const computeTile = (parameters: TcuParameters) =>
  module(
    `compute_tile_${parameters.memoryBytes / 1024}k${choiceName(parameters)}${clockName(parameters)}`,
    {
      own: input(nocId),
      descriptor: input(uint(64)),
      ...corePorts,
      requestIn: input(stream(uint(flitBits))),
      requestOut: output(stream(uint(flitBits))),
      responseIn: input(stream(uint(flitBits))),
      responseOut: output(stream(uint(flitBits))),
    },
    (ports) => {
      const unit = instance(tcu(parameters), 'tcu')
      const spm = instance(scratchpad(parameters.memoryBytes), 'spm')

      unit.own.drive(ports.own)
      unit.descriptor.drive(ports.descriptor)
      spm.access.drive(unit.memory)
      unit.loaded.drive(spm.line)

      connect(unit.core, ports.core)
      ports.coreAnswer.drive(unit.coreAnswer)
      ports.coreEnable.drive(unit.coreEnable)
      ports.interrupts.drive(unit.interrupts)

      connect(unit.requestIn, ports.requestIn)
      connect(ports.requestOut, unit.requestOut)
      connect(unit.responseIn, ports.responseIn)
      connect(ports.responseOut, unit.responseOut)
    },
  )
