/** A whole network whose modules read and write the registers of its routers. */
import { headFlit, field, modes, type SystemDescription } from '#layout'
import { network } from '#hdl/noc'
import { simulate } from '#sim/simulate'
import { FlitReceiver, FlitSender, runEnds } from './ends.ts'
import { head, type Packet, packetsOf } from './packets.ts'

const window = 0xf000_0000

export const readOf = (mod: number, offset: number, size = 8n): Packet => [
  head({ targetMod: mod, mode: modes.READ_REQ, address: window + offset, data0: (size << 32n) | BigInt(offset) }),
]

export const writeOf = (mod: number, offset: number, data0: bigint): Packet => [
  head({ targetMod: mod, mode: modes.WRITE_POSTED, address: window + offset, data0 }),
]

/** The network with a sender and a receiver per module and class; modules are told by their place in the system. */
export const registerBench = (system: SystemDescription) => {
  const sim = simulate(network(system), { watch: 'ports' })
  const refuses = new Set<number>()
  const connect = () => ({
    senders: sim.io.inject.map((streams) => streams.map((one) => new FlitSender(one))),
    receivers: sim.io.deliver.map((streams, module) =>
      streams.map((one, messageClass) => new FlitReceiver(one, () => messageClass > 0 || !refuses.has(module))),
    ),
  })
  let ends = connect()
  const run = (cycles: number, done: () => boolean = () => false): number =>
    runEnds(sim, [...ends.senders.flat(), ...ends.receivers.flat()], done, cycles)
  const send = (from: number, packet: Packet): void => void ends.senders[from]![0]!.queue.push(...packet)

  /** All packets that a module has got in a class. */
  const got = (module: number, messageClass: number): Packet[] =>
    packetsOf(ends.receivers[module]![messageClass]!.received)

  /** Sends a request and waits for its answer, which it returns; undefined when there is none within 200 cycles. */
  const ask = (from: number, packet: Packet): bigint | undefined => {
    const before = got(from, 1).length
    send(from, packet)
    run(200, () => got(from, 1).length > before)
    return got(from, 1)[before]?.[0]
  }
  const read = (from: number, mod: number, offset: number): bigint => {
    const answer = ask(from, readOf(mod, offset))
    if (answer === undefined) throw new Error(`module ${from} got no answer from register ${offset.toString(16)}`)
    const said = [field(headFlit, 'mode', answer), field(headFlit, 'address', answer)]
    if (said[0] !== modes.READ_RSP || said[1] !== offset)
      throw new Error(`mode and address of the answer: ${said.join()}`)
    return answer & 0xffff_ffff_ffff_ffffn
  }
  /** Writes a register, and returns when the write has been served. */
  const write = (from: number, mod: number, offset: number, data: bigint): void => {
    send(from, writeOf(mod, offset, data))
    read(from, mod, 0)
  }

  const reset = (): void => {
    sim.reset()
    refuses.clear()
    for (const one of sim.io.inject.flat()) one.valid.value = 0
    ends = connect()
  }
  return { sim, refuses, run, send, got, ask, read, write, reset, [Symbol.dispose]: () => sim.close() }
}
