/** Stream accelerators as programs set them up. Source: services section 6.7.1. */
import {
  acceleratorBufferBytes,
  acceleratorEps,
  acceleratorIsas,
  acceleratorLabels,
  acceleratorMemory,
  acceleratorSlots,
  decode,
  memoryOffset,
  tileDescriptor,
} from '#layout'
import type { AcceleratorLogic } from '#layout'
import { activityOperations, CallError, codes, selectors, systemCalls, WordWriter } from '#kernel'
import { fileOperations } from '../file/protocol.ts'
import type { Context } from '../runtime/context.ts'
import type { FreeTile } from './child.ts'
import { activate } from './endpoints.ts'
import type { OwnEndpoint } from './endpoints.ts'
import { RequestGate } from './request-gate.ts'
import { exchangeWithSession } from './session.ts'

const writable = 2
/** Requests of each neighbour that may be outstanding. */
const credits = 1

/** What the tile of this descriptor computes; undefined when it is no accelerator. */
export const logicOf = (descriptor: bigint): AcceleratorLogic | undefined => {
  const { isa } = decode(tileDescriptor, descriptor)
  const found = Object.entries(acceleratorIsas).find(([, code]) => code === isa)
  return found?.[0] as AcceleratorLogic | undefined
}

/** What an accelerator is made of: selectors of the program that set it up. */
interface Parts {
  readonly activity: number
  readonly receiveGate: number
  readonly inSend: OwnEndpoint
  readonly inMemory: OwnEndpoint
  readonly outSend: OwnEndpoint
  readonly outMemory: OwnEndpoint
}

/** An accelerator with an activity of its own. All methods reject with CallError. */
export class Accelerator {
  readonly logic: AcceleratorLogic
  readonly #context: Context
  readonly #parts: Parts
  readonly #bufferBytes: number
  /** Capabilities that were made for it and outlive its activity. */
  readonly #made: number[] = []
  #output: number | undefined

  private constructor(context: Context, logic: AcceleratorLogic, bufferBytes: number, parts: Parts) {
    this.#context = context
    this.logic = logic
    this.#bufferBytes = bufferBytes
    this.#parts = parts
    this.#made.push(parts.receiveGate)
  }

  /**
   * Creates an activity on the tile of an accelerator, with its endpoints and its receive gate; it can be connected then.
   *
   * Rejects: CallError InvArgs for a tile that is no accelerator.
   */
  static async create(
    context: Context,
    tile: FreeTile,
    bufferBytes = acceleratorBufferBytes.usual,
  ): Promise<Accelerator> {
    const logic = logicOf(tile.descriptor)
    if (logic === undefined) throw new CallError(codes.InvArgs, 'the tile is no accelerator')
    const { calls } = context
    const activity = context.selector(3)
    const request = { dst: activity, tile: tile.selector, kmem: selectors.kernelMemory, name: logic }
    await calls.call(systemCalls.createActivity, request)
    try {
      const endpoint = async (ep: number, replies = 0): Promise<OwnEndpoint> => {
        const selector = context.selector()
        await calls.call(systemCalls.allocEp, { dst: selector, act: activity, ep, replies })
        return { selector, ep }
      }
      const inSend = await endpoint(acceleratorEps.inSend)
      const inMemory = await endpoint(acceleratorEps.inMemory)
      const outSend = await endpoint(acceleratorEps.outSend)
      const outMemory = await endpoint(acceleratorEps.outMemory)
      const receive = await endpoint(acceleratorEps.receive, acceleratorSlots.count)
      const receiveGate = context.selector()
      const { order, slotOrder: messageOrder } = acceleratorSlots
      await calls.call(systemCalls.createRgate, { dst: receiveGate, order, messageOrder })
      const memoryBytes = Number(decode(tileDescriptor, tile.descriptor).memoryPages) * 4096
      await activate(context, receive, receiveGate, memoryOffset + memoryBytes - acceleratorMemory.receive)
      const parts = { activity, receiveGate, inSend, inMemory, outSend, outMemory }
      return new Accelerator(context, logic, bufferBytes, parts)
    } catch (reason) {
      await calls.revoke(activity)
      throw reason
    }
  }

