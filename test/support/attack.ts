/** Well-behaved tiles, with or without a hostile one beside them: what they see of each other has to be the same. */
import fc from 'fast-check'
import {
  type ComputeTile,
  endpointRegister,
  memoryPermissions,
  noEndpoint,
  registers,
  type SystemDescription,
} from '#layout'
import type { Platform, TileProgram } from '#model'
import { AgreeCoverage, attacks, meetingOf, type Operation, roles, surroundingsOf, tileProgram } from '#sim/cosim'
import {
  acknowledge,
  awaitMessage,
  connect,
  type EndpointWords,
  memoryEp,
  messageAt,
  read,
  receiveEp,
  reply,
  send,
  sendEp,
  write,
  writeEp,
  writeRemote,
} from './tcu-driver.ts'

/** Endpoints of the well-behaved tiles. */
const eps = { send: 8, receive: 9, replies: 10, memory: 11, replyEps: 16, strangers: 20 }
/** Places in local memory: data, receive buffers, and the only place that the hostile tile may reach. */
const data = 0x1000
const buffers = 0x4000
const replyBuffer = 0x5000
const strangersBuffer = 0xc000
const strangersBytes = 0x100
/** The region of the memory tile that belongs to the hostile tile. */
const hostileBase = 0x8000
const hostileBytes = 0x1000
const rounds = 12
const payloadBytes = 96

const idOf = (system: SystemDescription, index: number): number => (system.chip << 8) | tileAt(system, index).mod
const tileAt = (system: SystemDescription, index: number): ComputeTile =>
  system.modules.filter((module): module is ComputeTile => module.kind === 'compute')[index] as ComputeTile

/** What a platform shows after a run that the hostile tile may not have changed. */
export interface Untouched {
  /** Everything that the programs of the well-behaved tiles got, in their order. */
  readonly seen: readonly string[]
  readonly registers: readonly string[]
  readonly memories: readonly string[]
}

const filled = (bytes: number, seed: number): Uint8Array =>
  Uint8Array.from({ length: bytes }, (_, index) => (index * 7 + seed * 13) & 0xff)

/** Sends requests to the server, checks nothing, and says what came. */
const client =
  (system: SystemDescription, ready: () => Promise<void>, say: (text: string) => void): TileProgram =>
  async (tile) => {
    const { base } = tile.memory
    const memory = idOfMemory(system)
    await writeEp(
      tile,
      eps.send,
      sendEp({ target: idOf(system, 2), ep: eps.receive, credits: 1, messageOrder: 8, label: 0x1234n }),
    )
    await writeEp(tile, eps.replies, receiveEp({ buffer: base + replyBuffer, slotsOrder: 1, slotOrder: 8 }))
    await writeEp(tile, eps.memory, memoryEp({ target: memory, address: 0x1000, size: 0x1000 }))
    await writeEp(tile, eps.strangers, receiveEp({ buffer: base + strangersBuffer, slotsOrder: 2, slotOrder: 6 }))
    await ready()
    for (let round = 0; round < rounds; round++) {
      tile.writeMemory(base + data, filled(payloadBytes, round))
      say(
        `send ${await send(tile, eps.send, { address: base + data, bytes: payloadBytes }, { ep: eps.replies, label: BigInt(round) })}`,
      )
      const offset = await awaitMessage(tile, eps.replies)
      const message = messageAt(tile, base + replyBuffer + offset)
      say(`reply ${message.header.label} ${Buffer.from(message.payload).toString('hex')}`)
      say(`acknowledge ${await acknowledge(tile, eps.replies, offset)}`)
      const place = { address: base + data, bytes: payloadBytes }
      say(`write ${await write(tile, eps.memory, place, round * payloadBytes)}`)
      const back = { address: base + data + 0x400, bytes: payloadBytes }
      say(`read ${await read(tile, eps.memory, back, round * payloadBytes)}`)
      say(Buffer.from(tile.readMemory(back.address, payloadBytes)).toString('hex'))
    }
  }

/** Answers each request with its bytes, changed. */
const server =
  (ready: () => Promise<void>, say: (text: string) => void): TileProgram =>
  async (tile) => {
    const { base } = tile.memory
    await writeEp(
      tile,
      eps.receive,
      receiveEp({ buffer: base + buffers, slotsOrder: 1, slotOrder: 8, replyEps: eps.replyEps }),
    )
    await ready()
    for (let round = 0; round < rounds; round++) {
      const offset = await awaitMessage(tile, eps.receive)
      const { header, payload } = messageAt(tile, base + buffers + offset)
      say(`request ${header.label} of ${header.tile} ${Buffer.from(payload).toString('hex')}`)
      tile.writeMemory(
        base + data,
        payload.map((byte) => byte ^ 0x5a),
      )
      say(`reply ${await reply(tile, eps.receive, offset, { address: base + data, bytes: payload.length })}`)
    }
  }

