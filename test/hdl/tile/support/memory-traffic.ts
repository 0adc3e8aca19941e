/** Requests to a memory tile, and what has to become of them: NoC section 7.2 and TCU section 7.4, on an array of bytes. */
import { burstBytes, encode, errorCodes, headFlit, modes, bodyFlit } from '#layout'

/** Which bytes a tile has. */
export interface Range {
  readonly base: number
  readonly bytes: number
}

export type Request =
  | {
      readonly kind: 'read'
      readonly from: number
      readonly address: number
      readonly size: number
      readonly to: number
    }
  | {
      readonly kind: 'write'
      readonly from: number
      readonly address: number
      /** Lane of the first byte at the source: 0 to 15. */
      readonly lane: number
      readonly data: readonly number[]
      readonly form: 'single' | 'burst'
      /** The sender stops after so many lines. */
      readonly abortAfter?: number
    }
  | { readonly kind: 'odd'; readonly flits: readonly bigint[]; readonly packets: number }
  | { readonly kind: 'register'; readonly from: number; readonly offset: number; readonly to: number }

export interface Traffic {
  readonly read: number
  readonly data: number
  readonly write: number
  readonly acknowledgement: number | undefined
  /** Failed reads are READ_RSP_2 with bsel 0x00, not ERROR. */
  readonly bypass: boolean
}

export const commands: Traffic = {
  read: modes.READ_REQ,
  data: modes.READ_RSP,
  write: modes.WRITE_POSTED,
  acknowledgement: modes.TCU_ACK,
  bypass: false,
}

export const bypassOf = (acknowledged: boolean): Traffic => ({
  read: modes.READ_REQ_2,
  data: modes.READ_RSP_2,
  write: modes.WRITE_POSTED_2,
  acknowledgement: acknowledged ? 0xd : undefined,
  bypass: true,
})

export const head = (fields: Partial<Parameters<typeof encode<typeof headFlit>>[1]>): bigint =>
  encode(headFlit, {
    burst: 0,
    arq: 0,
    bsel: 0xff,
    sourceMod: 0,
    sourceChip: 0,
    targetMod: 0x24,
    targetChip: 0,
    mode: 0,
    address: 0,
    data0: 0n,
    ...fields,
  })

const bodyOf = (bytes: readonly number[], last: boolean, bsel = 0xff): bigint => {
  const half = (from: number): bigint =>
    Array.from({ length: 8 }, (_, index) => BigInt(bytes[from + index] ?? 0xee)).reduceRight(
      (word, byte) => (word << 8n) | byte,
      0n,
    )
  return encode(bodyFlit, { burst: last ? 0 : 1, arq: 0, bsel, data1: half(8), data0: half(0) })
}

const lineCount = (lane: number, size: number): number => Math.ceil((lane + size) / 16)

/** The flits of a request. */
export const flitsOf = (request: Request, traffic: Traffic): readonly bigint[] => {
  switch (request.kind) {
    case 'read':
    case 'register': {
      const size = request.kind === 'read' ? request.size : 8
      const address = request.kind === 'read' ? request.address : 0xf000_0000 + request.offset
      const data0 = (BigInt(size) << 32n) | BigInt(request.to)
      return [head({ mode: traffic.read, sourceMod: request.from, address, data0 })]
    }
    case 'odd':
      return request.flits
    case 'write':
      return writeFlits(request, traffic)
  }
}

const writeFlits = (request: Request & { kind: 'write' }, traffic: Traffic): readonly bigint[] => {
  const { address, data, from } = request
  if (request.form === 'single') {
    const lane = request.lane % 8
    const word = data.reduce((sum, byte, index) => sum | (BigInt(byte) << BigInt(8 * (lane + index))), 0n)
    const bsel = ((1 << data.length) - 1) << lane
    return [head({ mode: traffic.write, sourceMod: from, address, bsel, data0: word })]
  }
  const { lane } = request
  const lines = lineCount(lane, data.length)
  const last = (lane + data.length - 1) % 16
  const padded = [...Array.from({ length: lane }, () => 0xcc), ...data]
  return [
    head({
      burst: 1,
      mode: traffic.write,
      sourceMod: from,
      address,
      bsel: (last << 4) | (15 - lane),
      data0: BigInt(lines),
    }),
    ...Array.from({ length: lines }, (_, line) =>
      bodyOf(
        padded.slice(16 * line, 16 * line + 16),
        line === lines - 1,
        line >= (request.abortAfter ?? lines) ? 0 : 0xff,
      ),
    ),
  ]
}

