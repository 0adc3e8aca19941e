/** Partners of an accelerator: files and neighbours that keep to the protocol until they do something else. */
import { acceleratorEps as eps, acceleratorLabels as labels, acceleratorMemory, errorCodes } from '#layout'
import type { FakeTcu, Partners } from './fake-tcu.ts'
import { bufferBytes } from './run-on-fake.ts'

/** What a partner does in place of the next answer. */
export const misdeeds = [
  'error',
  'short',
  'empty',
  'huge',
  'far',
  'silence',
  'noEndpoint',
  'bounds',
  'gone',
  'full',
] as const
export type Misdeed = (typeof misdeeds)[number]

/** One end of the stream: a file with windows of these sizes, in turn, or another accelerator. */
export interface EndPlan {
  readonly kind: 'file' | 'neighbour'
  readonly windows: readonly number[]
  /** Answers before it does `then`; undefined: it keeps to the protocol. */
  readonly good: number
  readonly then: Misdeed | undefined
}

export interface StreamPlan {
  readonly data: Uint8Array
  readonly input: EndPlan
  readonly output: EndPlan
}

const allOnes = (1n << 64n) - 1n
const nextIn = 2n
const nextOut = 3n
const commit = 4n

/** What came out of a stream. */
export interface Sink {
  readonly bytes: number[]
  ended: boolean
}

export const partnersOf = ({
  data,
  input,
  output,
}: StreamPlan): { readonly partners: Partners; readonly sink: Sink } => {
  const sink: Sink = { bytes: [], ended: false }
  const source = sourceOf(data, input)
  const target = targetOf(output, sink)
  return {
    sink,
    partners: {
      sent: (tcu, ep, words, label) =>
        ep === eps.inSend ? source.asked(tcu, words, label) : target.asked(tcu, words, label),
      replied: (tcu, ep, slot) => {
        if (ep === eps.sideCalls) return errorCodes.NONE
        return source.isAnswered(slot) ? source.granted(tcu) : target.told()
      },
      read: (_, offset, bytes) => source.read(Number(offset), bytes),
      wrote: (_, offset, bytes) => target.write(Number(offset), bytes),
      turn: (tcu) => {
        source.turn(tcu)
        target.turn(tcu)
      },
    },
  }
}

/** The answer that a partner gives in place of a window. */
const spoilt = (tcu: FakeTcu, ep: number, label: bigint, misdeed: Misdeed): number => {
  const answers: Partial<Record<Misdeed, readonly bigint[]>> = {
    error: [11n],
    short: [0n, 0n],
    empty: [],
    huge: [0n, 0n, 1n << 40n],
    far: [0n, 1n << 33n, 8n],
  }
  if (misdeed === 'gone') return errorCodes.RECV_GONE
  if (misdeed === 'silence') tcu.open.delete(ep)
  const answer = answers[misdeed]
  if (answer !== undefined) tcu.deliver(eps.receive, label, answer)
  return errorCodes.NONE
}

