/** The simulated host: sends packets, of any kind, through a host port of a system. */
import type { BigIntPort, NumberPort } from '#sim/bridge'
import type { TriggerArms } from './core-agent.ts'
import type { Hardware } from './hardware.ts'

/** A packet of the host, of the message class whose stream it takes. */
export interface HostPacket {
  readonly messageClass: 0 | 1
  /** Cycles between the packet before it and this one. */
  readonly wait: number
  /** All but the last one with the burst bit set: otherwise nobody would see where it ends. */
  readonly flits: readonly bigint[]
}

const streams = ['request_in', 'response_in'] as const

/** What a host waits for on its pins. */
export const hostTriggers = (host: string) =>
  streams.map((stream) => ({ port: `${host}_${stream}_ready`, kind: 'level' as const }))

export class HostAgent {
  readonly #packets: readonly HostPacket[]
  readonly #pins: readonly { readonly valid: NumberPort; readonly payload: BigIntPort; readonly ready: NumberPort }[]
  readonly #arms: TriggerArms
  readonly #first: number
  #packet = 0
  #flit = 0
  /** A flit is on the pins since this cycle; below 0 when there is none. */
  #offered = -1
  /** Cycle at which the next packet begins; Infinity when a pin ends the wait, or nothing is left. */
  deadline = Number.POSITIVE_INFINITY

  /** `first`: index of its first trigger in the prepared set. */
  constructor(hardware: Hardware, host: string, packets: readonly HostPacket[], arms: TriggerArms, first: number) {
    this.#packets = packets
    this.#pins = streams.map((stream) => ({
      valid: hardware.port(`${host}_${stream}_valid`) as NumberPort,
      payload: hardware.port(`${host}_${stream}_payload`) as BigIntPort,
      ready: hardware.port(`${host}_${stream}_ready`) as NumberPort,
    }))
    this.#arms = arms
    this.#first = first
    for (let index = 0; index < streams.length; index++) arms.disable(first + index)
    this.deadline = packets[0]?.wait ?? Number.POSITIVE_INFINITY
  }

  /** Whether all packets have entered the network. */
  get ended(): boolean {
    return this.#packet >= this.#packets.length
  }

  /** Looks at the cycle that just ran and prepares `cycle`, the next one. */
  advance(cycle: number): void {
    const packet = this.#packets[this.#packet]
    if (packet === undefined) return
    const pins = this.#pins[packet.messageClass]!
    if (this.#offered < 0) {
      if (cycle >= this.deadline) this.#offer(packet, cycle)
      return
    }
    if (cycle <= this.#offered || pins.ready.value === 0) return
    this.#flit++
    if (this.#flit < packet.flits.length) return this.#offer(packet, cycle)
    pins.valid.value = 0
    this.#arms.disable(this.#first + packet.messageClass)
    this.#offered = -1
    this.#flit = 0
    this.#packet++
    this.deadline = cycle + (this.#packets[this.#packet]?.wait ?? Number.POSITIVE_INFINITY)
  }

  #offer(packet: HostPacket, cycle: number): void {
    const pins = this.#pins[packet.messageClass]!
    pins.valid.value = 1
    pins.payload.value = packet.flits[this.#flit] ?? 0n
    this.#arms.enable(this.#first + packet.messageClass)
    this.#offered = cycle
    this.deadline = Number.POSITIVE_INFINITY
  }
}
