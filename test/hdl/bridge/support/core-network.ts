/** The network and the memory tiles behind a core bridge, on an array of bytes. */
import { expect } from 'vitest'
import { bodyFlit, decode, encode, headFlit, modes } from '#layout'
import { randomNumbers } from '../../lib/support/bench.ts'

interface Pin {
  value: unknown
}
interface FlitPins {
  readonly payload: Pin
  readonly valid: Pin
  readonly ready: Pin
}

/** What becomes of a request: its bytes come, or no answer, an error, an answer that stops, one that is too late. */
export type Fate = 'served' | 'lost' | 'failed' | 'cut' | 'late'

/** A read as the network saw it, with the lines of it that arrive in time. */
export interface SeenRead {
  readonly address: number
  readonly lines: number
  good: number
}

export interface NetworkOptions {
  readonly seed: number
  readonly stalls: number
  readonly latency: readonly [number, number]
  /** Fates of reads, and with acknowledged writes of these, one after the other, and then from the first one again. */
  readonly fates: readonly Fate[]
  readonly acknowledges: boolean
  /** Cycles after which a late answer comes. */
  readonly lateCycles: number
}

interface Outgoing {
  readonly tile: number
  readonly due: number
  readonly flits: bigint[]
}

/** Where late answers come from. */
const lateTile = 2
const tileOf = (address: number): number => (address >>> 9) & 1

const word = (bytes: readonly number[], from: number): bigint =>
  Array.from({ length: 8 }, (_, index) => BigInt(bytes[from + index] ?? 0x5a)).reduceRight(
    (sum, byte) => (sum << 8n) | byte,
    0n,
  )

export class CoreNetwork {
  readonly bytes: Uint8Array
  readonly reads: SeenRead[] = []
  /** Packets of writes: their addresses and flits. */
  readonly writes: { readonly address: number; readonly flits: number; readonly bytes: number; readonly fate: Fate }[] =
    []
  /** Return addresses of all reads. */
  readonly returnAddresses: number[] = []
  /** Packets that were sent too late. */
  late = 0
  readonly #request: FlitPins
  readonly #response: FlitPins
  readonly #options: NetworkOptions
  readonly #random: () => number
  readonly #arriving: bigint[] = []
  #outgoing: Outgoing[] = []
  #sending: Outgoing | undefined
  #now = 0
  #count = 0
  #waited = 0
  #taken = false

  constructor(
    pins: { readonly request: FlitPins; readonly response: FlitPins },
    bytes: Uint8Array,
    options: NetworkOptions,
  ) {
    this.#request = pins.request
    this.#response = pins.response
    this.bytes = bytes
    this.#options = options
    this.#random = randomNumbers(options.seed)
    this.#offer()
  }

  get idle(): boolean {
    return this.#outgoing.length === 0 && this.#sending === undefined && this.#arriving.length === 0
  }

