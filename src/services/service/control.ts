/** The control channel of a service: what the kernel and resource managers ask. Source: services sections 1.2 and 1.4. */
import { serviceRequests, text, word } from '#kernel'

/** All requests, and what follows the error word of the answer. Services section 1.2. */
export const controlRequests = Object.freeze({
  open: { code: 0, request: { argument: text }, reply: { selector: word, ident: word } },
  ...serviceRequests,
  shutdown: { code: 5, request: {}, reply: {} },
})

/** Slots and bytes of the control gate. Services section 1.2. */
export const controlGate = Object.freeze({ slots: 4, slotBytes: 256 })

/** The kernel or the resource manager that registered the service, and creators derived for others. Services section 1.1. */
export const mostCreators = 3

/** Sessions of a service unless it says otherwise, and at most. Services section 1.3. */
export const sessionLimits = Object.freeze({ usual: 32, most: 64 })

/** Operation of an exchange that gives another send gate of a session. Services section 1.4. */
export const connectOperation = 0x8000_0000
