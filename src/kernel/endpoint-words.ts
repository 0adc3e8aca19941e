/** The words that the kernel writes into endpoint registers. Source: TCU 2.0.1 sections 3.3 to 3.5, kernel section 0.4. */
import { encode, endpointTypes, memoryWord0, noActivity, noEndpoint, receiveWord0, sendWord0, sendWord1 } from '#layout'

/** Three words of one endpoint. */
export type EndpointWords = readonly [bigint, bigint, bigint]

const target = (tile: number) => ({ chip: tile >> 8, tile: tile & 0xff })

/** A send endpoint with all its credits. TCU section 3.3. */
export const sendEndpoint = (gate: {
  readonly tile: number
  readonly ep: number
  readonly label: bigint
  readonly messageOrder: number
  readonly credits: number
}): EndpointWords => [
  encode(sendWord0, {
    reserved: 0,
    reply: 0,
    creditEp: noEndpoint,
    messageOrder: gate.messageOrder,
    maxCredits: gate.credits,
    credits: gate.credits,
    act: noActivity,
    type: endpointTypes.send,
  }),
  encode(sendWord1, { reserved: 0n, ...target(gate.tile), ep: gate.ep }),
  gate.label,
]

/** An empty receive endpoint; `replyEps` is its first reply endpoint, or none. TCU section 3.4. */
export const receiveEndpoint = (gate: {
  readonly address: number
  readonly slots: number
  readonly slotOrder: number
  readonly replyEps?: number
}): EndpointWords => [
  encode(receiveWord0, {
    reserved: 0,
    readPosition: 0,
    writePosition: 0,
    slotOrder: gate.slotOrder,
    slotsOrder: Math.log2(gate.slots),
    replyEps: gate.replyEps ?? noEndpoint,
    act: noActivity,
    type: endpointTypes.receive,
  }),
  BigInt(gate.address),
  0n,
]

/** A memory endpoint; of the permissions only read and write travel. TCU section 3.5. */
export const memoryEndpoint = (gate: {
  readonly tile: number
  readonly offset: bigint
  readonly size: bigint
  readonly permissions: number
}): EndpointWords => [
  encode(memoryWord0, {
    reserved: 0,
    ...target(gate.tile),
    permissions: gate.permissions & 3,
    act: noActivity,
    type: endpointTypes.memory,
  }),
  gate.offset,
  gate.size,
]
