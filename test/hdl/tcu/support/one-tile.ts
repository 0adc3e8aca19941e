/** One compute tile whose network is the test: any flits in, all flits out. */
import { type TcuParameters } from '#hdl/tcu'
import { computeTile } from '#hdl/tile'
import {
  bodyFlit,
  decode,
  encode,
  endpointCount,
  endpointRegister,
  headFlit,
  memoryOffset,
  messageHeader,
  modes,
  noEndpoint,
  registers,
  uint,
} from '#layout'
import { simulate, type Simulator } from '#sim/simulate'
import type { EndpointWords } from '../../../support/tcu-driver.ts'
import { linkedParameters } from './linked-tiles.ts'

/** Module ids of the tile and of those who write to it. */
export const ownMod = 0x21
export const otherMod = 0x06

export type MessageClass = 0 | 1

/** Fields of a head that matter to a test. */
export interface HeadFields {
  readonly mode: number
  readonly burst?: 0 | 1
  readonly bsel?: number
  readonly address?: number
  readonly data0?: bigint
  readonly target?: number
  readonly targetChip?: number
  readonly source?: number
}

export const head = (fields: HeadFields): bigint =>
  encode(headFlit, {
    burst: fields.burst ?? 0,
    arq: 0,
    bsel: fields.bsel ?? 0xff,
    sourceMod: fields.source ?? otherMod,
    sourceChip: 0,
    targetMod: fields.target ?? ownMod,
    targetChip: fields.targetChip ?? 0,
    mode: fields.mode,
    address: fields.address ?? 0,
    data0: fields.data0 ?? 0n,
  })

/** Body flits with the given lines; the last one ends the packet. */
export const bodies = (lines: readonly bigint[], select: (index: number) => number = () => 0xff): readonly bigint[] =>
  lines.map((line, index) =>
    encode(bodyFlit, {
      burst: index < lines.length - 1 ? 1 : 0,
      arq: 0,
      bsel: select(index),
      data1: line >> 64n,
      data0: BigInt.asUintN(64, line),
    }),
  )

/** A message of `payload` lines to endpoint `ep`; `announced` and `length` may say something else. */
export const message = (
  ep: number,
  payload: readonly bigint[],
  more: {
    readonly announced?: number
    readonly length?: number
    readonly reply?: boolean
    readonly replyEp?: number
  } = {},
): readonly bigint[] => {
  const header = encode(messageHeader, {
    zero: 0n,
    label: 0xabcdn,
    replyLabel: 0n,
    replyEp: more.replyEp ?? noEndpoint,
    senderEp: noEndpoint,
    length: more.length ?? 16 * payload.length,
    chip: 0,
    tile: otherMod,
    replyOrder: 5,
    isReply: more.reply === true ? 1 : 0,
  })
  const lines = [BigInt.asUintN(128, header), header >> 128n, ...payload]
  const announced = BigInt(more.announced ?? lines.length)
  return [head({ mode: modes.TCU_MSG, burst: 1, address: ep, data0: announced }), ...bodies(lines)]
}

/** A packet that the tile sent: its head, decoded, and its lines. */
export interface Sent {
  readonly mode: number
  readonly address: number
  readonly data0: bigint
  readonly target: number
  readonly lines: readonly bigint[]
}

type Ports = ReturnType<typeof computeTile>['ports']
const settleCycles = 60

export class OneTile implements Disposable {
  readonly sim: Simulator<Ports>
  readonly sent: Sent[] = []

  constructor(parameters: TcuParameters = linkedParameters) {
    this.sim = simulate(computeTile(parameters))
    const { io } = this.sim
    io.own.value = { chip: 0, mod: ownMod }
    io.requestOut.ready.value = 1
    io.responseOut.ready.value = 1
    const open: (Sent & { lines: bigint[] })[] = []
    this.sim.attach({
      before: () =>
        [io.requestOut, io.responseOut].forEach((stream, index) => {
          if (!stream.fires) return
          const bits = stream.payload.bits
          const more = bits >> 137n === 1n
          let packet = open[index]
          if (packet)
            packet.lines.push(BigInt.asUintN(128, (decode(bodyFlit, bits).data1 << 64n) | decode(bodyFlit, bits).data0))
          else {
            const { mode, address, data0, targetMod } = decode(headFlit, bits)
            packet = { mode, address, data0, target: targetMod, lines: [] }
            open[index] = packet
            this.sent.push(packet)
          }
          if (!more) Reflect.deleteProperty(open, index)
        }),
    })
  }

  /** Offers flits of a class one after the other; each has to be taken in a bounded time. */
  inject(cls: MessageClass, flits: readonly bigint[]): void {
    const stream = cls === 0 ? this.sim.io.requestIn : this.sim.io.responseIn
    for (const flit of flits) {
      stream.payload.value = flit
      stream.valid.value = 1
      this.sim.until(stream.ready, { limit: 500 })
      this.sim.step()
    }
    stream.valid.value = 0
  }

  /** Lets everything come to rest, and hands out what was sent meanwhile. */
  rest(cycles = settleCycles): readonly Sent[] {
    this.sim.step(cycles)
    return this.sent.splice(0)
  }

  write(address: number, data: bigint): void {
    const { core } = this.sim.io
    core.payload.value = { write: 1, address, enables: 0xff, data }
    core.valid.value = 1
    this.sim.until(core.ready)
    this.sim.step()
    core.valid.value = 0
    this.sim.step()
  }

  read(address: number): bigint {
    const { core } = this.sim.io
    core.payload.value = { write: 0, address, enables: 0xff, data: 0n }
    core.valid.value = 1
    this.sim.until(core.ready)
    this.sim.step()
    core.valid.value = 0
    return this.sim.io.coreAnswer.value.data
  }

  writeEp(ep: number, words: EndpointWords): void {
    for (const word of [2, 1, 0] as const) this.write(endpointRegister(ep, word), words[word])
  }

  /** Words of all endpoints, as the core reads them. */
  endpoints(): readonly bigint[] {
    return Array.from({ length: 3 * endpointCount }, (_, index) => this.read(endpointRegister(0, 0) + 8 * index))
  }

  memoryLine(address: number): bigint {
    return this.sim.memory('spm.store', uint(128)).read((address - memoryOffset) / 16)
  }

  memory(): readonly bigint[] {
    return this.sim.memory('spm.store', uint(128)).all()
  }

  /** FLITS_DROP: packets and flits. */
  dropped(): { readonly packets: number; readonly flits: number } {
    const value = this.read(registers.FLITS_DROP)
    return { packets: Number(value >> 32n), flits: Number(value & 0xffff_ffffn) }
  }

  [Symbol.dispose](): void {
    this.sim.close()
  }
}
