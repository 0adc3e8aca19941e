/** A stream accelerator: control, commander, and the logic that makes the difference. */
import { bit, connect, input, instance, literal, module, mux, output, stream, uint } from '#edsl'
import { memoryRequest } from '#hdl/lib'
import { registerAccess, registerAnswer } from '#hdl/tcu'
import { acceleratorBufferBytes, type AcceleratorLogic, acceleratorMemory, memoryOffset } from '#layout'
import { commander, receiveBytes } from './commander.ts'
import { acceleratorControl } from './control.ts'
import { copyLogic } from './copy.ts'
import { fftLogic } from './fft.ts'
import { logicEngine } from './logic-engine.ts'
import { rot13Logic } from './rot13.ts'
import { sha3Logic } from './sha3.ts'

/** The logic units by name. */
export const logicUnits = Object.freeze({ copy: copyLogic, rot13: rot13Logic, sha3: sha3Logic, fft: fftLogic })

/** What can be chosen for an accelerator. */
export interface AcceleratorParameters {
  readonly logic: AcceleratorLogic
  /** Bytes of the local memory. */
  readonly memoryBytes: number
  /** Bytes of the data buffer, a multiple of 256. @defaultValue 4096 */
  readonly bufferBytes?: number
}

/**
 * What stands in an accelerator tile in place of a core: it has the TCU's register port, the local memory when the TCU does not
 * use it, and the core enable, and nothing else.
 *
 * Ports: `enable`; `core`, `coreAnswer` the register port; `memory`, `granted`, `line` the local memory.
 * Source: services section 6.7.
 */
export const accelerator = ({
  logic,
  memoryBytes,
  bufferBytes = acceleratorBufferBytes.usual,
}: AcceleratorParameters) =>
  module(
    `accelerator_${logic}_${memoryBytes / 1024}k_${bufferBytes}`,
    {
      enable: input(bit),
      core: output(stream(registerAccess)),
      coreAnswer: input(registerAnswer),
      memory: output(memoryRequest),
      granted: input(bit),
      line: input(uint(128)),
    },
    (ports) => {
      const buffer = memoryOffset + acceleratorMemory.buffer
      const message = buffer + bufferBytes
      const results = message + acceleratorMemory.message
      const receive = memoryOffset + memoryBytes - receiveBytes

      const control = instance(acceleratorControl({ bufferBytes, results }), 'control')
      const commands = instance(commander({ message, receive }), 'commander')
      const engine = instance(logicEngine(buffer, results), 'engine')
      const unit = instance(logicUnits[logic], 'logic')

      control.enable.drive(ports.enable)
      connect(commands.job, control.job)
      control.result.drive(commands.result)
      connect(ports.core, commands.core)
      commands.coreAnswer.drive(ports.coreAnswer)
      connect(engine.job, control.logic)
      control.made.drive(engine.done)
      engine.clear.drive(control.clear)
      unit.clear.drive(control.clear)
      connect(unit.from, engine.from)
      connect(engine.to, unit.to)
      engine.busy.drive(unit.busy)

      // The commander goes first: it wants the memory for a few cycles per message.
      ports.memory.drive(mux(commands.memory.valid, commands.memory, engine.memory))
      commands.granted.drive(ports.granted)
      engine.granted.drive(mux(commands.memory.valid, literal(1, 0), ports.granted))
      commands.line.drive(ports.line)
      engine.line.drive(ports.line)
    },
  )
