/** Whatever flits come: a TCU takes them all, and serves well-formed traffic afterwards. TCU sections 7.4 to 7.8. */
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { memoryOffset, modes } from '#layout'
import { head, type MessageClass, type OneTile, otherMod, ownMod } from './support/one-tile.ts'
import { ep, expectAlive, prepared } from './support/prepared-tile.ts'

const seed = 20_267
const numRuns = Number(process.env['TESSERA_LONG'] ?? 0) > 0 ? 2000 : 40
const burstBit = 1n << 137n

interface Garbage {
  readonly cls: MessageClass
  readonly flits: readonly bigint[]
}

/** Bits of no meaning. */
const anyBits = fc.bigInt({ min: 0n, max: (1n << 138n) - 1n })
const anyClass = fc.constantFrom<MessageClass>(0, 1)

/** Flits whose last one ends a packet: a network hands over whole packets. */
const closed = (flits: readonly bigint[]): readonly bigint[] =>
  flits.map((flit, index) => (index < flits.length - 1 ? flit : flit & ~burstBit))

/** A head whose fields are often what a TCU looks for, behind it any flits. */
const packet = (modesOf: (cls: MessageClass) => readonly number[], targets: readonly number[]): fc.Arbitrary<Garbage> =>
  anyClass.chain((cls) =>
    fc
      .record({
        mode: fc.constantFrom(...modesOf(cls)),
        burst: fc.constantFrom<0 | 1>(0, 1),
        bsel: fc.integer({ min: 0, max: 255 }),
        target: fc.constantFrom(...targets),
        source: fc.constantFrom(otherMod, ownMod, 0xff),
        // the register window is left alone: writes to it are no garbage
        address: fc.oneof(
          fc.integer({ min: memoryOffset - 64, max: memoryOffset + 0x1_0040 }),
          fc.integer({ min: 0, max: 0xefff_ffff }),
          fc.constantFrom<number>(...Object.values(ep)),
        ),
        data0: fc.oneof(
          fc.integer({ min: 0, max: 40 }).map(BigInt),
          fc.integer({ min: 0, max: 200 }).map((size) => BigInt(size) << 32n),
          fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }),
        ),
        rest: fc.array(anyBits, { minLength: 1, maxLength: 12 }),
      })
      .map(({ rest, ...fields }): Garbage => {
        const first = head(fields)
        return { cls, flits: fields.burst === 1 ? closed([first, ...rest.map((flit) => flit | burstBit)]) : [first] }
      }),
  )

const allModes = Array.from({ length: 16 }, (_, mode) => mode)
const requestModes: readonly number[] = [modes.READ_REQ, modes.WRITE_POSTED, modes.TCU_MSG]

/** Packets that nobody may act on: modes that the class does not have, or another target. */
const meaningless = fc.oneof(
  packet((cls) => (cls === 0 ? allModes.filter((mode) => !requestModes.includes(mode)) : allModes), [ownMod]),
  packet(() => allModes, [0x22, 0, ownMod ^ 1]),
)
/** Packets of which some mean something. */
const anything = packet(() => allModes, [ownMod, ownMod, ownMod, 0])

describe('after any packets', () => {
  let tile: OneTile

  beforeAll(() => {
    tile = prepared()
  })
  afterAll(() => tile[Symbol.dispose]())

  const inject = (packets: readonly Garbage[]): void => {
    for (const { cls, flits } of packets) tile.inject(cls, flits)
    while (tile.rest(400).length > 0);
  }

  test('that mean nothing, every flit of those that are no acknowledgements is counted, and nothing has changed', () => {
    fc.assert(
      fc.property(fc.array(meaningless, { minLength: 1, maxLength: 10 }), (packets) => {
        const [memory, endpoints, before] = [tile.memory(), tile.endpoints(), tile.dropped()]

        inject(packets)

        const isStray = ({ cls, flits }: Garbage): boolean =>
          cls === 1 &&
          flits.length === 1 &&
          Number((flits[0]! >> 96n) & 15n) === modes.TCU_ACK &&
          Number((flits[0]! >> 106n) & 255n) === ownMod
        const counted = packets.filter((one) => !isStray(one))
        expect(tile.dropped()).toEqual({
          packets: before.packets + counted.length,
          flits: before.flits + counted.reduce((sum, { flits }) => sum + flits.length, 0),
        })
        expect(tile.memory()).toEqual(memory)
        expect(tile.endpoints()).toEqual(endpoints)
        expectAlive(tile)
      }),
      { seed, numRuns },
    )
  })

  test('well-formed ones among them, the tile serves whoever comes next', () => {
    fc.assert(
      fc.property(fc.array(anything, { minLength: 1, maxLength: 12 }), (packets) => {
        inject(packets)

        expectAlive(tile)
      }),
      { seed, numRuns: 3 * numRuns },
    )
  })
})
