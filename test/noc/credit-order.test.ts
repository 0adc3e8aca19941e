import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { command, endpointRegister, errorName, field, opcodes, registers, sendWord0 } from '#layout'
import { commandWord, type EndpointWords, receiveEp, sendEp } from '../support/tcu-driver.ts'
import { acknowledgement, ids, openTile, replyPacket } from './support/lone-tile.ts'

const ep = { send: 8, replies: 10 } as const
const label = 0x1122_3344_5566_7788n

type Tile = ReturnType<typeof openTile>

const writeEp = (tile: Tile, id: number, words: EndpointWords): void => {
  for (const word of [2, 1, 0] as const) tile.write(endpointRegister(id, word), words[word])
}

const creditsOf = (tile: Tile): number => field(sendWord0, 'credits', tile.read(endpointRegister(ep.send, 0)))

const send = (tile: Tile): void => {
  tile.write(registers.COMMAND, commandWord(opcodes.send, ep.send, ep.replies))
  tile.leaves('requestOut')
}

const finish = (tile: Tile): string => {
  for (;;) {
    const word = tile.read(registers.COMMAND)
    if (field(command, 'op', word) === opcodes.idle) return errorName(field(command, 'error', word))
  }
}

/** A SEND whose reply arrives, and is acknowledged, `delay` cycles before the acknowledgement of the message does. */
const overtaken = (tile: Tile, replies: number, delay: number): string => {
  send(tile)
  for (let reply = 0; reply < replies; reply++) {
    tile.request(replyPacket(ep.replies, ep.send))
    tile.leaves('responseOut')
  }
  tile.wait(delay)
  tile.response(acknowledgement(label))
  return finish(tile)
}

/** The endpoints anew: `credits` of `credits`, and an empty buffer for replies. */
const setUp = (tile: Tile, credits: number): void => {
  const target = (ids.partner.chip << 8) | ids.partner.mod
  writeEp(tile, ep.send, sendEp({ target, ep: 9, credits, messageOrder: 6, label }))
  writeEp(tile, ep.replies, receiveEp({ buffer: 0x2000, slotsOrder: 2, slotOrder: 6 }))
  tile.write(registers.DATA_ADDR, 0x1000n)
  tile.write(registers.DATA_SIZE, 0n)
}

const long = process.env.TESSERA_LONG === '1'
const delays = fc.oneof(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 1000 }))

describe('T-7: a reply that arrives before the acknowledgement of its message', () => {
  test.each([1, 2])(
    'leaves all %i credits, however late the acknowledgement is',
    (credits) => {
      using tile = openTile()

      fc.assert(
        fc.property(delays, (delay) => {
          setUp(tile, credits)

          expect(overtaken(tile, 1, delay)).toBe('NONE')
          expect(creditsOf(tile)).toBe(credits)
        }),
        { numRuns: long ? 2000 : 60, seed: 5, examples: [[1], [2], [3], [1000]] },
      )
    },
    240_000,
  )

  test('leaves both credits when another message is outstanding, whose reply comes as well', () => {
    using tile = openTile()

    fc.assert(
      fc.property(delays, (delay) => {
        setUp(tile, 2)
        send(tile)
        tile.response(acknowledgement(label))
        expect(finish(tile)).toBe('NONE')
        expect(creditsOf(tile)).toBe(1)

        expect(overtaken(tile, 2, delay)).toBe('NONE')
        expect(creditsOf(tile)).toBe(2)
      }),
      { numRuns: long ? 1000 : 40, seed: 6, examples: [[1], [1000]] },
    )
  }, 240_000)

  test('of a message that fails gives nothing back twice', () => {
    using tile = openTile()
    setUp(tile, 1)
    send(tile)
    tile.request(replyPacket(ep.replies, ep.send))
    tile.leaves('responseOut')
    const failed = acknowledgement(label).map((flit) => flit | 5n)
    tile.response(failed)

    expect(finish(tile)).not.toBe('NONE')
    expect(creditsOf(tile)).toBe(1)
  })
})