  before(): void {
    this.#now++
    if (this.#request.valid.value === 1 && this.#request.ready.value === 1) {
      this.#arriving.push(this.#request.payload.value as bigint)
      if (decode(headFlit, this.#arriving.at(-1)!).burst === 0) this.#take(this.#arriving.splice(0))
    }
    if (this.#response.valid.value !== 1) return
    // R-CLASS-4: answers are sunk whatever the core does.
    this.#waited = this.#response.ready.value === 1 ? 0 : this.#waited + 1
    expect(this.#waited, 'an answer waits for one cycle at most').toBeLessThanOrEqual(1)
    if (this.#response.ready.value !== 1) return
    this.#taken = true
    this.#sending!.flits.shift()
    if (this.#sending!.flits.length === 0) this.#sending = undefined
  }

  after(): void {
    if (this.#taken) this.#response.valid.value = 0
    this.#taken = false
    this.#offer()
  }

  #offer(): void {
    this.#request.ready.value = this.#random() < this.#options.stalls ? 0 : 1
    if (this.#response.valid.value === 1) return
    if (this.#sending === undefined) {
      const fronts = [0, 1].flatMap((tile) => this.#outgoing.find((one) => one.tile === tile) ?? [])
      const ready = [...fronts, ...this.#outgoing.filter(({ tile }) => tile === lateTile)].filter(
        ({ due }) => due <= this.#now,
      )
      const chosen = ready[Math.floor(this.#random() * ready.length)]
      if (chosen === undefined) return
      this.#sending = chosen
      this.#outgoing = this.#outgoing.filter((one) => one !== chosen)
    }
    if (this.#random() < this.#options.stalls) return
    this.#response.payload.value = this.#sending.flits[0]!
    this.#response.valid.value = 1
  }

  #take(flits: readonly bigint[]): void {
    const head = decode(headFlit, flits[0]!)
    expect([modes.READ_REQ_2, modes.WRITE_POSTED_2]).toContain(head.mode)
    expect([head.sourceMod, head.targetMod]).toEqual([0x06, 0x24])
    if (head.mode === modes.READ_REQ_2) this.#read(head)
    else this.#write(head, flits)
  }

  #fate(): Fate {
    const { fates } = this.#options
    return fates[this.#count++ % fates.length] ?? 'served'
  }

  #due(): number {
    const [least, most] = this.#options.latency
    return this.#now + least + Math.floor(this.#random() * (most - least + 1))
  }

  #send(tile: number, due: number, flits: readonly bigint[]): void {
    if (tile === lateTile) this.late++
    this.#outgoing.push({ tile, due, flits: [...flits] })
  }

  #read({ address, data0 }: { readonly address: number; readonly data0: bigint }): void {
    const size = Number(data0 >> 32n)
    const to = Number(data0 & 0xffff_ffffn)
    expect([address % 16, size % 16], 'a bridge asks for lines (TCU 5.7)').toEqual([0, 0])
    expect(to >>> 28).not.toBe(0xf)
    this.returnAddresses.push(to)
    const fate = this.#fate()
    const good = fate === 'cut' ? Math.floor((this.#random() * size) / 16) : fate === 'served' ? size / 16 : 0
    const seen: SeenRead = { address, lines: size / 16, good }
    this.reads.push(seen)
    if (fate === 'lost') return
    const tile = fate === 'late' ? lateTile : tileOf(address)
    const due = fate === 'late' ? this.#now + this.#options.lateCycles : this.#due()
    if (fate === 'failed') return this.#send(tile, due, [this.#answer({ bsel: 0, address: to, data0: 20n })])
    // Lanes are those of the memory, which begins anywhere when the PMP moved the request.
    const shift = this.#random() < 0.5 ? 0 : Math.floor(this.#random() * 16)
    const data = [...this.bytes.subarray(address, address + size)]
    // As one packet, or as several; and sometimes a single flit before them.
    const cutAt = fate === 'cut' ? 16 * good : size
    for (let done = 0; done < size;) {
      const left = size - done
      const single = left > 8 && this.#random() < 0.2
      const lane = (done + shift) % 16
      const whole = this.#random() < 0.6 ? left : 1 + Math.floor(this.#random() * left)
      const amount = single ? Math.min(left, 8 - (lane % 8)) : whole
      const bytes = data.slice(done, done + amount)
      if (fate === 'cut' && done + amount > cutAt) {
        const flitsLeft = Math.floor((lane + cutAt - done) / 16)
        seen.good = Math.floor((done + Math.max(0, 16 * flitsLeft - lane)) / 16)
        this.#send(tile, due, this.#cutBurst(this.#burst(to + done, lane, bytes), flitsLeft))
        return
      }
      this.#send(tile, due, single ? [this.#single(to + done, lane, bytes)] : this.#burst(to + done, lane, bytes))
      done += amount
    }
  }

  #answer(fields: Partial<ReturnType<typeof decode<typeof headFlit>>>): bigint {
    const ids = { sourceMod: 0x24, sourceChip: 0, targetMod: 0x06, targetChip: 0 }
    return encode(headFlit, {
      burst: 0,
      arq: 0,
      bsel: 0xff,
      ...ids,
      mode: modes.READ_RSP_2,
      address: 0,
      data0: 0n,
      ...fields,
    })
  }

  #single(address: number, lane: number, bytes: readonly number[]): bigint {
    const at = lane % 8
    const padded = [...Array.from({ length: at }, () => 0x77), ...bytes]
    return this.#answer({ bsel: ((1 << bytes.length) - 1) << at, address, data0: word(padded, 0) })
  }

  #burst(address: number, lane: number, bytes: readonly number[]): bigint[] {
    const lines = Math.ceil((lane + bytes.length) / 16)
    const last = (lane + bytes.length - 1) % 16
    const padded = [...Array.from({ length: lane }, () => 0x77), ...bytes]
    return [
      this.#answer({ burst: 1, bsel: (last << 4) | (15 - lane), address, data0: BigInt(lines) }),
      ...Array.from({ length: lines }, (_, line) =>
        encode(bodyFlit, {
          burst: line < lines - 1 ? 1 : 0,
          arq: 0,
          bsel: 0xff,
          data1: word(padded, 16 * line + 8),
          data0: word(padded, 16 * line),
        }),
      ),
    ]
  }

  /** A burst of which `good` lines are valid. */
  #cutBurst(flits: readonly bigint[], good: number): bigint[] {
    return flits.map((flit, index) => (index > good ? encode(bodyFlit, { ...decode(bodyFlit, flit), bsel: 0 }) : flit))
  }

  #write(
    head: { readonly burst: number; readonly bsel: number; readonly address: number; readonly data0: bigint },
    flits: readonly bigint[],
  ): void {
    const bytes: number[] = []
    if (head.burst === 0) {
      for (let lane = 0; lane < 8; lane++)
        if ((head.bsel >> lane) & 1) bytes.push(Number((head.data0 >> BigInt(8 * lane)) & 0xffn))
    } else {
      const lines = Number(head.data0)
      expect(flits.length, 'a burst has the flits that it announces').toBe(1 + lines)
      expect(lines).toBeLessThanOrEqual(32)
      flits.slice(1).forEach((flit, line) => {
        const body = decode(bodyFlit, flit)
        expect(body.bsel).toBe(0xff)
        const from = line === 0 ? 15 - (head.bsel & 15) : 0
        const to = line === lines - 1 ? head.bsel >> 4 : 15
        for (let lane = from; lane <= to; lane++)
          bytes.push(Number(((lane < 8 ? body.data0 : body.data1) >> BigInt(8 * (lane % 8))) & 0xffn))
      })
    }
    expect(bytes.length, 'packets have bytes').toBeGreaterThan(0)
    const fate = this.#options.acknowledges ? this.#fate() : 'served'
    const stores = fate === 'served' || fate === 'lost'
    if (stores) bytes.forEach((byte, index) => (this.bytes[head.address + index] = byte))
    this.writes.push({ address: head.address, flits: flits.length, bytes: bytes.length, fate })
    if (!this.#options.acknowledges || fate === 'lost') return
    const data0 = (1n << 32n) | (stores ? BigInt(bytes.length) : 20n << 33n)
    this.#send(tileOf(head.address), this.#due(), [this.#answer({ mode: 0xd, address: head.address, data0 })])
  }
}
