/** Memory of others, as far as a capability allows. Source: TCU section 4.2. */
import { CallError, pageBytes, selectors, systemCalls } from '#kernel'
import type { Context } from '../runtime/context.ts'
import { activate, allocateEndpoint } from './endpoints.ts'
import type { OwnEndpoint } from './endpoints.ts'

/** Access to the memory behind a capability. */
export class MemoryGate {
  readonly selector: number
  readonly #context: Context
  #endpoint: OwnEndpoint | undefined

  constructor(context: Context, selector: number, endpoint?: OwnEndpoint) {
    this.#context = context
    this.selector = selector
    this.#endpoint = endpoint
  }

  /** The endpoint on which the gate is active, from now on at the latest. */
  async endpoint(): Promise<OwnEndpoint> {
    if (this.#endpoint !== undefined) return this.#endpoint
    const endpoint = await allocateEndpoint(this.#context)
    await activate(this.#context, endpoint, this.selector)
    this.#endpoint = endpoint
    return endpoint
  }

  /** Copies bytes from the memory. Rejects: CallError with the TCU's error. */
  async read(offset: number, bytes: number): Promise<Uint8Array> {
    const { ep } = await this.endpoint()
    const { tcu, tile } = this.#context
    const buffer = scratch(this.#context)
    const result = new Uint8Array(bytes)
    for (let at = 0; at < bytes; at += pageBytes) {
      const piece = Math.min(pageBytes, bytes - at)
      expectSuccess(await tcu.read(ep, offset + at, buffer, piece), 'reading memory')
      result.set(tile.readMemory(buffer, piece), at)
    }
    return result
  }

  /** Copies bytes to the memory. Rejects: CallError with the TCU's error. */
  async write(offset: number, bytes: Uint8Array): Promise<void> {
    const { ep } = await this.endpoint()
    const { tcu, tile } = this.#context
    const buffer = scratch(this.#context)
    for (let at = 0; at < bytes.length; at += pageBytes) {
      const piece = bytes.subarray(at, at + pageBytes)
      tile.writeMemory(buffer, piece)
      expectSuccess(await tcu.write(ep, offset + at, buffer, piece.length), 'writing memory')
    }
  }

  /** A smaller window of the memory, as a capability of its own at `selector` of the own table. */
  async derive(selector: number, offset: number, size: number, permissions: number): Promise<void> {
    const request = { act: selectors.activity, dst: selector, src: this.selector, offset, size, permissions }
    await this.#context.calls.call(systemCalls.deriveMem, request)
  }
}

const buffers = new WeakMap<Context, number>()

/** One page of local memory per program, for data on its way. */
const scratch = (context: Context): number => {
  const buffer = buffers.get(context) ?? context.allocate(pageBytes, pageBytes)
  buffers.set(context, buffer)
  return buffer
}

const expectSuccess = (error: number, doing: string): void => {
  if (error !== 0) throw new CallError(error, doing)
}
