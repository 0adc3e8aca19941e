/** The three 64-bit words of an endpoint, per type. Source: TCU interface 2.0.1, section 3. */
import { bit, struct, uint } from './shape.ts'

export const endpointTypes = Object.freeze({ invalid: 0, send: 1, receive: 2, memory: 3 } as const)

/** Credits of a send endpoint that never runs out. */
export const unlimitedCredits = 0x3f

/** Limits of section 3.3 and 3.4; orders are exponents of two. */
export const smallestMessageOrder = 5
export const largestMessageOrder = 11
export const largestSlotsOrder = 5

/** What every endpoint's word 0 has. */
export const endpointWord0 = struct({ specific: uint(45), act: uint(16), type: uint(3) })

/** Send endpoint. Section 3.3. */
export const sendWord0 = struct({
  reserved: uint(10),
  reply: bit,
  creditEp: uint(16),
  messageOrder: uint(6),
  maxCredits: uint(6),
  credits: uint(6),
  act: uint(16),
  type: uint(3),
})
export const sendWord1 = struct({ reserved: uint(34), chip: uint(6), tile: uint(8), ep: uint(16) })
export const sendWord2 = struct({ label: uint(64) })

/** Receive endpoint. Section 3.4. */
export const receiveWord0 = struct({
  reserved: uint(5),
  readPosition: uint(6),
  writePosition: uint(6),
  slotOrder: uint(6),
  slotsOrder: uint(6),
  replyEps: uint(16),
  act: uint(16),
  type: uint(3),
})
export const receiveWord1 = struct({ buffer: uint(64) })
export const receiveWord2 = struct({ unread: uint(32), occupied: uint(32) })

/** Memory endpoint; permission 1 read, 2 write. Section 3.5. */
export const memoryWord0 = struct({
  reserved: uint(27),
  chip: uint(6),
  tile: uint(8),
  permissions: uint(4),
  act: uint(16),
  type: uint(3),
})
export const memoryWord1 = struct({ address: uint(64) })
export const memoryWord2 = struct({ size: uint(64) })

export const memoryPermissions = Object.freeze({ read: 1, write: 2 } as const)