  /** Selector of the activity, to wait for it. */
  get selector(): number {
    return this.#parts.activity
  }

  /** Reads from the file behind the session and the send gate at `start`, which nobody else uses meanwhile. */
  async readFrom(start: number): Promise<void> {
    await this.#attach(start, this.#parts.inSend, this.#parts.inMemory)
  }

  /** Writes to the file behind the session and the send gate at `start`, which nobody else uses meanwhile. */
  async writeTo(start: number): Promise<void> {
    await this.#attach(start, this.#parts.outSend, this.#parts.outMemory)
    this.#output = start
  }

  /** Hands its results to another accelerator. */
  async handTo(next: Accelerator): Promise<void> {
    const context = this.#context
    const [requests, answers, memory] = [context.selector(), context.selector(), context.selector()]
    const gate = (dst: number, rgate: number, label: number) =>
      context.calls.call(systemCalls.createSgate, { dst, rgate, label, credits })
    await gate(requests, this.#parts.receiveGate, acceleratorLabels.inRequest)
    await gate(answers, next.#parts.receiveGate, acceleratorLabels.outRequest)
    await context.calls.call(systemCalls.createMgate, {
      dst: memory,
      act: next.#parts.activity,
      address: memoryOffset + acceleratorMemory.buffer,
      size: next.#bufferBytes,
      permissions: writable,
    })
    await activate(context, next.#parts.inSend, requests)
    await activate(context, this.#parts.outSend, answers)
    await activate(context, this.#parts.outMemory, memory)
  }

  async start(): Promise<void> {
    const request = { act: this.#parts.activity, op: activityOperations.start, arg: 0 }
    await this.#context.calls.call(systemCalls.actCtrl, request)
  }

  /** Ends it, whatever it does. */
  async stop(): Promise<void> {
    const request = { act: this.#parts.activity, op: activityOperations.stop, arg: 0 }
    await this.#context.calls.call(systemCalls.actCtrl, request)
  }

  /**
   * Removes what is left of an accelerator that ended. Its last commit is on its way to the file that it wrote: servers look at
   * closed sessions before requests, so asks for something and waits until it is the turn of that.
   */
  async remove(): Promise<void> {
    const context = this.#context
    await context.calls.revoke(this.#parts.activity)
    if (this.#output !== undefined) {
      const gate = new RequestGate(context, this.#output + 1)
      await gate.request(new WordWriter().word(fileOperations.stat).word(0))
      await gate.close()
    }
    for (const selector of this.#made) await context.calls.revoke(selector)
  }

  async #attach(start: number, send: OwnEndpoint, memory: OwnEndpoint): Promise<void> {
    const context = this.#context
    await activate(context, send, start + 1)
    const range = { start: memory.selector, count: 1 }
    const args = new WordWriter().word(fileOperations.setDestination)
    await exchangeWithSession(context, start, 'delegate', range, args)
  }
}

/** Waits until one of the accelerators has ended; says which and how: 0, or the error that ended its stream. */
export const waitForAccelerator = async (
  context: Context,
  accelerators: readonly Accelerator[],
): Promise<{ readonly accelerator: Accelerator; readonly exitCode: number }> => {
  const acts = accelerators.map(({ selector }) => selector)
  const { act, exitCode } = await context.calls.call(systemCalls.actWait, { event: 0, count: acts.length, acts })
  const accelerator = accelerators.find(({ selector }) => BigInt(selector) === act)
  if (accelerator === undefined) throw new CallError(codes.NotFound, 'waiting for an accelerator')
  return { accelerator, exitCode: Number(exitCode) }
}
