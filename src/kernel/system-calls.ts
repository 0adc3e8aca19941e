/** System calls: numbers, requests and replies, the same for callers and kernel. Source: kernel section 2.2. */
import { below, flag, optional, selectorRange, text, trailingFlag, word, words } from './codecs.ts'
import type { Codec } from './codecs.ts'
import { maxWaitActivities } from './numbers.ts'
import { WordReader, WordWriter } from './words.ts'

// The fields of a message are codecs of different types; `never` and `unknown` accept each of them.
export type FieldCodecs = Readonly<Record<string, Codec<unknown, never>>>

/** A system call: opcode, request fields and reply fields, in the order in which they travel. */
export interface SystemCall<Request extends FieldCodecs = FieldCodecs, Reply extends FieldCodecs = FieldCodecs> {
  readonly code: number
  readonly request: Request
  readonly reply: Reply
}

type OutOf<C> = C extends Codec<infer Out, never> ? Out : never
type InOf<C> = C extends { readonly write: (writer: WordWriter, value: infer In) => void } ? In : never
/** Values that a receiver gets. */
export type Received<F extends FieldCodecs> = { readonly [Name in keyof F]: OutOf<F[Name]> }
type MayBeLeftOut<F extends FieldCodecs> = {
  [Name in keyof F]: undefined extends InOf<F[Name]> ? Name : never
}[keyof F]
/** Values that a sender gives. */
export type Sent<F extends FieldCodecs> = { readonly [Name in Exclude<keyof F, MayBeLeftOut<F>>]: InOf<F[Name]> } & {
  readonly [Name in MayBeLeftOut<F>]?: InOf<F[Name]>
}

const call = <const Request extends FieldCodecs, const Reply extends FieldCodecs>(
  code: number,
  request: Request,
  reply: Reply,
): SystemCall<Request, Reply> => Object.freeze({ code, request, reply })

const permissions = below(8)
const dst = word

/** All system calls. Kernel section 2.2. */
export const systemCalls = Object.freeze({
  createSrv: call(0, { dst, rgate: word, creator: word, name: text }, {}),
  createSess: call(1, { dst, srv: word, creator: word, ident: word, autoClose: flag }, {}),
  createMgate: call(2, { dst, act: word, address: word, size: word, permissions }, {}),
  createRgate: call(3, { dst, order: word, messageOrder: word }, {}),
  createSgate: call(4, { dst, rgate: word, label: word, credits: word }, {}),
  createMap: call(5, { dst, act: word, mgate: word, first: word, pages: word, permissions }, {}),
  createActivity: call(6, { dst, tile: word, kmem: word, name: text }, { id: word, epsStart: word }),
  createSem: call(7, { dst, value: word }, {}),
  allocEp: call(8, { dst, act: word, ep: word, replies: word }, { ep: word }),
  activate: call(9, { ep: word, gate: word, bufferMemory: word, bufferOffset: word, now: trailingFlag }, {}),
  actCtrl: call(10, { act: word, op: below(3), arg: word }, {}),
  actWait: call(11, { event: word, count: word, acts: words(maxWaitActivities) }, { act: word, exitCode: word }),
  deriveMem: call(12, { act: word, dst, src: word, offset: word, size: word, permissions }, {}),
  deriveKmem: call(13, { kmem: word, dst, quota: word }, {}),
  deriveTile: call(14, { tile: word, dst, eps: optional, time: optional, pts: optional }, {}),
  deriveSrv: call(15, { srv: word, dst: selectorRange, sessions: word, event: word }, {}),
  getSess: call(16, { srv: word, act: word, dst, sid: word }, {}),
  mgateRegion: call(17, { mgate: word }, { address: word, size: word }),
  rgateBuffer: call(18, { rgate: word }, { order: word, messageOrder: word }),
  kmemQuota: call(19, { kmem: word }, { id: word, total: word, left: word }),
  tileQuota: call(20, { tile: word }, { quotas: words(9) }),
  tileSetQuota: call(21, { tile: word, time: word, pts: word }, {}),
  tileSetPmp: call(22, { tile: word, mgate: word, ep: word, overwrite: flag }, {}),
  tileMem: call(23, { tile: word, dst }, {}),
  tileInfo: call(24, { tile: word }, { mux: word, tile: word, descriptor: word, eps: word }),
  tileReset: call(25, { tile: word, muxMemory: word, eps: optional }, {}),
  semCtrl: call(26, { sem: word, op: below(2) }, {}),
  exchangeSess: call(
    27,
    { act: word, sess: word, range: selectorRange, bytes: word, args: words(8), obtain: flag },
    { bytes: word, args: words(8) },
  ),
  exchange: call(28, { act: word, own: selectorRange, other: word, obtain: flag }, {}),
  revoke: call(29, { act: word, range: selectorRange, own: flag }, {}),
  resetStats: call(30, {}, {}),
  noop: call(31, {}, {}),
})

export type SystemCallName = keyof typeof systemCalls

/** Operations of act_ctrl and sem_ctrl. Kernel sections 2.2 and 2.5. */
export const activityOperations = Object.freeze({ start: 1, stop: 2 })
export const semaphoreOperations = Object.freeze({ up: 0, down: 1 })

/** Appends the fields to a message that starts with `first`: an opcode, or the error code 0. */
export const encodeFields = <F extends FieldCodecs>(first: number, fields: F, values: Sent<F>): Uint8Array => {
  const writer = new WordWriter().word(first)
  for (const [name, codec] of Object.entries(fields)) codec.write(writer, values[name as keyof Sent<F>] as never)
  return writer.finish()
}

/**
 * Reads the fields out of the words that follow the first.
 *
 * Rejects: Malformed.
 */
export const decodeFields = <F extends FieldCodecs>(fields: F, reader: WordReader): Received<F> =>
  Object.fromEntries(Object.entries(fields).map(([name, codec]) => [name, codec.read(reader)])) as Received<F>

/** The request of a system call as it travels. */
export const encodeRequest = <R extends FieldCodecs, A extends FieldCodecs>(
  { code, request }: SystemCall<R, A>,
  values: Sent<R>,
): Uint8Array => encodeFields(code, request, values)
