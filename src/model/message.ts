/** The header of an arriving message and its acknowledgement. TCU sections 4.8 and 7.7. */
import { messageHeader01, modes } from '#layout'
import { numberReader } from './bits.ts'
import { answerFlit } from './flits.ts'
import type { Incoming } from './incoming.ts'

const tileOf = numberReader(messageHeader01, 'tile')
const chipOf = numberReader(messageHeader01, 'chip')
const labelOffset = 16

/** Header words 0 and 1 of a message whose first line has arrived. */
export const header01 = (packet: Incoming): bigint =>
  (packet.view.getBigUint64(8, true) << 64n) | packet.view.getBigUint64(0, true)

/** NoC id of the tile that the header names as sender. */
const headerSource = (header: bigint): number => (chipOf(header) << 8) | tileOf(header)

/** Acknowledgement of a message: low label bits and the receiver's time as address, the error code as data. */
export const messageAcknowledgement = (own: number, packet: Incoming, error: number, stamp: number): bigint => {
  const address = stamp * 0x1_0000 + packet.view.getUint16(labelOffset, true)
  return answerFlit(own, headerSource(header01(packet)), modes.TCU_ACK, address, BigInt(error))
}
