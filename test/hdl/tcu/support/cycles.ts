/** Cycles of the TCU's commands in the conditions of TCU section 11.2, next to its figures and to what is wanted. */
import {
  encode,
  errorCodes,
  externalCommand,
  externalOpcodes,
  invalidateArgument,
  memoryOffset,
  noEndpoint,
  opcodes,
  registers,
  registerWindow,
} from '#layout'
import { memoryEp, receiveEp, sendEp } from '../../../support/tcu-driver.ts'
import { LinkedTiles, mods } from './linked-tiles.ts'

/** A figure: `cycles` measured, `reference` that of the measured open RTL, `budget` the most that is wanted. */
export interface MeasuredCycles {
  readonly name: string
  readonly cycles: number
  readonly reference: number
  readonly budget: number
}

const kib = 1024
const buffer = memoryOffset
const slots = memoryOffset + 0x4000
const memory = memoryOffset + 0x8000
const ep = { memory: 8, send: 9, replies: 10, window: 11, receive: 12, repliesToUs: 16, spare: 30 } as const

const transfers: readonly (readonly ['READ' | 'WRITE', string, number, number, number])[] = [
  ['READ', '16 B', 16, 28, 15],
  ['READ', '512 B', 512, 59, 46],
  ['READ', '16 KiB', 16 * kib, 1237, 1060],
  ['WRITE', '16 B', 16, 25, 14],
  ['WRITE', '512 B', 512, 56, 46],
  ['WRITE', '16 KiB', 16 * kib, 1234, 1060],
]

/** Tile 0 works on tile 1: every command by itself, nothing else under way. */
export const measureCycles = (): readonly MeasuredCycles[] => {
  using tiles = new LinkedTiles()
  const found: MeasuredCycles[] = []
  const note = (name: string, cycles: number, reference: number, budget: number): void => {
    found.push({ name, cycles, reference, budget })
  }
  const expectNone = (what: string, error: number): void => {
    if (error !== errorCodes.NONE) throw new Error(`${what} ended with error ${error}`)
  }
  tiles.writeEp(0, ep.memory, memoryEp({ target: mods[1], address: memory, size: 16 * kib }))
  tiles.writeEp(0, ep.window, memoryEp({ target: mods[1], address: registerWindow, size: 0x2000 }))
  tiles.writeEp(0, ep.send, sendEp({ target: mods[1], ep: ep.receive, credits: 2, messageOrder: 6 }))
  tiles.writeEp(0, ep.replies, receiveEp({ buffer: slots, slotsOrder: 1, slotOrder: 6 }))
  tiles.writeEp(1, ep.receive, receiveEp({ buffer: slots, slotsOrder: 1, slotOrder: 6, replyEps: ep.repliesToUs }))

  for (const [op, size, bytes, reference, budget] of transfers) {
    const code = op === 'READ' ? opcodes.read : opcodes.write
    const { error, cycles } = tiles.run(0, code, ep.memory, { address: buffer, bytes })
    expectNone(`${op} ${size}`, error)
    note(`${op} ${size}`, cycles, reference, budget)
  }

  // Reception: from the header flit of the message into tile 1 to the acknowledgement out of it.
  let headAt = 0
  let acknowledgedAt = 0
  const stop = tiles.sim.attach({
    before: () => {
      if (headAt === 0 && tiles.sim.io.requests[1].value === 1) headAt = tiles.sim.cycle
      if (tiles.sim.io.responses[0].value === 1) acknowledgedAt = tiles.sim.cycle - 1
    },
  })
  const message = { address: buffer, bytes: 16 }
  const sent = tiles.run(0, opcodes.send, ep.send, { ...message, arg0: ep.replies, arg1: 1n })
  stop()
  expectNone('SEND', sent.error)
  note('SEND 16 B', sent.cycles, 44, 20)
  note('reception of 16 B', acknowledgedAt - headAt, 21, 9)

  note('FETCH_MSG hit', tiles.run(1, opcodes.fetch, ep.receive).cycles, 14, 4)
  const offset = Number(tiles.read(1, registers.ARG1))
  const replied = tiles.run(1, opcodes.reply, ep.receive, { ...message, arg0: offset })
  expectNone('REPLY', replied.error)
  note('REPLY 16 B', replied.cycles, 46, 22)
  note('FETCH_MSG none', tiles.run(1, opcodes.fetch, ep.receive).cycles, 11, 4)

  tiles.run(0, opcodes.fetch, ep.replies)
  const acknowledged = tiles.run(0, opcodes.acknowledge, ep.replies, { arg0: Number(tiles.read(0, registers.ARG1)) })
  expectNone('ACK_MSG', acknowledged.error)
  note('ACK_MSG', acknowledged.cycles, 12, 4)
  expectNone('SEND', tiles.run(0, opcodes.send, ep.send, { ...message, arg0: noEndpoint }).error)
  tiles.run(1, opcodes.fetch, ep.receive)
  const withReplies = tiles.run(1, opcodes.acknowledge, ep.receive, { arg0: Number(tiles.read(1, registers.ARG1)) })
  expectNone('ACK_MSG', withReplies.error)
  note('ACK_MSG, replies enabled', withReplies.cycles, 13, 4)
  note('early error', tiles.run(0, opcodes.read, ep.send, message).cycles, 9, 4)
  note('early error of SEND', tiles.run(0, opcodes.send, ep.memory, message).cycles, 11, 4)

  // INV_EP: from the register write that arrives to EXT_CMD with op 0.
  tiles.steps()
  const invalidate = encode(externalCommand, {
    arg: encode(invalidateArgument, { unused: 0n, force: 0, ep: ep.spare }),
    error: 0,
    op: externalOpcodes.invalidateEndpoint,
  })
  tiles.sim.memory('tile_a.spm.store').write(0, invalidate)
  expectNone(
    'WRITE',
    tiles.run(0, opcodes.write, ep.window, { address: buffer, bytes: 8, arg1: BigInt(registers.EXT_CMD) }).error,
  )
  const steps = tiles.steps().filter(({ side }) => side === 1)
  const begun = steps.find(({ kind }) => kind === 'externalWrite')!.cycle
  note('INV_EP', steps.find(({ kind }) => kind === 'externalDone')!.cycle + 1 - begun, 14, 5)
  return found
}