const sourceOf = (data: Uint8Array, { kind, windows, good, then }: EndPlan) => {
  let position = 0
  let turns = 0
  let full = 2
  let window = { offset: 0, length: 0 }
  /** Of a neighbour: what its turn is. */
  let state: 'asks' | 'waits' | 'writes' | 'tells' | 'ended' = 'asks'
  let written = 0
  let pendingAnswer: bigint | undefined
  let request: number | undefined
  const next = (): number => Math.min(windows[turns++ % windows.length] as number, data.length - position)

  const asked = (tcu: FakeTcu, words: readonly bigint[], label: bigint): number => {
    if (words[0] !== nextIn) return errorCodes.NONE
    if (!tcu.open.has(eps.inSend)) return errorCodes.NO_SEP
    if (turns >= good && then !== undefined && then !== 'noEndpoint' && then !== 'bounds') {
      if (then === 'full' && full-- > 0) return errorCodes.RECV_NO_SPACE
      if (then !== 'full') return spoilt(tcu, eps.inSend, label, then)
    }
    if (kind === 'neighbour') {
      pendingAnswer = label
      return errorCodes.NONE
    }
    const length = next()
    window = { offset: length === 0 ? 0 : (turns * 24) % 1000, length }
    tcu.deliver(eps.receive, label, [0n, BigInt(window.offset), BigInt(length)])
    position += length
    return errorCodes.NONE
  }

  return {
    asked,
    /** Whether the request in this slot is its own. */
    isAnswered: (slot: number): boolean => slot === request,
    granted: (tcu: FakeTcu): number => {
      request = undefined
      if (state === 'ended') return errorCodes.NONE
      const bytes = Math.min(bufferBytes, data.length - position)
      tcu.memory.set(data.subarray(position, position + bytes), acceleratorMemory.buffer)
      position += bytes
      written = bytes
      state = 'writes'
      return errorCodes.NONE
    },
    read: (offset: number, bytes: number): Uint8Array | number => {
      if (kind === 'neighbour' || (then === 'noEndpoint' && turns > good)) return errorCodes.NO_MEP
      if (then === 'bounds' && turns > good) return errorCodes.OUT_OF_BOUNDS
      const start = position - window.length + (offset - window.offset)
      return data.slice(start, start + bytes)
    },
    turn: (tcu: FakeTcu): void => {
      if (kind === 'file') return
      if (state === 'asks') {
        state = 'waits'
        request = tcu.deliver(eps.receive, BigInt(labels.outRequest), [nextOut, 0n, 0n])
      } else if (state === 'writes' && written === bufferBytes && position < data.length) {
        state = 'tells'
      } else if (state === 'tells' && pendingAnswer !== undefined) {
        tcu.deliver(eps.receive, pendingAnswer, [0n, 0n, BigInt(bufferBytes)])
        pendingAnswer = undefined
        state = 'asks'
      } else if (state === 'writes') {
        state = 'ended'
        request = tcu.deliver(eps.receive, BigInt(labels.outRequest), [
          commit,
          0n,
          written === 0 ? allOnes : BigInt(written),
        ])
        tcu.open.delete(eps.inSend)
      }
    },
  }
}

const targetOf = ({ kind, windows, good, then }: EndPlan, sink: Sink) => {
  let turns = 0
  let full = 2
  let window = { offset: 0, length: 0 }
  let written: Uint8Array = new Uint8Array()
  let waits = false
  const keep = (count: number): void => {
    sink.bytes.push(...written.subarray(0, count))
    written = new Uint8Array()
  }

  return {
    asked: (tcu: FakeTcu, words: readonly bigint[], label: bigint): number => {
      if (words[0] === commit) {
        keep(words[2] === allOnes ? 0 : Number(words[2]))
        sink.ended = true
        if (kind === 'file' && words[2] === allOnes) tcu.deliver(eps.receive, label, [28n])
        return errorCodes.NONE
      }
      if (!tcu.open.has(eps.outSend)) return errorCodes.NO_SEP
      if (turns >= good && then !== undefined && then !== 'noEndpoint' && then !== 'bounds') {
        if (then === 'full' && full-- > 0) return errorCodes.RECV_NO_SPACE
        if (then !== 'full') return spoilt(tcu, eps.outSend, label, then)
      }
      keep(window.length)
      const length = kind === 'file' ? (windows[turns % windows.length] as number) : bufferBytes
      window = { offset: kind === 'file' ? (turns * 40) % 1000 : 0, length }
      turns++
      written = new Uint8Array(length)
      tcu.deliver(eps.receive, label, [0n, BigInt(window.offset), BigInt(length)])
      return errorCodes.NONE
    },
    told: (): number => {
      waits = false
      return errorCodes.NONE
    },
    write: (offset: number, bytes: Uint8Array): number => {
      if (then === 'noEndpoint' && turns > good) return errorCodes.NO_MEP
      if (then === 'bounds' && turns > good) return errorCodes.OUT_OF_BOUNDS
      written.set(bytes, offset - window.offset)
      return errorCodes.NONE
    },
    turn: (tcu: FakeTcu): void => {
      // A successor has one request waiting all the time.
      if (kind === 'file' || sink.ended || waits) return
      waits = true
      tcu.deliver(eps.receive, BigInt(labels.inRequest), [nextIn, 0n, 0n])
    },
  }
}