/** What comes back for a request: packets as their heads without data, and the bytes that they bring. */
export interface Answer {
  readonly mode: number
  readonly target: number
  readonly address: number
  /** data0 of packets without data. */
  readonly data0?: bigint
  /** The valid bytes; `aborted` when flits with bsel 0x00 follow them. */
  readonly bytes?: readonly number[]
  readonly aborted?: boolean
}

export interface Outcome {
  /** Answers to reads and acknowledgements of writes, each in the order in which they leave. */
  readonly answers: readonly Answer[]
  readonly acknowledgements: readonly Answer[]
  readonly droppedFlits: number
  readonly droppedPackets: number
}

/** Serves requests one after the other; `memory` holds the bytes of `range` and is changed. */
export const serve = (
  requests: readonly Request[],
  traffic: Traffic,
  range: Range,
  memory: Uint8Array,
  isBad: (address: number) => boolean = () => false,
  registerValue: (offset: number) => bigint | undefined = () => undefined,
): Outcome => {
  const answers: Answer[] = []
  const acknowledgements: Answer[] = []
  let [droppedFlits, droppedPackets] = [0, 0]
  const inside = (address: number, size: number): boolean =>
    address >= range.base && address + size <= range.base + range.bytes
  const drop = (flits: number): void => {
    droppedFlits += flits
    droppedPackets++
  }
  for (const request of requests) {
    if (request.kind === 'odd') {
      droppedFlits += request.flits.length
      droppedPackets += request.packets
    } else if (request.kind === 'register') {
      const value = registerValue(request.offset)
      answers.push({ mode: traffic.data, target: request.from, address: request.to, data0: value ?? -1n })
    } else if (request.kind === 'read') {
      if (inside(request.address, request.size)) answers.push(...dataOf(request, traffic, range, memory, isBad))
      else answers.push(failure(request, traffic))
    } else {
      const { address, data } = request
      const fits = inside(address, data.length)
      const stored = storedBytes(request)
      const bad = fits && stored >= 0 && touchesBad(request, isBad)
      if (!fits && traffic.acknowledgement === undefined) drop(flitsOf(request, traffic).length)
      if (fits)
        data.slice(0, stored).forEach((byte, index) => {
          if (!isBad(address + index)) memory[address + index - range.base] = byte
        })
      if (traffic.acknowledgement === undefined) continue
      const error = !fits || bad ? errorCodes.TIMEOUT_MEM : stored < data.length ? errorCodes.ABORT : 0
      const bytes = !fits || bad ? 0 : stored
      acknowledgements.push({
        mode: traffic.acknowledgement,
        target: request.from,
        address,
        data0: (BigInt(error) << 33n) | (1n << 32n) | BigInt(bytes),
      })
    }
  }
  return { answers, acknowledgements, droppedFlits, droppedPackets }
}

const storedBytes = ({ lane, data, abortAfter }: Request & { kind: 'write' }): number =>
  abortAfter === undefined ? data.length : Math.max(0, Math.min(data.length, 16 * abortAfter - lane))

/** A run is refused when any burst of it is: also one whose lines have no bytes any more. */
const touchesBad = (request: Request & { kind: 'write' }, isBad: (address: number) => boolean): boolean => {
  const from = request.address - (request.address % 16)
  for (let line = from; line < request.address + request.data.length; line += 16) if (isBad(line)) return true
  return false
}

const failure = (request: Request & { kind: 'read' }, traffic: Traffic): Answer => ({
  mode: traffic.bypass ? traffic.data : modes.ERROR,
  target: request.from,
  address: request.to,
  data0: BigInt(errorCodes.TIMEOUT_MEM),
})

/** Rules 1 to 4 of TCU section 7.4. */
const dataOf = (
  request: Request & { kind: 'read' },
  traffic: Traffic,
  range: Range,
  memory: Uint8Array,
  isBad: (address: number) => boolean,
): Answer[] => {
  const packets: Answer[] = []
  for (let done = 0; done < request.size;) {
    const at = request.address + done
    const left = request.size - done
    const wordEnd = 8 - (at % 8)
    const segment =
      left <= 8
        ? Math.min(left, request.size <= 8 ? wordEnd : left)
        : left >= burstBytes
          ? burstBytes - (at % 16)
          : left
    if (isBad(at - (at % 16))) return [...packets, failure(request, traffic)]
    let good = 0
    while (good < segment && !isBad(at + good)) good++
    packets.push({
      mode: traffic.data,
      target: request.from,
      address: (request.to + done) % 2 ** 32,
      bytes: [...memory.subarray(at - range.base, at - range.base + good)],
      aborted: good < segment,
    })
    if (good < segment) return packets
    done += segment
  }
  return packets
}
