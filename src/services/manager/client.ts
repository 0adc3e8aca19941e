/** What a program asks its resource manager for. Source: services section 5.1. */
import { WordWriter } from '#kernel'
import { RequestGate } from '../library/request-gate.ts'
import type { Context } from '../runtime/context.ts'
import { managerOperations } from './protocol.ts'

const gates = new WeakMap<Context, RequestGate>()

/** The gate to the resource manager. */
export const managerGate = (context: Context): RequestGate => {
  const gate = gates.get(context) ?? new RequestGate(context, context.environment.resourceManager)
  gates.set(context, gate)
  return gate
}

/** Makes a service known under its name. Rejects: CallError InvArgs when it may not be, Exists. */
export const registerService = async (
  context: Context,
  service: {
    readonly selector: number
    readonly creatorGate: number
    readonly name: string
    readonly sessions: number
  },
): Promise<void> => {
  const { selector, creatorGate, name, sessions } = service
  const request = new WordWriter().word(managerOperations.registerService).word(selector).word(creatorGate)
  await managerGate(context).request(request.text(name).word(sessions))
}

export const unregisterService = async (context: Context, selector: number): Promise<void> => {
  await managerGate(context).request(new WordWriter().word(managerOperations.unregisterService).word(selector))
}

/** Opens a session with a service by name; gives its selector. Rejects: CallError InvArgs, Exists, the service's. */
export const openSession = async (context: Context, name: string): Promise<number> => {
  const dst = context.selector()
  await managerGate(context).request(new WordWriter().word(managerOperations.openSession).word(dst).text(name))
  return dst
}

export const closeSession = async (context: Context, selector: number): Promise<void> => {
  await managerGate(context).request(new WordWriter().word(managerOperations.closeSession).word(selector))
}
