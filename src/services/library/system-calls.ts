/** System calls from a program's side. Source: kernel section 2.1. */
import { CallError, decodeFields, encodeRequest, selectors, systemCalls, WordReader } from '#kernel'
import type { FieldCodecs, Received, Sent, SystemCall } from '#kernel'
import type { Context } from '../runtime/context.ts'

/** Bytes of the largest request. Kernel section 10: 480 bytes payload. */
const requestBytes = 480

/** Makes system calls, one at a time. */
export class SystemCalls {
  readonly #context: Context
  readonly #buffer: number

  constructor(context: Context) {
    this.#context = context
    this.#buffer = context.allocate(requestBytes)
  }

  /**
   * Makes a system call and waits for its answer.
   *
   * Rejects: CallError with the kernel's error, or the TCU's when the call could not be sent.
   */
  async call<R extends FieldCodecs, A extends FieldCodecs>(
    call: SystemCall<R, A>,
    request: Sent<R>,
  ): Promise<Received<A>> {
    const reader = new WordReader(await this.raw(encodeRequest(call, request)))
    const error = Number(reader.word())
    if (error !== 0) throw new CallError(error, `system call ${call.code}`)
    return decodeFields(call.reply, reader)
  }

  /** Sends any bytes as a system call and returns the bytes of the answer. */
  async raw(request: Uint8Array): Promise<Uint8Array> {
    const context = this.#context
    const sendEp = context.standardEp('systemCall')
    const replyEp = context.standardEp('systemCallReply')
    context.tile.writeMemory(this.#buffer, request)
    const error = await context.tcu.send(sendEp, this.#buffer, request.length, replyEp)
    if (error !== 0) throw new CallError(error, 'sending a system call')
    const { offset, payload } = await context.receiveStandard('systemCallReply')
    await context.tcu.acknowledge(replyEp, offset)
    return payload
  }

  /** Does nothing, in the kernel. */
  async noop(): Promise<void> {
    await this.call(systemCalls.noop, {})
  }

  /** Copies `count` capabilities into another activity's table, from `own` to `other`. */
  async delegate(act: number, own: number, other: number, count = 1): Promise<void> {
    await this.call(systemCalls.exchange, { act, own: { start: own, count }, other, obtain: false })
  }

  /** Takes a capability of the own table away, with everything derived from it. */
  async revoke(selector: number, scope: 'all' | 'children' = 'all'): Promise<void> {
    const range = { start: selector, count: 1 }
    await this.call(systemCalls.revoke, { act: selectors.activity, range, own: scope === 'all' })
  }
}
