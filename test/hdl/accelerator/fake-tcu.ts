/** A TCU and its surroundings as an accelerator sees them: registers, messages, and partners that a test makes up. */
import {
  acceleratorEps as eps,
  acceleratorMemory,
  command,
  coreConfigRegister,
  decode,
  encode,
  endpointRegister,
  errorCodes,
  memoryOffset,
  messageHeader,
  opcodes,
  registers,
} from '#layout'

export const memoryBytes = 128 * 1024
const noMessage = (1n << 64n) - 1n
const receive = memoryOffset + memoryBytes - acceleratorMemory.receive
const sideCalls = memoryOffset + acceleratorMemory.sideCalls

interface Slot {
  occupied: boolean
  unread: boolean
}

interface Endpoint {
  readonly base: number
  readonly slotBytes: number
  readonly slots: Slot[]
  next: number
  read: number
}

/** What partners do; each gives the TCU's error code. */
export interface Partners {
  sent(tcu: FakeTcu, ep: number, words: readonly bigint[], label: bigint): number
  replied(tcu: FakeTcu, ep: number, slot: number, words: readonly bigint[]): number
  read(tcu: FakeTcu, offset: bigint, bytes: number): Uint8Array | number
  wrote(tcu: FakeTcu, offset: bigint, data: Uint8Array): number
  /** Now and then, before registers are looked at. */
  turn(tcu: FakeTcu): void
}

