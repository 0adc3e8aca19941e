/** Requests to the core: a queue in front of the register CORE_REQ and interrupt 1. TCU section 5.5. */
import { coreRequestQueue, coreRequestTypes, foreignMessageRequest, pmpFailureRequest } from '#layout'
import { Queue } from './queue.ts'
import type { TcuState } from './tcu-state.ts'

const codes = coreRequestTypes
const actAt = BigInt(foreignMessageRequest.lsb.act)
const epAt = BigInt(foreignMessageRequest.lsb.ep)
const addressAt = BigInt(pmpFailureRequest.lsb.address)
const errorAt = BigInt(pmpFailureRequest.lsb.error)
const writeAt = BigInt(pmpFailureRequest.lsb.write)

/** CORE_REQ that tells of a message for another activity. */
export const foreignMessage = (act: number, ep: number): bigint =>
  (BigInt(act) << actAt) | (BigInt(ep) << epAt) | BigInt(codes.foreignMessage)

/** CORE_REQ that tells of a failed access of the core. */
export const pmpFailure = (address: number, error: number, write: boolean): bigint =>
  (BigInt(address) << addressAt) |
  (BigInt(error) << errorAt) |
  ((write ? 1n : 0n) << writeAt) |
  BigInt(codes.pmpFailure)

/** A request, and which of its bits only the hardware knows. */
interface Waiting {
  readonly request: bigint
  readonly open: bigint
}

/** What waits. A request that is shown has its place until the core has responded. */
export class CoreRequests {
  readonly #queue = new Queue<Waiting>()
  /** The front one is in CORE_REQ. */
  shown = false

  get waiting(): number {
    return this.#queue.length
  }

  get full(): boolean {
    return this.#queue.length >= coreRequestQueue
  }

  get front(): bigint | undefined {
    return this.#queue.front?.request
  }

  /** Whether the front one may read `data`. */
  shows(data: bigint): boolean {
    const front = this.#queue.front
    return front !== undefined && ((front.request ^ data) & ~front.open) === 0n
  }

  push(request: bigint, open = 0n): void {
    this.#queue.push({ request, open })
  }

  done(): void {
    this.#queue.shift()
    this.shown = false
  }

  clear(): void {
    this.#queue.clear()
    this.shown = false
  }
}

const typeOf = (register: bigint): number => Number(register & 7n)

/** The request that may be shown now: interrupt 1 and the type in CORE_REQ are 0. */
export const requestToRaise = ({ coreRequests, coreConfig, coreRequest }: TcuState): bigint | undefined =>
  !coreRequests.shown && coreConfig[1] === 0 && typeOf(coreRequest) === codes.idle ? coreRequests.front : undefined

/** Shows the front request. Steps 2 and 3. */
export const coreRequestRaised = (tcu: TcuState, request: bigint): void => {
  tcu.coreRequest = request
  tcu.coreRequests.shown = true
  tcu.coreConfig[1] = 1
}

/** Whether the core has responded to the request that is shown. */
export const isAnswered = ({ coreRequests, coreRequest }: TcuState): boolean =>
  coreRequests.shown && typeOf(coreRequest) === codes.response

/** CORE_REQ is free again, and exactly one request is over (DEV-13). Step 5. */
export const coreRequestDone = (tcu: TcuState): void => {
  tcu.coreRequest = 0n
  tcu.coreRequests.done()
}
