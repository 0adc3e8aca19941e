/** Requests of the kernel to services. Source: services section 1.2. */
import type { Activity } from './activity.ts'
import { selectorRange, word, words } from './codecs.ts'
import type { KernelState } from './kernel-state.ts'
import { maxExchangeArgs, requestTimes } from './numbers.ts'
import type { RGate, Sess, Service } from './objects.ts'
import type { PendingRequest } from './send-queue.ts'
import { encodeFields } from './system-calls.ts'
import type { FieldCodecs, Sent } from './system-calls.ts'

const exchangeFields = { sid: word, range: selectorRange, bytes: word, args: words(maxExchangeArgs) }
const exchangeReply = { range: selectorRange, bytes: word, args: words(maxExchangeArgs) }

/** What the kernel asks services for, and what follows the error word of the answer. Services section 1.2. */
export const serviceRequests = Object.freeze({
  deriveCreator: { code: 1, request: { sessions: word }, reply: { creator: word, sgate: word } },
  obtain: { code: 2, request: exchangeFields, reply: exchangeReply },
  delegate: { code: 3, request: exchangeFields, reply: exchangeReply },
  close: { code: 4, request: { sid: word }, reply: {} },
})

/** A service that answers at its receive gate, wherever that is active, as long as its owner lives. */
export const newService = (kernel: KernelState, owner: Activity, name: string, rgate: RGate): Service => {
  const target = () => (owner.alive && rgate.ep !== undefined ? { tile: rgate.ep.tile.id, ep: rgate.ep.ep } : undefined)
  return { owner, name, rgate, queue: kernel.queues.create(target, requestTimes.service) }
}

/** Sends a request to a service in the name of a creator. */
export const requestFrom = <F extends FieldCodecs>(
  kernel: KernelState,
  service: Service,
  creator: bigint,
  what: { readonly code: number; readonly request: F },
  values: Sent<F>,
): Promise<PendingRequest> =>
  kernel.queues.post(service.queue, encodeFields(what.code, what.request, values), { label: creator })

/** A service that was told about the end of a session, and its answer. */
export interface Closing {
  readonly service: Service
  readonly request: PendingRequest
}

/** Tells a service that a client gave up its session. */
export const closeSession = async (kernel: KernelState, { service, creator, ident }: Sess): Promise<Closing> => {
  const request = await requestFrom(kernel, service, creator, serviceRequests.close, { sid: ident })
  return { service, request }
}

/** Suspends until services know about sessions that ended, except for the caller, who could not answer now. */
export const awaitClosings = async (
  kernel: KernelState,
  closings: readonly Closing[],
  caller?: Activity,
): Promise<void> => {
  for (const { service, request } of closings)
    while (service.owner !== caller && request.reply === undefined && request.error === undefined)
      await kernel.suspend(request.answered, caller)
}
