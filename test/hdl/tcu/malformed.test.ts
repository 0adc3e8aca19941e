/** Packets that no TCU sends: nothing hangs, nothing changes, and what is dropped is counted. TCU sections 7.3 to 7.7; docs/contract.md. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { errorCodes, memoryOffset, modes, opcodes, registers, registerWindow } from '#layout'
import {
  bodies,
  head,
  type HeadFields,
  message,
  type MessageClass,
  OneTile,
  otherMod,
  type Sent,
} from './support/one-tile.ts'
import { startCommand } from './support/one-tile-commands.ts'
import { ep, expectAlive, line, prepared, span, target } from './support/prepared-tile.ts'

const lines = (count: number): readonly bigint[] => Array.from({ length: count }, () => line)
interface Dropped {
  readonly what: string
  readonly cls: MessageClass
  readonly flits: readonly bigint[]
}
const single = (what: string, cls: MessageClass, fields: HeadFields): Dropped => ({ what, cls, flits: [head(fields)] })
const burst = (what: string, cls: MessageClass, fields: HeadFields, count: number): Dropped => ({
  what,
  cls,
  flits: [head({ burst: 1, bsel: span(0, 15), data0: BigInt(count), ...fields }), ...bodies(lines(count))],
})
const write = { mode: modes.WRITE_POSTED, address: target }
const read = { mode: modes.READ_REQ, address: target }

const dropped: readonly Dropped[] = [
  single('a write whose lanes have a hole', 0, { ...write, bsel: 0b101 }),
  single('a write without lanes', 0, { ...write, bsel: 0 }),
  single('a register write whose lanes have a hole', 0, { ...write, address: registerWindow, bsel: 0b1001 }),
  single('a register write that leaves its register', 0, { ...write, address: registerWindow + 4, bsel: 0xff }),
  burst('a burst of a write to registers', 0, { ...write, address: registerWindow }, 2),
  burst('a write of no lines', 0, { ...write, data0: 0n }, 1),
  burst('a write whose only line ends before it begins', 0, { ...write, bsel: span(8, 3) }, 1),
  burst('a read request that is a burst', 0, read, 1),
  single('a read of no bytes', 0, read),
  single('a read of a register with 4 bytes', 0, { ...read, address: registerWindow, data0: 4n << 32n }),
  single('a read of a register with 16 bytes', 0, { ...read, address: registerWindow, data0: 16n << 32n }),
  single('a message of one flit', 0, { mode: modes.TCU_MSG, address: ep.receive }),
  burst('a message that announces one line', 0, { mode: modes.TCU_MSG, address: ep.receive }, 1),
  burst('a message to another module', 0, { mode: modes.TCU_MSG, address: ep.receive, target: 0x22 }, 3),
  single('a write to another module', 0, { ...write, target: 0x22 }),
  single('a write to another chip', 0, { ...write, targetChip: 1 }),
  single('a register write to another module', 0, { ...write, address: registerWindow + 8, target: 0x22 }),
  single('read data to another module', 1, { mode: modes.READ_RSP, target: 0x22 }),
  ...[modes.READ_RSP, modes.TCU_ACK, modes.ERROR, 5, 6, 7, 9, 10, 11, 12, 13, 14, 15].map((mode) =>
    single(`a packet of mode ${mode} among the requests`, 0, { mode, address: target }),
  ),
  ...[5, 6, 7, 12, 15].map((mode) =>
    burst(`a burst of mode ${mode} among the requests`, 0, { mode, address: target }, 3),
  ),
  single('read data that nobody waits for', 1, { mode: modes.READ_RSP, address: target }),
  burst('a burst of read data that nobody waits for', 1, { mode: modes.READ_RSP, address: target }, 3),
  single('an error that nobody waits for', 1, { mode: modes.ERROR, address: target, data0: 5n }),
  burst('an acknowledgement that is a burst', 1, { mode: modes.TCU_ACK, address: 0x77 }, 2),
  ...[modes.READ_REQ, modes.WRITE_POSTED, modes.TCU_MSG, 5, 6, 7, 9, 13, 15].map((mode) =>
    single(`a packet of mode ${mode} among the answers`, 1, { mode, address: target, data0: 8n << 32n }),
  ),
]

describe('dropped, counted, and without any effect is', () => {
  let tile: OneTile

  beforeAll(() => {
    tile = prepared()
  })
  afterAll(() => tile[Symbol.dispose]())

  test.each(dropped.map(({ what, cls, flits }) => [what, cls, flits] as const))('%s', (_, cls, flits) => {
    tile.rest()
    const [memory, endpoints, counted] = [tile.memory(), tile.endpoints(), tile.dropped()]
    const features = tile.read(registers.FEATURES)

    tile.inject(cls, flits)
    const sent = tile.rest()

    expect(sent).toEqual([])
    expect(tile.dropped()).toEqual({ packets: counted.packets + 1, flits: counted.flits + flits.length })
    expect(tile.memory()).toEqual(memory)
    expect(tile.endpoints()).toEqual(endpoints)
    expect(tile.read(registers.FEATURES)).toBe(features)
    expectAlive(tile)
  })
})

const acknowledgement = ({
  mode,
  data0,
}: Sent): { readonly mode: number; readonly error: number; readonly bytes: number } => ({
  mode,
  error: Number(data0 >> 32n) & 1 ? Number(data0 >> 33n) & 31 : Number(data0 & 31n),
  bytes: Number(data0 >> 32n) & 1 ? Number(data0 & 0xffff_ffffn) : 0,
})

describe('a burst that is not as long as it announces', () => {
  let tile: OneTile

  beforeAll(() => {
    tile = prepared()
  })
  afterAll(() => tile[Symbol.dispose]())

  test('and writes too many lines stores those that it announces', () => {
    const behind = tile.memoryLine(target + 0x20)

    tile.inject(0, [head({ ...write, burst: 1, bsel: span(0, 7), data0: 2n }), ...bodies(lines(5))])

    expect(tile.rest().map(acknowledgement)).toEqual([{ mode: modes.TCU_ACK, error: errorCodes.NONE, bytes: 24 }])
    expect(tile.memoryLine(target)).toBe(line)
    expect(BigInt.asUintN(64, tile.memoryLine(target + 0x10))).toBe(BigInt.asUintN(64, line))
    expect(tile.memoryLine(target + 0x20)).toBe(behind)
    expectAlive(tile)
  })

  test('and writes too few lines stores, and reports, those that came', () => {
    tile.inject(0, [head({ ...write, burst: 1, bsel: span(4, 3), data0: 9n }), ...bodies(lines(3))])

    expect(tile.rest().map(acknowledgement)).toEqual([{ mode: modes.TCU_ACK, error: errorCodes.NONE, bytes: 44 }])
    expectAlive(tile)
  })

  test('and leaves local memory stores nothing', () => {
    const memory = tile.memory()
    const address = memoryOffset + 64 * 1024 - 16

    tile.inject(0, [head({ ...write, address, burst: 1, bsel: span(0, 15), data0: 2n }), ...bodies(lines(1))])

    expect(tile.rest().map(acknowledgement)).toEqual([{ mode: modes.TCU_ACK, error: errorCodes.TIMEOUT_MEM, bytes: 0 }])
    expect(tile.memory()).toEqual(memory)
    expectAlive(tile)
  })

  const messages: readonly (readonly [string, readonly bigint[]])[] = [
    ['announces fewer lines than its header', message(ep.receive, lines(2), { announced: 3, length: 32 })],
    ['announces more lines than its header', message(ep.receive, lines(2), { announced: 5, length: 32 })],
    ['has a header for more lines than come', message(ep.receive, lines(1), { announced: 4, length: 32 })],
    ['has a header for fewer lines than come', message(ep.receive, lines(3), { announced: 4, length: 32 })],
    ['ends with its header', message(ep.receive, [], { announced: 4, length: 32 })],
    [
      'ends in the middle of its header',
      [head({ mode: modes.TCU_MSG, burst: 1, address: ep.receive, data0: 2n }), ...bodies([BigInt(otherMod) << 5n])],
    ],
    ['is longer than any message', message(ep.receive, lines(200), { length: 3200 })],
  ]
  test.each(messages)('and is a message that %s takes no slot and is acknowledged with an error', (_, flits) => {
    const endpoints = tile.endpoints()

    tile.inject(0, flits)
    const sent = tile.rest().map(acknowledgement)

    expect(sent).toHaveLength(1)
    expect([errorCodes.CRITICAL, errorCodes.RECV_OUT_OF_BOUNDS]).toContain(sent[0]!.error)
    expect(sent[0]!.mode).toBe(modes.TCU_ACK)
    expect(tile.endpoints()).toEqual(endpoints)
    expectAlive(tile)
  })
})

describe('a READ of 32 bytes', () => {
  const buffer = memoryOffset + 0x200
  let tile: OneTile

  beforeAll(() => {
    tile = prepared()
  })
  afterAll(() => tile[Symbol.dispose]())

  const answers: readonly (readonly [string, HeadFields])[] = [
    ['data that begin before its buffer', { mode: modes.READ_RSP, address: buffer - 8 }],
    ['data that end behind its buffer', { mode: modes.READ_RSP, address: buffer + 28 }],
    ['data for a register', { mode: modes.READ_RSP, address: registerWindow }],
    ['data of another module', { mode: modes.READ_RSP, address: buffer, source: 0x30 }],
    ['data whose lanes have a hole', { mode: modes.READ_RSP, address: buffer, bsel: 0b11_0011 }],
    ['an error of another module', { mode: modes.ERROR, source: 0x30, data0: 4n }],
    ['data of mode 6', { mode: modes.READ_RSP_2, address: buffer }],
  ]
  test.each(answers)('goes on waiting after %s', (_, fields) => {
    startCommand(tile, { op: opcodes.read, ep: ep.memory, address: buffer, bytes: 32 })
    expect(tile.rest().map(({ mode }) => mode)).toEqual([modes.READ_REQ])
    const memory = tile.memory()
    const before = tile.dropped().packets

    tile.inject(1, [head(fields)])
    tile.rest()

    expect(tile.dropped().packets).toBe(before + 1)
    expect(tile.memory()).toEqual(memory)
    expect(tile.read(registers.COMMAND) & 15n).toBe(BigInt(opcodes.read))
    tile.inject(1, [
      head({ mode: modes.READ_RSP, burst: 1, bsel: span(0, 15), address: buffer, data0: 2n }),
      ...bodies(lines(2)),
    ])
    tile.rest()
    expect(tile.read(registers.COMMAND)).toBe(BigInt(errorCodes.NONE))
    expect([tile.memoryLine(buffer), tile.memoryLine(buffer + 16)]).toEqual(lines(2))
  })

  test('takes what is announced of a burst that is longer, and what came of one that is shorter', () => {
    startCommand(tile, { op: opcodes.read, ep: ep.memory, address: buffer, bytes: 32 })
    tile.rest()
    const behind = tile.memoryLine(buffer + 0x20)

    tile.inject(1, [
      head({ mode: modes.READ_RSP, burst: 1, bsel: span(0, 15), address: buffer, data0: 2n }),
      ...bodies(lines(1)),
    ])
    tile.rest()
    expect(tile.read(registers.COMMAND) & 15n).toBe(BigInt(opcodes.read))
    tile.inject(1, [
      head({ mode: modes.READ_RSP, burst: 1, bsel: span(0, 15), address: buffer + 16, data0: 1n }),
      ...bodies(lines(3)),
    ])
    tile.rest()

    expect(tile.read(registers.COMMAND)).toBe(BigInt(errorCodes.NONE))
    expect(tile.memoryLine(buffer + 0x20)).toBe(behind)
  })
})