const idOfMemory = (system: SystemDescription): number =>
  (system.chip << 8) | (system.modules.find(({ kind }) => kind === 'memory')?.mod ?? 0)

/** Gives the hostile tile its endpoints, and takes the right to write them away. */
const kernel =
  (system: SystemDescription, ready: () => Promise<void>): TileProgram =>
  async (tile) => {
    await ready()
    const remote = await connect(tile, eps.memory, idOf(system, 3), tile.memory.base + data)
    await writeRemote(remote, registers.FEATURES, 0n)
  }

/** Configured while it is still trusted; then waits for its rights to go, and begins. */
const hostile =
  (system: SystemDescription, ready: () => Promise<void>, operations: readonly Operation[]): TileProgram =>
  async (tile) => {
    const { base } = tile.memory
    const own = idOf(system, 3)
    const words: readonly (readonly [number, EndpointWords])[] = [
      [roles.toMemory, memoryEp({ target: idOfMemory(system), address: hostileBase, size: hostileBytes })],
      [
        roles.toPeerMemory,
        memoryEp({ target: idOf(system, 1), address: base, size: 0x1000, permissions: memoryPermissions.read }),
      ],
      [
        roles.sendToPeer,
        sendEp({ target: idOf(system, 1), ep: eps.strangers, credits: 4, messageOrder: 6, label: 0x666n }),
      ],
      [roles.sendToSelf, sendEp({ target: own, ep: roles.requests, credits: 2, messageOrder: 8, label: 0x667n })],
      [roles.requests, receiveEp({ buffer: base + 0x8000, slotsOrder: 1, slotOrder: 8, replyEps: roles.replyEps })],
      [roles.replies, receiveEp({ buffer: base + 0xa000, slotsOrder: 1, slotOrder: 8, replyEps: noEndpoint })],
    ]
    for (const [ep, value] of words) await writeEp(tile, ep, value)
    await ready()
    while (((await tile.readRegister(registers.FEATURES)) & 1n) !== 0n) await tile.wait(50)
    const settings = {
      limitCycles: system.sendTimeoutCycles + 12_000,
      nanosecondsPerCycle: 1_000_000_000 / system.clockHz,
      pollGap: 0,
      events: new AgreeCoverage(),
    }
    await tileProgram([], operations, () => Promise.resolve(), settings)(tile)
  }

/** A hostile program, from a seed. */
export const hostileProgram = (system: SystemDescription, seed: number, length: number): readonly Operation[] =>
  fc.sample(attacks(surroundingsOf(system, tileAt(system, 3))), { seed, numRuns: length })

/** Runs the well-behaved tiles beside one that carries out `operations`. */
export const besides = async (platform: Platform, operations: readonly Operation[]): Promise<Untouched> => {
  const { system } = platform
  const ready = meetingOf(4)
  const [ofClient, ofServer]: [string[], string[]] = [[], []]
  const [kernelTile, clientTile, serverTile, hostileTile] = [0, 1, 2, 3].map((index) => tileAt(system, index).name)
  await platform.run(
    new Map<string, TileProgram>([
      [kernelTile as string, kernel(system, ready)],
      [clientTile as string, client(system, ready, (text) => ofClient.push(text))],
      [serverTile as string, server(ready, (text) => ofServer.push(text))],
      [hostileTile as string, hostile(system, ready, operations)],
    ]),
    { limitCycles: 3_000_000, start: 'all', until: 'all' },
  )
  const registersOf = (tile: string): readonly string[] =>
    [
      ...[registers.FEATURES, registers.EXT_CMD, registers.COMMAND, registers.PRINT, registers.CORE_CFG],
      ...Array.from({ length: 128 }, (_, ep) => ep)
        .filter((ep) => tile !== clientTile || ep !== eps.strangers)
        .flatMap((ep) => [0, 1, 2].map((word) => endpointRegister(ep, word))),
    ].map((offset) => `${tile} 0x${offset.toString(16)}: 0x${platform.peekRegister(tile, offset).toString(16)}`)
  const hex = (module: string, address: number, bytes: number): string =>
    Buffer.from(platform.peekMemory(module, address, bytes)).toString('hex')
  const others = [kernelTile, clientTile, serverTile] as string[]
  const memory = system.modules.find(({ kind }) => kind === 'memory')?.name ?? ''
  return {
    seen: [...ofClient, ...ofServer],
    registers: others.flatMap(registersOf),
    memories: [
      ...others.flatMap((tile) => {
        const { memoryBase: base, memoryBytes } = system.modules.find(({ name }) => name === tile) as ComputeTile
        const end = strangersBuffer + strangersBytes
        return [hex(tile, base, strangersBuffer), hex(tile, base + end, memoryBytes - end)]
      }),
      hex(memory, 0, hostileBase),
      hex(memory, hostileBase + hostileBytes, 64 * 1024 - hostileBase - hostileBytes),
    ],
  }
}
