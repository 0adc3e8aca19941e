/** A tile with endpoints, and the traffic that it always has to serve. */
import { expect } from 'vitest'
import { errorCodes, memoryOffset, modes } from '#layout'
import { memoryEp, receiveEp, sendEp } from '../../../support/tcu-driver.ts'
import { bodies, head, message, OneTile, otherMod } from './one-tile.ts'

export const ep = { receive: 4, send: 5, memory: 6 } as const

/** bsel of a burst from lane `first` of its first line to lane `last` of its last. */
export const span = (first: number, last: number): number => (last << 4) | (15 - first)

/** Some line. */
export const line = 0x1f1e_1d1c_1b1a_1918_1716_1514_1312_1110n
export const target = memoryOffset + 0x100

const slots = memoryOffset + 0x1000
const prepareReceive = (tile: OneTile): void =>
  tile.writeEp(ep.receive, receiveEp({ buffer: slots, slotsOrder: 1, slotOrder: 7 }))

/** A tile with a receive endpoint of two slots, a send endpoint and a memory endpoint. */
export const prepared = (): OneTile => {
  const tile = new OneTile()
  prepareReceive(tile)
  tile.writeEp(ep.send, sendEp({ target: otherMod, ep: 1, credits: 1, maxCredits: 2, messageOrder: 7, label: 0x77n }))
  tile.writeEp(ep.memory, memoryEp({ target: otherMod, address: 0, size: 0x1000 }))
  return tile
}

/** Well-formed traffic: a write that is acknowledged, a read that is answered, and a message that is taken. */
export const expectAlive = (tile: OneTile): void => {
  tile.rest()
  prepareReceive(tile)
  tile.inject(0, [
    head({ mode: modes.WRITE_POSTED, burst: 1, bsel: span(0, 15), address: target, data0: 1n }),
    ...bodies([line]),
  ])
  tile.inject(0, [head({ mode: modes.READ_REQ, address: target, data0: 16n << 32n })])
  tile.inject(0, message(ep.receive, [line]))

  const sent = tile.rest()

  expect(sent.map(({ mode }) => mode)).toEqual([modes.TCU_ACK, modes.READ_RSP, modes.TCU_ACK])
  expect(sent[0]!.data0).toBe((1n << 32n) | 16n)
  expect(sent[1]!.lines).toEqual([line])
  expect(sent[2]!.data0).toBe(BigInt(errorCodes.NONE))
  expect(tile.memoryLine(slots + 0x20)).toBe(line)
}
