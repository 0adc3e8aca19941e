/** Requests of the kernel to others: one at a time per queue, few over all queues, each for a limited time. Source: kernel section 3.4. */
import { errorCodes, registers } from '#layout'
import { codes } from './errors.ts'
import { kernelEps, maxPendingMessages, maxWaitingRequests, requestTimes } from './numbers.ts'
import type { Remote } from './remote.ts'
import type { Message, Tcu } from './tcu.ts'
import { WaitQueue } from './threads.ts'
import type { Threads } from './threads.ts'

/** A receive endpoint of somebody who answers the kernel. */
export interface RequestTarget {
  readonly tile: number
  readonly ep: number
}

/** A request on its way, and what became of it: an error, or the answer. */
export interface PendingRequest {
  readonly message: Uint8Array
  /** What the receiver sees as the label of the message. */
  readonly label: bigint
  /** Has to arrive, however long the receiver has no room for it. */
  readonly persistent: boolean
  readonly answered: WaitQueue
  /** Time of the first attempt to send it, in nanoseconds. */
  since: bigint | undefined
  error: number | undefined
  reply: Uint8Array | undefined
}

/** Where the requests of one queue go, in the order in which they were made. */
export interface SendQueue {
  readonly id: number
  /** Where the receiver can be reached now, if at all. */
  readonly target: () => RequestTarget | undefined
  /** Nanoseconds that the receiver has for an answer. */
  readonly patience: bigint
  readonly waiting: PendingRequest[]
  /** The request that was sent, with where it went and the number that its answer has to carry. */
  outstanding: { readonly request: PendingRequest; readonly target: RequestTarget; readonly label: bigint } | undefined
  /** When to try again with a receiver that had no room. */
  retryAt: bigint | undefined
  closed: boolean
}

/** All queues of the kernel. Answers are matched by queue and sequence number, so that late ones are recognised. */
export class SendQueues {
  readonly #tcu: Tcu
  readonly #remote: Remote
  readonly #threads: Threads
  readonly #queues = new Map<number, SendQueue>()
  readonly #delayed: SendQueue[] = []
  /** Slots whose answer was given up and could still be on its way, by the time at which they are free again. */
  readonly #retired: bigint[] = []
  #nextQueue = 0
  #sequence = 0
  #pending = 0

  constructor(tcu: Tcu, remote: Remote, threads: Threads) {
    this.#tcu = tcu
    this.#remote = remote
    this.#threads = threads
  }

  /** Makes a queue for requests to wherever `target` says. */
  create(target: () => RequestTarget | undefined, patience: bigint = requestTimes.sideCall): SendQueue {
    const queue: SendQueue = {
      id: this.#nextQueue++,
      target,
      patience,
      waiting: [],
      outstanding: undefined,
      retryAt: undefined,
      closed: false,
    }
    this.#queues.set(queue.id, queue)
    return queue
  }

  /** Requests whose answers are still to come. */
  get pending(): number {
    return this.#pending
  }

  /** Whether time matters: something was sent, is to be sent again, or keeps a slot. */
  get busy(): boolean {
    return this.#pending > 0 || this.#retired.length > 0 || [...this.#queues.values()].some(isRetrying)
  }

