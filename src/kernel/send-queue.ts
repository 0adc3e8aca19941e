/** Requests of the kernel to others: one at a time per queue, few over all queues. Source: kernel section 3.4. */
import { codes } from './errors.ts'
import { kernelEps, maxPendingMessages } from './numbers.ts'
import type { Remote } from './remote.ts'
import type { Message, Tcu } from './tcu.ts'
import { WaitQueue } from './threads.ts'
import type { Threads } from './threads.ts'

/** A request on its way, and what became of it: the TCU's error, or the answer. */
export interface PendingRequest {
  readonly message: Uint8Array
  readonly answered: WaitQueue
  error: number | undefined
  reply: Uint8Array | undefined
}

/** Where the requests of one queue go, in the order in which they were made. */
export interface SendQueue {
  readonly id: number
  readonly target: { readonly tile: number; readonly ep: number }
  readonly waiting: PendingRequest[]
  /** The request that was sent, with the number that its answer has to carry. */
  outstanding: { readonly request: PendingRequest; readonly sequence: number } | undefined
}

/** All queues of the kernel. Answers are matched by queue and sequence number, so that late ones are recognised. */
export class SendQueues {
  readonly #tcu: Tcu
  readonly #remote: Remote
  readonly #threads: Threads
  readonly #queues: SendQueue[] = []
  readonly #delayed: SendQueue[] = []
  #sequence = 0
  #pending = 0

  constructor(tcu: Tcu, remote: Remote, threads: Threads) {
    this.#tcu = tcu
    this.#remote = remote
    this.#threads = threads
  }

  /** Makes a queue for requests to (tile, ep). */
  create(tile: number, ep: number): SendQueue {
    const queue: SendQueue = { id: this.#queues.length, target: { tile, ep }, waiting: [], outstanding: undefined }
    this.#queues.push(queue)
    return queue
  }

  /** Requests whose answers are still to come. */
  get pending(): number {
    return this.#pending
  }

  /** Sends a request, now or when its turn comes. */
  async post(queue: SendQueue, message: Uint8Array): Promise<PendingRequest> {
    const request: PendingRequest = { message, answered: new WaitQueue(), error: undefined, reply: undefined }
    queue.waiting.push(request)
    await this.#advance(queue)
    return request
  }

  /** Gives up all requests of a queue whose receiver can answer no more: their error is RecvGone. */
  abort(queue: SendQueue): void {
    const requests = [...(queue.outstanding === undefined ? [] : [queue.outstanding.request]), ...queue.waiting]
    if (queue.outstanding !== undefined) this.#pending--
    queue.outstanding = undefined
    queue.waiting.length = 0
    for (const request of requests) {
      request.error = codes.RecvGone
      this.#threads.wake(request.answered)
    }
  }

  /** Handles a message that arrived at the endpoint for answers; one that nobody waits for is dropped. */
  async answer({ label, offset, payload }: Message): Promise<void> {
    const queue = this.#queues[Number(label >> 32n)]
    await this.#tcu.acknowledge(kernelEps.replies, offset)
    if (queue?.outstanding === undefined || BigInt(queue.outstanding.sequence) !== (label & 0xffff_ffffn)) return
    const { request } = queue.outstanding
    queue.outstanding = undefined
    this.#pending--
    request.reply = payload
    this.#threads.wake(request.answered)
    await this.#advance(queue)
    while (this.#pending < maxPendingMessages && this.#delayed.length > 0)
      await this.#advance(this.#delayed.shift() as SendQueue)
  }

  async #advance(queue: SendQueue): Promise<void> {
    while (queue.outstanding === undefined && queue.waiting.length > 0) {
      if (this.#pending >= maxPendingMessages) {
        if (!this.#delayed.includes(queue)) this.#delayed.push(queue)
        return
      }
      const request = queue.waiting.shift() as PendingRequest
      const sequence = this.#sequence++ & 0xffff_ffff
      const label = (BigInt(queue.id) << 32n) | BigInt(sequence >>> 0)
      const error = await this.#remote.send(queue.target.tile, queue.target.ep, request.message, label)
      if (error === 0) {
        queue.outstanding = { request, sequence: sequence >>> 0 }
        this.#pending++
        return
      }
      request.error = error
      this.#threads.wake(request.answered)
    }
  }
}