export class FakeTcu {
  readonly memory = new Uint8Array(memoryBytes).fill(0xa5)
  enabled = true
  /** Endpoints of this tile through which requests can be sent. */
  readonly open = new Set<number>([eps.inSend, eps.outSend, eps.systemCall])
  /** What the accelerator did, in order. */
  readonly log: string[] = []
  exitCode: number | undefined
  readonly #partners: Partners
  readonly #registers = new Map<number, bigint>()
  readonly #receivers = new Map<number, Endpoint>([
    [eps.receive, receiver(receive, 64, 4)],
    [eps.sideCalls, receiver(sideCalls, 128, 1)],
  ])

  constructor(partners: Partners) {
    this.#partners = partners
  }

  /** Puts a message into a receive buffer; gives its slot, or nothing when there was no room. */
  deliver(ep: number, label: bigint, words: readonly bigint[]): number | undefined {
    const endpoint = this.#receivers.get(ep) as Endpoint
    const { slots, base, slotBytes } = endpoint
    const order = slots.map((_, index) => (endpoint.next + index) % slots.length)
    const slot = order.find((index) => !(slots[index] as Slot).occupied)
    if (slot === undefined) return undefined
    endpoint.next = (slot + 1) % slots.length
    slots[slot] = { occupied: true, unread: true }
    const at = base - memoryOffset + slot * slotBytes
    const view = new DataView(this.memory.buffer)
    const fields = { ...noFields, label, length: 8 * words.length }
    const header = encode(messageHeader, fields)
    for (let word = 0; word < 4; word++)
      view.setBigUint64(at + 8 * word, (header >> BigInt(64 * word)) & noMessage, true)
    words.forEach((word, index) => view.setBigUint64(at + 32 + 8 * index, word, true))
    return slot
  }

  /** Slots that hold a message. */
  occupied(ep: number): number {
    return (this.#receivers.get(ep) as Endpoint).slots.filter(({ occupied }) => occupied).length
  }

  readRegister(offset: number): bigint {
    this.#partners.turn(this)
    if (offset === coreConfigRegister(0)) return this.enabled ? 1n : 0n
    for (const [ep, { slots }] of this.#receivers)
      if (offset === endpointRegister(ep, 2))
        return slots.reduce(
          (sum, { occupied, unread }, index) =>
            sum | ((occupied ? 1n : 0n) << BigInt(index)) | ((unread ? 1n : 0n) << BigInt(32 + index)),
          0n,
        )
    for (const ep of [eps.inSend, eps.outSend])
      if (offset === endpointRegister(ep, 0)) return this.open.has(ep) ? 1n : 0n
    return this.#registers.get(offset) ?? 0n
  }

  writeRegister(offset: number, value: bigint): void {
    this.#registers.set(offset, value)
    if (offset !== registers.COMMAND) return
    const { op, ep, arg0 } = decode(command, value)
    const error = this.#command(op, ep, arg0)
    this.#registers.set(offset, BigInt(error) << 20n)
  }

  #command(op: number, ep: number, arg0: number): number {
    const get = (register: number): bigint => this.#registers.get(register) ?? 0n
    const [address, bytes, argument] = [registers.DATA_ADDR, registers.DATA_SIZE, registers.ARG1].map(get) as [
      bigint,
      bigint,
      bigint,
    ]
    const local = Number(address) - memoryOffset
    const words = (): bigint[] => {
      const view = new DataView(this.memory.buffer)
      return Array.from({ length: Number(bytes) / 8 }, (_, index) => view.getBigUint64(local + 8 * index, true))
    }
    switch (op) {
      case opcodes.send:
        if (!this.open.has(ep)) return errorCodes.NO_SEP
        if (ep === eps.systemCall) {
          this.log.push(`exit ${words().join(' ')}`)
          this.exitCode = Number(words()[3])
          return errorCodes.NONE
        }
        return this.#logged(`send ${ep} ${words().join(' ')}`, this.#partners.sent(this, ep, words(), argument))
      case opcodes.reply:
        return this.#reply(ep, arg0, words())
      case opcodes.read: {
        const data = this.#partners.read(this, argument, Number(bytes))
        if (typeof data === 'number') return this.#logged(`read ${argument} ${bytes}`, data)
        this.memory.set(data, local)
        return this.#logged(`read ${argument} ${bytes}`, errorCodes.NONE)
      }
      case opcodes.write: {
        const data = this.memory.slice(local, local + Number(bytes))
        const error = this.#partners.wrote(this, argument, data)
        return this.#logged(`write ${argument} ${Buffer.from(data).toString('hex')}`, error)
      }
      case opcodes.fetch:
        return this.#fetch(ep)
      case opcodes.acknowledge: {
        const { slots, slotBytes } = this.#receivers.get(ep) as Endpoint
        slots[arg0 / slotBytes] = { occupied: false, unread: false }
        return errorCodes.NONE
      }
      default:
        return errorCodes.UNKNOWN_CMD
    }
  }

  #logged(what: string, error: number): number {
    this.log.push(`${what}: ${error}`)
    return error
  }

  #reply(ep: number, offset: number, words: readonly bigint[]): number {
    const { slots, slotBytes } = this.#receivers.get(ep) as Endpoint
    const slot = offset / slotBytes
    const error = this.#partners.replied(this, ep, slot, words)
    if (error === errorCodes.NONE) slots[slot] = { occupied: false, unread: false }
    return error
  }

  #fetch(ep: number): number {
    const endpoint = this.#receivers.get(ep) as Endpoint
    const { slots, slotBytes } = endpoint
    const order = slots.map((_, index) => (endpoint.read + index) % slots.length)
    const slot = order.find((index) => (slots[index] as Slot).unread)
    this.#registers.set(registers.ARG1, slot === undefined ? noMessage : BigInt(slot * slotBytes))
    if (slot === undefined) return errorCodes.NONE
    endpoint.read = (slot + 1) % slots.length
    slots[slot] = { occupied: true, unread: false }
    return errorCodes.NONE
  }
}

const receiver = (base: number, slotBytes: number, count: number): Endpoint => ({
  base,
  slotBytes,
  slots: Array.from({ length: count }, () => ({ occupied: false, unread: false })),
  next: 0,
  read: 0,
})

const noFields = {
  zero: 0n,
  replyLabel: 0n,
  replyEp: 0xffff,
  senderEp: 0xffff,
  chip: 0,
  tile: 0,
  replyOrder: 0,
  isReply: 0,
} as const
