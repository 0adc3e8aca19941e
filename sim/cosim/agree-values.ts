/** Numbers that are likely to find trouble: sizes, addresses, endpoint ids. TCU sections 2 to 4 and 7. */
import { type ComputeTile, hostId, noEndpoint, registerWindow, type SystemDescription } from '#layout'
import fc from 'fast-check'

/** Endpoints that have the same purpose on every tile, so that random commands find something to work with. */
export const roles = Object.freeze({
  toMemory: 1,
  toPeerMemory: 2,
  toPeerRegisters: 3,
  sendToPeer: 4,
  sendToSelf: 5,
  requests: 6,
  replies: 7,
  toOwnRegisters: 8,
  replyEps: 16,
} as const)

/** A tile and what is around it. */
export interface Surroundings {
  readonly tile: ComputeTile
  readonly own: number
  /** NoC ids of the tile that most endpoints lead to, of all compute tiles, and of a memory tile. */
  readonly peer: number
  readonly others: readonly number[]
  readonly memory: number
  readonly memoryBytes: number
  /** NoC ids that no module has. */
  readonly missing: number
  readonly foreign: number
  readonly host: number
}

/**
 * Looks around from a compute tile: its peer is the next one in the order of the system, or itself when it is alone.
 *
 * Rejects: RangeError when the system has no memory tile.
 */
export const surroundingsOf = (system: SystemDescription, tile: ComputeTile): Surroundings => {
  const id = (mod: number): number => (system.chip << 8) | mod
  const tiles = system.modules.filter(({ kind }) => kind === 'compute')
  const peer = tiles[(tiles.findIndex(({ name }) => name === tile.name) + 1) % tiles.length] ?? tile
  const memory = system.modules.find((one) => one.kind === 'memory')
  if (memory?.kind !== 'memory')
    throw new RangeError(`random programs need a memory tile, which ${system.name} does not have`)
  const used = new Set(system.modules.map(({ mod }) => mod))
  const missing = Array.from({ length: 256 }, (_, mod) => mod).findLast((mod) => !used.has(mod)) ?? 0xff
  return {
    tile,
    own: id(tile.mod),
    peer: id(peer.mod),
    others: tiles.map(({ mod }) => id(mod)),
    memory: id(memory.mod),
    memoryBytes: memory.memoryBytes,
    missing: id(missing),
    foreign: (((system.chip + 1) & 0x1f) << 8) | peer.mod,
    host: (hostId.chip << 8) | hostId.mod,
  }
}

const weighted = <T>(...choices: readonly (readonly [weight: number, arbitrary: fc.Arbitrary<T>])[]): fc.Arbitrary<T> =>
  fc.oneof({ withCrossShrink: true }, ...choices.map(([weight, arbitrary]) => ({ weight, arbitrary })))

const among = <T>(...values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values)

/** One of some values, mostly the first. */
export const mostly = <T>(weight: number, usual: T, other: fc.Arbitrary<T>): fc.Arbitrary<T> =>
  weighted([weight, fc.constant(usual)], [1, other])

export const anyWord: fc.Arbitrary<bigint> = weighted(
  [2, fc.bigInt(0n, 0xffffn)],
  [1, fc.bigInt(0n, 0xffff_ffff_ffff_ffffn)],
)

/** An endpoint id: mostly the one with the right role. */
export const endpointId = (role: number, largest = 0xffff): fc.Arbitrary<number> =>
  weighted(
    [120, fc.constant(role)],
    [3, among(...Object.values(roles))],
    [2, fc.integer({ min: roles.replyEps, max: roles.replyEps + 3 })],
    [3, among(0, 127, ...[128, 129, 0x100, 0x180 + role, noEndpoint].filter((id) => id <= largest))],
  )

/** Sizes of transfers and messages, around every boundary. */
export const sizes: fc.Arbitrary<bigint> = weighted(
  [4, fc.bigInt(0n, 40n)],
  [4, among(0n, 1n, 7n, 8n, 9n, 15n, 16n, 17n, 31n, 32n, 33n, 63n, 64n, 65n)],
  [3, among(495n, 496n, 497n, 511n, 512n, 513n, 527n, 528n, 1023n, 1024n, 1025n)],
  [1, fc.bigInt(0n, 2100n)],
)

/** Sizes that nothing is large enough for, or that wrap when something is added. */
export const hugeSizes: fc.Arbitrary<bigint> = among(
  ...[0xffffn, 0x1_0000n, 0x1_0001n, 0xffff_ffe0n, 0xffff_ffffn, 0x1_0000_0000n, 0x1_0000_0010n],
  ...[0x8000_0000_0000_0000n, 0xffff_ffff_ffff_ffe0n, 0xffff_ffff_ffff_fff0n, 0xffff_ffff_ffff_ffffn],
)

/** Where local buffers lie: free memory, receive buffers in use, the ends of the memory, everywhere else. */
export const localAddresses = ({ tile }: Surroundings, aligned: 'aligned' | 'any'): fc.Arbitrary<bigint> => {
  const { memoryBase: base, memoryBytes: bytes } = tile
  const lines = fc.integer({ min: 0, max: 0x3f }).map((line) => base + 16 * line)
  const inside = aligned === 'aligned' ? lines : fc.integer({ min: 0, max: 0x3ff }).map((offset) => base + offset)
  return weighted<bigint>(
    [24, inside.map(BigInt)],
    [3, among(...bufferOffsets.map((offset) => BigInt(base + offset)))],
    [1, inside.map((address) => BigInt(address) | 0x1234_0000_0000_0000n)],
    [1, fc.integer({ min: 0, max: 0x1f }).map((offset) => BigInt(base + offset))],
    [1, fc.integer({ min: 1, max: 600 }).map((offset) => BigInt(base + bytes - offset))],
    [1, among(0n, BigInt(base - 1), BigInt(base - 16), BigInt(base + bytes))],
    [1, among(BigInt(registerWindow), BigInt(registerWindow - 16), BigInt(registerWindow - 8), 0xffff_fff0n)],
  )
}

/** Offsets in local memory at which receive endpoints have their buffers. */
export const bufferOffsets = Object.freeze([0x8000, 0xa000, 0xc003, 0xe00f])

/** A cycle count to wait: often a few, so that tiles meet in different ways. */
export const waits: fc.Arbitrary<number> = weighted(
  [4, fc.integer({ min: 0, max: 12 })],
  [2, fc.integer({ min: 10, max: 120 })],
  [1, fc.constant(400)],
)

export { among, weighted }