  /** When each request was sent that has no answer yet, and how long its receiver may take, in nanoseconds. */
  get outstanding(): readonly { readonly since: bigint; readonly patience: bigint }[] {
    return [...this.#queues.values()].flatMap(({ outstanding, patience }) => {
      const since = outstanding?.request.since
      return since === undefined ? [] : [{ since, patience }]
    })
  }

  /** Slots for answers that are in use. */
  get slots(): number {
    return this.#pending + this.#retired.length
  }

  /**
   * Sends a request, now or when its turn comes. One to a closed queue ends with RecvGone, and one to a queue that is full
   * with NoSpace.
   */
  async post(
    queue: SendQueue,
    message: Uint8Array,
    options: { readonly label?: bigint; readonly persistent?: boolean } = {},
  ): Promise<PendingRequest> {
    const request: PendingRequest = {
      message,
      label: options.label ?? 0n,
      persistent: options.persistent ?? false,
      answered: new WaitQueue(),
      since: undefined,
      error: undefined,
      reply: undefined,
    }
    if (queue.closed) this.#end(request, codes.RecvGone)
    else if (queue.waiting.length >= maxWaitingRequests) this.#end(request, codes.NoSpace)
    else {
      queue.waiting.push(request)
      await this.#advance(queue)
    }
    return request
  }

  /** Gives up all requests of a queue whose receiver can answer no more: their error is RecvGone. */
  async abort(queue: SendQueue): Promise<void> {
    const waiting = queue.waiting.splice(0)
    await this.#giveUp(queue, codes.RecvGone)
    for (const request of waiting) this.#end(request, codes.RecvGone)
    queue.retryAt = undefined
    await this.#advanceDelayed()
  }

  /** Removes a queue that was never used. */
  forget(queue: SendQueue): void {
    this.#queues.delete(queue.id)
  }

  /** Aborts a queue for good. */
  async close(queue: SendQueue): Promise<void> {
    if (queue.closed) return
    queue.closed = true
    this.#queues.delete(queue.id)
    await this.abort(queue)
  }

  /** Gives up what was sent to an endpoint that is no longer valid; what waits may find another one. */
  async lostReceiver({ tile, ep }: RequestTarget): Promise<void> {
    for (const queue of [...this.#queues.values()]) {
      const target = queue.outstanding?.target
      if (target?.tile !== tile || target.ep !== ep) continue
      await this.#giveUp(queue, codes.RecvGone)
      await this.#advance(queue)
    }
    await this.#advanceDelayed()
  }

  /** Handles a message that arrived at the endpoint for answers; one that nobody waits for is dropped. */
  async answer({ label, offset, payload }: Message): Promise<void> {
    const queue = this.#queues.get(Number(label >> 32n))
    await this.#tcu.acknowledge(kernelEps.replies, offset)
    if (queue?.outstanding?.label !== label) return
    const { request } = queue.outstanding
    queue.outstanding = undefined
    this.#pending--
    request.reply = payload
    this.#threads.wake(request.answered)
    await this.#advance(queue)
    await this.#advanceDelayed()
  }

  /** Gives up what took too long, and tries again where there was no room; says whether there was anything to do. */
  async expire(): Promise<boolean> {
    const now = await this.#now()
    let changed = false
    while (this.#retired[0] !== undefined && this.#retired[0] <= now) this.#retired.shift()
    for (const queue of [...this.#queues.values()]) {
      const since = queue.outstanding?.request.since
      if (since !== undefined && now - since >= queue.patience) await this.#giveUp(queue, codes.Timeout)
      else if (queue.retryAt === undefined || queue.retryAt > now) continue
      await this.#advance(queue)
      changed = true
    }
    await this.#advanceDelayed()
    return changed
  }

  async #advance(queue: SendQueue): Promise<void> {
    queue.retryAt = undefined
    while (queue.outstanding === undefined) {
      const [request] = queue.waiting
      if (request === undefined) return
      if (this.slots >= maxPendingMessages) {
        if (!this.#delayed.includes(queue)) this.#delayed.push(queue)
        return
      }
      const target = queue.target()
      const label = (BigInt(queue.id) << 32n) | BigInt(this.#sequence++ >>> 0)
      const error =
        target === undefined ? codes.RecvGone : await this.#remote.send(target, request.message, request.label, label)
      const now = await this.#now()
      request.since ??= now
      if (error === errorCodes.RECV_NO_SPACE && (request.persistent || now - request.since < queue.patience)) {
        queue.retryAt = now + requestTimes.retry
        return
      }
      queue.waiting.shift()
      if (error === errorCodes.NONE && target !== undefined) {
        queue.outstanding = { request, target, label }
        this.#pending++
      } else this.#end(request, error)
    }
  }

  async #advanceDelayed(): Promise<void> {
    while (this.slots < maxPendingMessages) {
      const queue = this.#delayed.shift()
      if (queue === undefined) return
      await this.#advance(queue)
    }
  }

  /**
   * Ends the outstanding request of a queue. The receiver can answer no more, but an answer that left before could still
   * arrive: its slot stays reserved for a while.
   */
  async #giveUp(queue: SendQueue, code: number): Promise<void> {
    if (queue.outstanding === undefined) return
    const { request, target, label } = queue.outstanding
    queue.outstanding = undefined
    this.#pending--
    this.#retired.push((await this.#now()) + requestTimes.quarantine)
    await this.#remote.withdraw(target, { tile: this.#tcu.tile.id, ep: kernelEps.replies, label })
    this.#end(request, code)
  }

  #end(request: PendingRequest, code: number): void {
    request.error = code
    this.#threads.wake(request.answered)
  }

  #now(): Promise<bigint> {
    return this.#tcu.tile.readRegister(registers.CUR_TIME)
  }
}

const isRetrying = ({ retryAt }: SendQueue): boolean => retryAt !== undefined
