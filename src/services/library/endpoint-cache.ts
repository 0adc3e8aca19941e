/** Endpoints for send and memory gates that come and go. Source: services section 1.8, item 2. */
import { selectors } from '#kernel'
import type { Context } from '../runtime/context.ts'
import { activate, allocateEndpoint } from './endpoints.ts'
import type { OwnEndpoint } from './endpoints.ts'

const free = new WeakMap<Context, OwnEndpoint[]>()

/** An endpoint on which nothing is active. */
export const takeEndpoint = async (context: Context): Promise<OwnEndpoint> =>
  free.get(context)?.pop() ?? allocateEndpoint(context)

/** Makes an endpoint invalid and keeps it for others. */
export const giveBackEndpoint = async (context: Context, endpoint: OwnEndpoint): Promise<void> => {
  await activate(context, endpoint, selectors.invalid)
  free.set(context, [...(free.get(context) ?? []), endpoint])
}

/** Takes an endpoint back from everybody that it was delegated to, then gives it back. */
export const reclaimEndpoint = async (context: Context, endpoint: OwnEndpoint): Promise<void> => {
  await context.calls.revoke(endpoint.selector, 'children')
  await giveBackEndpoint(context, endpoint)
}
