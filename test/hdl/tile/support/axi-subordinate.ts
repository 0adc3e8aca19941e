/** A memory behind AXI4 that takes every liberty that the standard leaves it. */
import { expect } from 'vitest'
import { randomNumbers } from '../../lib/support/bench.ts'

/** A handle of a port that holds a number, or a big one. */
interface Pin<T> {
  value: T
}
type Numeric = number | bigint

export interface SubordinateOptions {
  readonly wordBytes: number
  readonly seed: number
  /** Cycles from the last word of a request to the first of its answer. */
  readonly latency: readonly [least: number, most: number]
  /** Share of cycles in which a channel takes or gives nothing. */
  readonly stalls: number
  /** Addresses that are answered with an error; nothing is stored there. */
  readonly isBad: (address: number) => boolean
}

interface Read {
  readonly id: number
  readonly address: number
  readonly beats: number
  readonly due: number
  readonly early: Uint8Array | undefined
  given: number
}
interface Write {
  readonly id: number
  readonly address: number
  readonly beats: number
  readonly words: { data: bigint; strobes: number }[]
  due: number
  stored: boolean
}

/** Serves the pins from `bytes`, whose first byte has the address `base`. Attach it to the simulator. */
export class AxiSubordinate {
  readonly bytes: Uint8Array
  readonly base: number
  /** Bursts that were seen, in words. */
  readonly reads: number[] = []
  readonly writes: number[] = []
  readonly #pins: Record<string, Pin<unknown>>
  readonly #options: SubordinateOptions
  readonly #random: () => number
  readonly #openReads: Read[] = []
  readonly #openWrites: Write[] = []
  #now = 0
  #reading: Read | undefined
  #answering: Write | undefined

  constructor(pins: object, base: number, bytes: Uint8Array, options: SubordinateOptions) {
    this.#pins = pins as Record<string, Pin<unknown>>
    this.base = base
    this.bytes = bytes
    this.#options = options
    this.#random = randomNumbers(options.seed)
    this.#ready()
  }

  before(): void {
    this.#now++
    const at = (name: string): number => Number(this.#pins[name]!.value)
    const fires = (channel: string): boolean => at(`${channel}valid`) === 1 && at(`${channel}ready`) === 1
    if (fires('ar')) this.#openRead(at('arid'), at('araddr'), at('arlen') + 1)
    if (fires('aw')) this.#openWrite(at('awid'), at('awaddr'), at('awlen') + 1)
    if (fires('w')) this.#takeWord()
    if (fires('r') && this.#reading) {
      this.#reading.given++
      if (this.#reading.given === this.#reading.beats) this.#remove(this.#openReads, this.#reading)
      this.#reading = undefined
    }
    if (fires('b') && this.#answering) {
      this.#remove(this.#openWrites, this.#answering)
      this.#answering = undefined
    }
  }

  after(): void {
    // A write may reach the memory at any time before its answer, behind those before it with its id.
    const waits = new Set<number>()
    for (const write of this.#openWrites) {
      const may = write.words.length === write.beats && !waits.has(write.id)
      if (may && !write.stored && (this.#random() < 0.2 || write.due <= this.#now + 1)) this.#store(write)
      if (!write.stored) waits.add(write.id)
    }
    this.#reading ??= this.#choose(this.#openReads, ({ due }) => due <= this.#now)
    this.#give()
    this.#answering ??= this.#choose(this.#openWrites, ({ stored, due }) => stored && due <= this.#now)
    this.#answer()
    this.#ready()
  }

  /** The oldest of some id, of which the id is chosen at random; nothing in stalled cycles. */
  #choose<T extends { readonly id: number }>(open: readonly T[], may: (one: T) => boolean): T | undefined {
    if (this.#random() < this.#options.stalls) return undefined
    const fronts = [0, 1].map((id) => open.find((one) => one.id === id)).filter((one) => one !== undefined && may(one))
    return fronts[Math.floor(this.#random() * fronts.length)]
  }

  #ready(): void {
    for (const channel of ['ar', 'aw', 'w'])
      this.#pins[`${channel}ready`]!.value = this.#random() < this.#options.stalls ? 0 : 1
  }

  #due(): number {
    const [least, most] = this.#options.latency
    return this.#now + least + Math.floor(this.#random() * (most - least + 1))
  }

  #openRead(id: number, address: number, beats: number): void {
    this.#checkBurst(address, beats)
    this.reads.push(beats)
    const early =
      this.#random() < 0.5 ? this.bytes.slice(address - this.base, address - this.base + this.#size(beats)) : undefined
    this.#openReads.push({ id, address, beats, due: this.#due(), early, given: 0 })
  }

  #openWrite(id: number, address: number, beats: number): void {
    this.#checkBurst(address, beats)
    this.writes.push(beats)
    this.#openWrites.push({ id, address, beats, words: [], due: 0, stored: false })
  }

  #size(beats: number): number {
    return beats * this.#options.wordBytes
  }

  #checkBurst(address: number, beats: number): void {
    const end = address + this.#size(beats)
    expect(address % this.#options.wordBytes, 'bursts begin at words').toBe(0)
    expect(Math.floor((end - 1) / 4096), 'bursts stay inside of a page').toBe(Math.floor(address / 4096))
    expect(address >= this.base && end <= this.base + this.bytes.length, 'bursts stay inside of the memory').toBe(true)
  }

  #takeWord(): void {
    const write = this.#openWrites.find(({ words, beats }) => words.length < beats)
    expect(write, 'words follow their address').toBeDefined()
    write!.words.push({
      data: BigInt(this.#pins['wdata']!.value as Numeric),
      strobes: Number(this.#pins['wstrb']!.value),
    })
    const isLast = write!.words.length === write!.beats
    expect(this.#pins['wlast']!.value, 'wlast is with the last word').toBe(isLast ? 1 : 0)
    if (isLast) write!.due = this.#due()
  }

  #store(write: Write): void {
    write.stored = true
    write.words.forEach(({ data, strobes }, index) => {
      for (let byte = 0; byte < this.#options.wordBytes; byte++) {
        const address = write.address + index * this.#options.wordBytes + byte
        if ((strobes >> byte) & 1 && !this.#options.isBad(address))
          this.bytes[address - this.base] = Number((data >> BigInt(8 * byte)) & 0xffn)
      }
    })
  }

  #give(): void {
    const read = this.#reading
    this.#pins['rvalid']!.value = read ? 1 : 0
    if (!read) return
    const { wordBytes, isBad } = this.#options
    const offset = read.given * wordBytes
    const from = read.address + offset
    const source = read.early ? read.early.subarray(offset) : this.bytes.subarray(from - this.base)
    const data = source.subarray(0, wordBytes).reduceRight((word, byte) => (word << 8n) | BigInt(byte), 0n)
    this.#pins['rid']!.value = read.id
    this.#pins['rdata']!.value = data
    this.#pins['rresp']!.value = isBad(from) ? (this.#random() < 0.5 ? 'slaveError' : 'decodeError') : 'okay'
    this.#pins['rlast']!.value = read.given === read.beats - 1 ? 1 : 0
  }

  #answer(): void {
    const write = this.#answering
    this.#pins['bvalid']!.value = write ? 1 : 0
    if (!write) return
    this.#pins['bid']!.value = write.id
    this.#pins['bresp']!.value = this.#options.isBad(write.address) ? 'slaveError' : 'okay'
  }

  #remove<T>(list: T[], one: T): void {
    list.splice(list.indexOf(one), 1)
  }
}
