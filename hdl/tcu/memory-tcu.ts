/** The TCU of a memory tile: no commands, no endpoints, no core. */
import {
  bit,
  cat,
  connect,
  constant,
  input,
  instance,
  literal,
  module,
  mux,
  output,
  probe,
  reg,
  stream,
  uint,
  when,
  wire,
} from '#edsl'
import { fifo, packetMerge } from '#hdl/lib'
import { commit, flitBits, nocId, registers } from '#layout'
import { memoryRequest, rangeName, type TcuParameters } from './interfaces.ts'
import { memoryPort } from './memory-port.ts'
import { requestReceiver } from './request-receiver.ts'
import { responder } from './responder.ts'

const acknowledgementsBuffered = 2

/**
 * Serves reads and writes of a memory from the network, and the few registers of a tile without commands.
 *
 * Ports: `own`, `descriptor`, `memory`, `loaded` and the streams as those of the TCU. Responses that arrive here are dropped
 * and counted.
 * Source: TCU interface 2.0.1, section 2.3 (availability) and 7.5; NoC section 7.2.
 */
export const memoryTcu = (parameters: TcuParameters) =>
  module(
    `memory_tcu_${rangeName(parameters)}`,
    {
      own: input(nocId),
      descriptor: input(uint(64)),
      memory: output(memoryRequest),
      loaded: input(uint(128)),
      requestIn: input(stream(uint(flitBits))),
      responseIn: input(stream(uint(flitBits))),
      responseOut: output(stream(uint(flitBits))),
    },
    (ports) => {
      const receiver = instance(requestReceiver(parameters, 'no messages'))
      const answers = instance(responder(parameters))
      const port = instance(memoryPort)
      const acknowledgements = instance(fifo(uint(flitBits), acknowledgementsBuffered))
      const responseMerge = instance(packetMerge(2))

      connect(receiver.flit, ports.requestIn)
      connect(answers.read, receiver.read)
      receiver.reading.drive(answers.loading)
      const none = constant(memoryRequest, { valid: 0, store: 0, address: 0, enables: 0, data: 0 })
      port.users.drive([none, answers.load, receiver.store, none, none])
      answers.granted.drive(port.granted[1]!)
      receiver.storeGranted.drive(port.granted[2]!)
      ports.memory.drive(port.access)
      answers.loaded.drive(ports.loaded)
      connect(acknowledgements.from, receiver.acknowledge)
      connect(responseMerge.from[0]!, acknowledgements.to)
      connect(responseMerge.from[1]!, answers.flit)
      connect(ports.responseOut, responseMerge.to)
      for (const unit of [receiver, answers]) unit.own.drive(ports.own)

      // There are no endpoints, and so nobody takes messages: they never get here.
      receiver.message.ready.drive(0)
      receiver.messageBusy.drive(0)

      // A response here is nobody's: each of its flits is dropped, its head counts.
      const open = reg(bit, 0)
      const response = ports.responseIn
      response.ready.drive(1)
      when(response.fire, () => open.next(response.payload.bit(flitBits - 1)))
      const stray = response.fire

      const received = reg(uint(32), 0)
      const transmitted = reg(uint(32), 0)
      const droppedFlits = reg(uint(32), 0)
      const droppedPackets = reg(uint(32), 0)
      received.next(received.addWrap(ports.requestIn.fire.extend(32)).addWrap(response.fire.extend(32)))
      transmitted.next(transmitted.addWrap(ports.responseOut.fire.extend(32)))
      droppedFlits.next(droppedFlits.addWrap(receiver.dropped.flits.extend(32)).addWrap(stray.extend(32)))
      droppedPackets.next(
        droppedPackets.addWrap(receiver.dropped.packet.extend(32)).addWrap(stray.and(open.not()).extend(32)),
      )

      const access = receiver.register
      const offset = cat(access.payload.address.slice(3, 25), literal(3, 0))
      const read = wire(uint(64), 0)
      when(offset.eq(registers.TILE_DESC), () => read.drive(ports.descriptor))
      when(offset.eq(registers.FLITS_CTRL), () => read.drive(cat(transmitted, received)))
      when(offset.eq(registers.FLITS_DROP), () => read.drive(cat(droppedPackets, droppedFlits)))
      access.ready.drive(1)
      receiver.registerData.drive(read)
      probe('commit', access.fire, commit, {
        kind: mux(
          access.payload.write,
          constant(commit.fields.kind, 'externalWrite'),
          constant(commit.fields.kind, 'externalRead'),
        ),
        error: 0,
        ep: 0,
        address: access.payload.address,
        enables: mux(access.payload.write, access.payload.enables, literal(8, 0)),
        data: mux(access.payload.write, access.payload.data, read),
      })
    },
  )
