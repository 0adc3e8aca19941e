import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { command, encode, memoryOffset, opcodes, registers } from '#layout'
import { receiveEp, sendEp } from '../../support/tcu-driver.ts'
import { LinkedTiles, mods } from './support/linked-tiles.ts'

const page = readFileSync(fileURLToPath(new URL('../../../docs/tcu.md', import.meta.url)), 'utf8')
const ep = { send: 8, receive: 9, replies: 10, replyEps: 16 } as const
const buffer = memoryOffset + 0x4000

const signals = [
  'tile_a.tcu.registers.arguments.running',
  'tile_a.tcu.command.state',
  'tile_a.tcu.sender.state',
  'tile_a.requestOut.valid',
  'tile_b.requestIn.valid',
  'tile_b.tcu.messages.state',
  'tile_b.responseOut.valid',
  'tile_a.responseIn.valid',
]
/** The write of COMMAND takes two of them. */
const cyclesShown = 20

test('a SEND of 16 bytes passes as docs/tcu.md shows it', () => {
  using tiles = new LinkedTiles()
  tiles.writeEp(0, ep.send, sendEp({ target: mods[1], ep: ep.receive, credits: 2, messageOrder: 6 }))
  tiles.writeEp(0, ep.replies, receiveEp({ buffer, slotsOrder: 1, slotOrder: 6 }))
  tiles.writeEp(1, ep.receive, receiveEp({ buffer, slotsOrder: 1, slotOrder: 6, replyEps: ep.replyEps }))
  tiles.write(0, registers.DATA_ADDR, BigInt(memoryOffset))
  tiles.write(0, registers.DATA_SIZE, 16n)
  tiles.sim.step(5)
  const wave = tiles.sim.record(signals)
  tiles.write(
    0,
    registers.COMMAND,
    encode(command, { reserved: 0, arg0: ep.replies, error: 0, ep: ep.send, op: opcodes.send }),
  )
  tiles.sim.step(cyclesShown - 2)

  expect(page).toContain(`\`\`\`text\n${wave.text}\n\`\`\``)
})
