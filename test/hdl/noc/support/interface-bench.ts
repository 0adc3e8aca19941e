/** An interface between a module and a router of the test bench. */
import type { Network } from '#topology'
import { simulate } from '#sim/simulate'
import { networkInterface, type InterfaceOptions } from '#hdl/noc'
import { ChannelReceiver, ChannelSender, type End, FlitReceiver, FlitSender, runEnds } from './ends.ts'
import { type Id, type Packet, packetsOf } from './packets.ts'

const always = (): boolean => true

export interface Paces {
  readonly sends?: () => boolean
  readonly takes?: (messageClass: number) => boolean
  readonly room?: (vc: number) => boolean
  readonly arrives?: () => boolean
}

/** Everything that is connected to an interface. Plane 0 only. */
export const interfaceBench = (network: Network, own: Id, options: InterfaceOptions = {}) => {
  const sim = simulate(networkInterface(network, options))
  const { io } = sim
  const plane = network.planes[0]!

  /** Resets the interface and connects fresh ends. */
  const connect = ({ sends = always, takes = always, room = always, arrives = always }: Paces = {}) => {
    sim.reset()
    io.own.value = own
    const senders = io.inject.map((one) => new FlitSender(one, sends))
    const receivers = io.deliver.map((one, index) => new FlitReceiver(one, () => takes(index)))
    for (const one of io.inject) one.valid.value = 0
    const entering = new ChannelReceiver(io.toNetwork[0]!, plane.vcs, room)
    const leaving = new ChannelSender(io.fromNetwork[0]!, plane.vcs, arrives)
    const ends: End[] = [...senders, ...receivers, entering, leaving]
    return {
      senders,
      receivers,
      entering,
      leaving,
      run: (cycles: number, done: () => boolean = () => false): number => runEnds(sim, ends, done, cycles),
      entered: (vc: number): Packet[] => packetsOf(entering.received[vc]!),
      delivered: (messageClass: number): Packet[] => packetsOf(receivers[messageClass]!.received),
      counters: () => io.counters.value,
    }
  }
  return { sim, connect, [Symbol.dispose]: () => sim.close() }
}

const bsel = 0xffn << 128n
const data = (1n << 128n) - 1n

/** Packets without the data of continuation flits of bsel 0x00, which mean nothing. */
export const meaning = (packets: readonly Packet[]): Packet[] =>
  packets.map((packet) => packet.map((flit, index) => (index > 0 && (flit & bsel) === 0n ? flit & ~data : flit)))
