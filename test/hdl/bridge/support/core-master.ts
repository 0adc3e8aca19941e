/** A core that keeps its AXI4 busy, and the bytes that it has to see. */
import { randomNumbers } from '../../lib/support/bench.ts'

export interface Transaction {
  readonly kind: 'read' | 'write'
  readonly id: number
  readonly address: number
  /** Beats, 1 to 256. */
  readonly beats: number
  /** Bytes of a beat as a power of two. */
  readonly size: number
  readonly burst: 'fixed' | 'increment' | 'wrap'
  /** Of each beat of a write: strobes of its own lanes, and a byte from which its data follow. */
  readonly strobes: readonly number[]
  readonly data: number
}

/** What a core was answered. */
export interface Outcome {
  readonly error: boolean
  readonly data: bigint
}

interface Pin {
  value: unknown
}

/** Addresses of the beats, straight from IHI 0022E, section A3.4.1. */
export const addressesOf = ({ address, beats, size, burst }: Transaction): readonly number[] => {
  const bytes = 2 ** size
  const aligned = Math.floor(address / bytes) * bytes
  const container = bytes * beats
  const lower = Math.floor(address / container) * container
  return Array.from({ length: beats }, (_, beat) => {
    if (burst === 'fixed' || beat === 0) return address
    const next = aligned + beat * bytes
    return burst === 'wrap' && next >= lower + container ? next - container : next
  })
}

/** Lanes of a bus of `busBytes` bytes that belong to the beat at `address`, and the byte address of each. */
export const lanesOf = (
  address: number,
  size: number,
  busBytes: number,
): readonly (readonly [lane: number, at: number])[] => {
  const end = Math.floor(address / 2 ** size) * 2 ** size + 2 ** size
  return Array.from({ length: end - address }, (_, index) => [(address + index) % busBytes, address + index] as const)
}

/** The byte that a write has for an address. */
export const byteOf = ({ data }: Transaction, beat: number, at: number): number => (data + 31 * beat + 7 * at) & 0xff

/** Strobes on the bus, and its word. */
export const wordOf = (
  one: Transaction,
  beat: number,
  address: number,
  busBytes: number,
): { strobes: number; word: bigint } => {
  let [strobes, word] = [0, 0n]
  lanesOf(address, one.size, busBytes).forEach(([lane, at], index) => {
    if (((one.strobes[beat] ?? -1) >> index) & 1) strobes |= 1 << lane
    word |= BigInt(byteOf(one, beat, at)) << BigInt(8 * lane)
  })
  return { strobes, word }
}

interface Running {
  readonly span: readonly [number, number]
  readonly one: Transaction
  readonly outcomes: Outcome[]
}

/** The lines that a transaction touches: from the first byte to behind the last one. */
const spanOf = (one: Transaction): readonly [from: number, to: number] => {
  const all = addressesOf(one)
  return [Math.min(...all) & ~15, (Math.max(...all) | 15) + 1]
}

/**
 * Issues transactions in order, as many at once as it can: one waits only for those before it that touch the same bytes when
 * one of both is a read. Addresses, data and answers stall at random.
 */
export class CoreMaster {
  /** Answers by transaction: a beat each of a read, one of a write. */
  readonly outcomes: Outcome[][]
  /** Most transactions of each kind that were under way at once. */
  readonly most = { read: 0, write: 0 }
  readonly #pins: Record<string, Pin>
  readonly #list: readonly Transaction[]
  readonly #spans: readonly (readonly [number, number])[]
  readonly #random: () => number
  readonly #stalls: number
  readonly #busBytes: number
  readonly #running: Running[] = []
  readonly #words: { strobes: number; word: bigint; last: boolean }[] = []
  /** Channels whose payload was taken at this edge. */
  readonly #taken: string[] = []
  #next = 0
  #done = 0

  constructor(pins: object, list: readonly Transaction[], busBytes: number, seed: number, stalls: number) {
    this.#pins = pins as Record<string, Pin>
    this.#list = list
    this.#spans = list.map(spanOf)
    this.outcomes = list.map(() => [])
    this.#busBytes = busBytes
    this.#random = randomNumbers(seed)
    this.#stalls = stalls
    this.#drive()
  }

  get done(): boolean {
    return this.#done === this.#list.length
  }

  before(): void {
    const at = (name: string): unknown => this.#pins[name]!.value
    const fires = (channel: string): boolean => at(`${channel}valid`) === 1 && at(`${channel}ready`) === 1
    for (const channel of ['ar', 'aw', 'w']) if (fires(channel)) this.#taken.push(channel)
    if (fires('r'))
      this.#answered(
        'read',
        Number(at('rid')),
        at('rresp') !== 'okay',
        BigInt(at('rdata') as bigint),
        at('rlast') === 1,
      )
    if (fires('b')) this.#answered('write', Number(at('bid')), at('bresp') !== 'okay', 0n, true)
  }

  after(): void {
    for (const channel of this.#taken.splice(0)) this.#pins[`${channel}valid`]!.value = 0
    this.#drive()
  }

  #answered(kind: 'read' | 'write', id: number, error: boolean, data: bigint, last: boolean): void {
    const running = this.#running.find(({ one }) => one.kind === kind)
    if (running === undefined || running.one.id !== id)
      throw new Error(`an answer to a ${kind} of id ${id} that is not the oldest one`)
    running.outcomes.push({ error, data })
    const isLast = kind === 'write' || running.outcomes.length === running.one.beats
    if (isLast !== last) throw new Error(`rlast comes with beat ${running.outcomes.length} of ${running.one.beats}`)
    if (!isLast) return
    this.#running.splice(this.#running.indexOf(running), 1)
    this.#done++
  }

  #drive(): void {
    for (const channel of ['r', 'b']) this.#pins[`${channel}ready`]!.value = this.#random() < this.#stalls ? 0 : 1
    const one = this.#list[this.#next]
    const channel = one?.kind === 'read' ? 'ar' : 'aw'
    const [from, to] = this.#spans[this.#next] ?? [0, 0]
    const waits = (): boolean =>
      this.#running.some(({ one: { kind }, span }) => kind !== one!.kind && span[0] < to && from < span[1])
    if (one && this.#pins[`${channel}valid`]!.value === 0 && this.#random() >= this.#stalls && !waits()) {
      this.#pins[`${channel}id`]!.value = one.id
      this.#pins[`${channel}addr`]!.value = one.address
      this.#pins[`${channel}len`]!.value = one.beats - 1
      this.#pins[`${channel}size`]!.value = one.size
      this.#pins[`${channel}burst`]!.value = one.burst
      this.#pins[`${channel}valid`]!.value = 1
      this.#running.push({ span: [from, to], one, outcomes: this.outcomes[this.#next]! })
      const now = this.#running.filter(({ one: { kind } }) => kind === one.kind).length
      this.most[one.kind] = Math.max(this.most[one.kind], now)
      if (one.kind === 'write')
        addressesOf(one).forEach((address, beat) =>
          this.#words.push({ ...wordOf(one, beat, address, this.#busBytes), last: beat === one.beats - 1 }),
        )
      this.#next++
    }
    const word = this.#words[0]
    if (word && this.#pins['wvalid']!.value === 0 && this.#random() >= this.#stalls) {
      this.#words.shift()
      this.#pins['wstrb']!.value = word.strobes
      this.#pins['wdata']!.value = word.word
      this.#pins['wlast']!.value = word.last ? 1 : 0
      this.#pins['wvalid']!.value = 1
    }
  }
}
