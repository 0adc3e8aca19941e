/** Random traffic for all tiles of the default system: messages both ways, memory, registers and prints at once. */
import { coreConfigRegister, defaultSystem, printBufferRegister, registers } from '#layout'
import type { Tile, TileProgram } from '#model'
import {
  acknowledge,
  connect,
  creditsOf,
  fetch,
  finish,
  invalidate,
  memoryEp,
  readEp,
  readRemote,
  receiveEp,
  reply,
  send,
  sendEp,
  read,
  write,
  writeEp,
  writeRemote,
} from './tcu-driver.ts'

const compute = defaultSystem.modules.filter((module) => module.kind === 'compute')
const memory = defaultSystem.modules.find((module) => module.kind === 'memory')

const randomBytes = (tile: Tile, bytes: number): Uint8Array =>
  Uint8Array.from({ length: bytes }, () => tile.random(256))

/** Endpoints of every tile: 8.. send to the others, 16 requests with reply endpoints from 32, 17 replies. */
const requests = 16
const replies = 17
const memoryTile = 18
const neighbour = 19
const window = 20

const setUp = async (tile: Tile, own: number): Promise<void> => {
  const { base } = tile.memory
  await writeEp(tile, requests, receiveEp({ buffer: base + 0x1003, slotsOrder: 2, slotOrder: 8, replyEps: 32 }))
  await writeEp(tile, replies, receiveEp({ buffer: base + 0x2000, slotsOrder: 3, slotOrder: 8 }))
  for (const [index, target] of compute.entries()) {
    const credits = index === own ? 0x3f : 1 + (index % 2)
    const label = BigInt(own * 256 + index)
    await writeEp(tile, 8 + index, sendEp({ target: target.mod, ep: requests, credits, messageOrder: 8, label }))
  }
  const share = 0x1_0000
  await writeEp(tile, memoryTile, memoryEp({ target: memory?.mod ?? 0, address: own * share, size: share }))
  const next = compute[(own + 1) % compute.length] as (typeof compute)[0]
  await writeEp(tile, neighbour, memoryEp({ target: next.mod, address: next.memoryBase + 0x1_0000, size: 0x1000 }))
}

const serve = async (tile: Tile, ep: number): Promise<void> => {
  const offset = await fetch(tile, ep)
  if (offset === undefined) return
  if (ep === requests && tile.random(4) > 0) {
    const bytes = tile.random(60)
    const answer = await reply(tile, ep, offset, { address: tile.memory.base + 0x4000, bytes })
    if (answer === 'NONE') return
  }
  await acknowledge(tile, ep, offset)
}

const act = async (tile: Tile, own: number): Promise<void> => {
  const { base } = tile.memory
  const local = base + 0x4000 + tile.random(64)
  switch (tile.random(12)) {
    case 0:
    case 1:
    case 2: {
      tile.writeMemory(base + 0x4000, randomBytes(tile, 64))
      const bytes = tile.random(220)
      const to = 8 + tile.random(compute.length)
      await send(tile, to, { address: base + 0x4000, bytes }, { ep: tile.random(3) ? replies : 0xffff, label: 7n })
      return
    }
    case 3:
    case 4:
      return serve(tile, requests)
    case 5:
      return serve(tile, replies)
    case 6:
      tile.writeMemory(local, randomBytes(tile, 32))
      await write(tile, memoryTile, { address: local, bytes: tile.random(1400) }, tile.random(0x1000))
      return
    case 7:
      await read(tile, memoryTile, { address: local, bytes: tile.random(1400) }, tile.random(0x1000))
      return
    case 8:
      await write(tile, neighbour, { address: local, bytes: tile.random(20) }, tile.random(0x1020))
      return
    case 9: {
      const remote = await connect(tile, window, compute[(own + 1) % compute.length]?.mod ?? 0, base + 0x3ff0)
      await writeRemote(remote, coreConfigRegister(1), BigInt(tile.random(2)))
      await readRemote(remote, coreConfigRegister(1))
      await invalidate(remote, 100 + tile.random(40), tile.random(2) ? 'forced' : 'gentle')
      return
    }
    case 10:
      await tile.writeRegister(printBufferRegister(0), BigInt(tile.random(0x7fff_ffff)))
      await tile.writeRegister(registers.PRINT, BigInt(1 + tile.random(40)))
      return
    default:
      await readEp(tile, tile.random(40))
      await creditsOf(tile, 8)
      await tile.wait(tile.random(50))
  }
}

/** Programs that make `steps` random steps each; every tile serves what it got until the end. */
export const traffic = (steps: number): ReadonlyMap<string, TileProgram> =>
  new Map(
    compute.map((module, own) => [
      module.name,
      async (tile: Tile) => {
        await setUp(tile, own)
        await tile.wait(2000)
        for (let step = 0; step < steps; step++) await act(tile, own)
        await finish(tile)
      },
    ]),
  )
