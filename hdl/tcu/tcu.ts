/** The trusted communication unit: its units, and how they are joined. */
import {
  array,
  type Bit,
  bit,
  connect,
  input,
  instance,
  module,
  output,
  type Sink,
  type Source,
  stream,
  uint,
  type UIntShape,
} from '#edsl'
import { flowFifo, restartablePacketMerge } from '#hdl/lib'
import { flitBits, nocId } from '#layout'
import { commandUnit } from './command-unit.ts'
import { clockName, memoryRequest, registerAccess, registerAnswer, tcuName, type TcuParameters } from './interfaces.ts'
import { memoryPort } from './memory-port.ts'
import { packetSender } from './packet-sender.ts'
import { messageReceiver } from './message-receiver.ts'
import { printUnit } from './print-unit.ts'
import { registerUnit } from './register-unit.ts'
import { requestReceiver } from './request-receiver.ts'
import { responder } from './responder.ts'
import { responseReceiver } from './response-receiver.ts'

const acknowledgementsBuffered = 2

/**
 * The only way between a tile and the network. Commands of the core run against endpoints that others configured;
 * register accesses, reads, writes and messages from the network are served independently of them.
 *
 * Ports: `own` ids of this tile; `descriptor` TILE_DESC; `core`, `coreAnswer` the core's bus; `memory`, `loaded` the local memory
 * (a load's line comes one cycle later); `request` and `response` streams from and to the network, one per message class;
 * `coreEnable` and `interrupts` from CORE_CFG.
 * Timing: see the units; nothing that comes from the network waits for a command of the core (section 4.10, A8).
 * Source: TCU interface 2.0.1.
 */
export const tcu = (parameters: TcuParameters) =>
  module(
    `tcu_${tcuName(parameters)}${clockName(parameters)}`,
    {
      own: input(nocId),
      descriptor: input(uint(64)),
      core: input(stream(registerAccess)),
      coreAnswer: output(registerAnswer),
      memory: output(memoryRequest),
      loaded: input(uint(128)),
      requestIn: input(stream(uint(flitBits))),
      requestOut: output(stream(uint(flitBits))),
      responseIn: input(stream(uint(flitBits))),
      responseOut: output(stream(uint(flitBits))),
      coreEnable: output(bit),
      interrupts: output(array(bit, 2)),
    },
    (ports) => {
      const registers = instance(registerUnit(parameters))
      const command = instance(commandUnit(parameters))
      const sender = instance(packetSender)
      const print = instance(printUnit)
      const receiver = instance(requestReceiver(parameters))
      const messages = instance(messageReceiver(parameters))
      const answers = instance(responder)
      const responses = instance(responseReceiver)
      const port = instance(memoryPort)
      const requests = instance(restartablePacketMerge(3))
      const acknowledgementMerge = instance(restartablePacketMerge(2))
      const acknowledgements = instance(flowFifo(uint(flitBits), acknowledgementsBuffered))
      const responseMerge = instance(restartablePacketMerge(2))

      // --- TCU_RESET
      const { closed, restart } = registers
      for (const unit of [command, sender, print, receiver, messages, answers, responses, port])
        unit.restart.drive(restart)
      for (const merge of [requests, acknowledgementMerge, responseMerge]) merge.restart.drive(restart)

      // --- core
      registers.descriptor.drive(ports.descriptor)
      connect(registers.core, ports.core)
      ports.coreAnswer.drive(registers.coreAnswer)
      ports.coreEnable.drive(registers.coreEnable)
      ports.interrupts.drive(registers.interrupts)

      // --- turns at registers and endpoints
      connect(registers.external, receiver.register)
      receiver.registerData.drive(registers.externalData)
      registers.command.drive(command.endpoints)
      command.granted.drive(registers.commandGranted)
      command.words.drive(registers.words)
      registers.receiver.drive(messages.endpoints)
      messages.granted.drive(registers.receiverGranted)
      messages.words.drive(registers.words)
      registers.printRequest.drive(print.request)
      print.granted.drive(registers.printGranted)
      print.word.drive(registers.printWord)
      print.length.drive(registers.print)

      // --- the command and its answers
      command.arguments.drive(registers.arguments)
      registers.commandEnd.drive(command.end)
      connect(sender.job, command.job)
      command.senderBusy.drive(sender.busy)
      command.packetLeaves.drive(sender.leaves)
      command.cutShort.drive(sender.cutShort)
      sender.stop.drive(registers.arguments.privileges.aborts)
      responses.expects.drive(command.expects)
      command.answer.drive(responses.answer)
      messages.sending.drive(command.sending)
      command.deferCredit.drive(messages.deferCredit)

      // --- remote reads
      connect(answers.read, receiver.read)
      receiver.reading.drive(answers.loading)

      // --- messages
      connect(messages.flit, receiver.message)
      receiver.messageBusy.drive(messages.busy)

      // --- local memory
      port.users.drive([sender.load, answers.load, receiver.store, messages.store, responses.store])
      sender.granted.drive(port.granted[0]!)
      answers.granted.drive(port.granted[1]!)
      receiver.storeGranted.drive(port.granted[2]!)
      messages.storeGranted.drive(port.granted[3]!)
      responses.granted.drive(port.granted[4]!)
      ports.memory.drive(port.access)
      sender.loaded.drive(ports.loaded)
      answers.loaded.drive(ports.loaded)

      // --- network
      connect(requests.from[0]!, sender.flit)
      connect(requests.from[1]!, command.request)
      connect(requests.from[2]!, print.flit)
      sendUnless(closed, ports.requestOut, requests.to)
      connect(acknowledgementMerge.from[0]!, receiver.acknowledge)
      connect(acknowledgementMerge.from[1]!, messages.acknowledge)
      connect(acknowledgements.from, acknowledgementMerge.to)
      // TCU_RESET empties the queue in as many cycles as it has places.
      responseMerge.from[0]!.payload.drive(acknowledgements.to.payload)
      responseMerge.from[0]!.valid.drive(acknowledgements.to.valid.and(restart.not()))
      acknowledgements.to.ready.drive(responseMerge.from[0]!.ready.or(restart))
      connect(responseMerge.from[1]!, answers.flit)
      sendUnless(closed, ports.responseOut, responseMerge.to)
      connect(receiver.flit, ports.requestIn)
      connect(responses.flit, ports.responseIn)

      for (const unit of [command, sender, print, receiver, messages, answers, responses]) unit.own.drive(ports.own)
      for (const unit of [command, print, messages]) unit.time.drive(registers.time)
      registers.flitsIn.drive(ports.requestIn.fire.add(ports.responseIn.fire))
      registers.flitsOut.drive(ports.requestOut.fire.add(ports.responseOut.fire))
      registers.drops.drive([receiver.dropped, responses.dropped])
    },
  )

/** Joins two streams, of which nothing moves while `closed` is 1. */
const sendUnless = (
  closed: Bit,
  to: Sink<UIntShape<typeof flitBits>>,
  from: Source<UIntShape<typeof flitBits>>,
): void => {
  to.payload.drive(from.payload)
  to.valid.drive(from.valid.and(closed.not()))
  from.ready.drive(to.ready.and(closed.not()))
}
