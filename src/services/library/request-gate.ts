/** Requests to a service or a resource manager, answered at the default reply gate. Source: services sections 1.7 and 1.8. */
import { endpointRegister, endpointTypes, errorCodes, field, sendWord0 } from '#layout'
import { CallError, codes, WordReader } from '#kernel'
import type { WordWriter } from '#kernel'
import type { Context } from '../runtime/context.ts'
import { giveBackEndpoint, takeEndpoint } from './endpoint-cache.ts'
import { activate } from './endpoints.ts'
import type { OwnEndpoint } from './endpoints.ts'

/** Bytes of the largest request: a message of 256 bytes without its header. */
const requestBytes = 224
/** Cycles before a request is sent again to a receiver without room. */
const retryCycles = 200

/** A send gate; its endpoint is allocated with the first request. */
export class RequestGate {
  readonly selector: number
  readonly #context: Context
  #endpoint: OwnEndpoint | undefined

  constructor(context: Context, selector: number) {
    this.#context = context
    this.selector = selector
  }

  /**
   * Sends a request and gives what follows the error word of the answer.
   *
   * Rejects: CallError with the receiver's code; with the TCU's when it cannot be sent; NoSEP when the receiver goes away.
   */
  async request(request: WordWriter): Promise<WordReader> {
    const context = this.#context
    const { ep } = await this.#activated()
    const payload = request.finish()
    if (payload.length > requestBytes) throw new CallError(codes.OutOfBounds, 'the request is too large')
    const buffer = messageBuffer(context)
    context.tile.writeMemory(buffer, payload)
    const replyEp = context.standardEp('defaultReply')
    for (;;) {
      const error = await context.tcu.send(ep, buffer, payload.length, replyEp)
      if (error === errorCodes.NONE) break
      if (error !== errorCodes.RECV_NO_SPACE) throw new CallError(error, 'sending a request')
      await context.pause(retryCycles)
    }
    const message = await context
      .receiveStandard('defaultReply', () => this.#isOpen(ep))
      .catch((reason: unknown) => {
        const gone = reason instanceof CallError && reason.code === codes.EPInvalid
        throw gone ? new CallError(codes.NoSEP, 'the service is gone') : reason
      })
    await context.tcu.acknowledge(replyEp, message.offset)
    const reader = new WordReader(message.payload)
    const error = Number(reader.word())
    if (error !== 0) throw new CallError(error)
    return reader
  }

  /** Gives the endpoint back; the capability stays. */
  async close(): Promise<void> {
    const endpoint = this.#endpoint
    this.#endpoint = undefined
    if (endpoint !== undefined) await giveBackEndpoint(this.#context, endpoint)
  }

  async #activated(): Promise<OwnEndpoint> {
    if (this.#endpoint !== undefined) return this.#endpoint
    const endpoint = await takeEndpoint(this.#context)
    try {
      await activate(this.#context, endpoint, this.selector)
    } catch (reason) {
      await giveBackEndpoint(this.#context, endpoint)
      throw reason
    }
    this.#endpoint = endpoint
    return endpoint
  }

  async #isOpen(ep: number): Promise<boolean> {
    const word0 = await this.#context.tile.readRegister(endpointRegister(ep, 0))
    return field(sendWord0, 'type', word0) === endpointTypes.send
  }
}

const buffers = new WeakMap<Context, number>()

const messageBuffer = (context: Context): number => {
  const buffer = buffers.get(context) ?? context.allocate(requestBytes)
  buffers.set(context, buffer)
  return buffer
}
