/** Random operations of one tile. */
import {
  coreConfigRegister,
  encode,
  endpointRegister,
  externalCommand,
  externalOpcodes,
  invalidateArgument,
  noEndpoint,
  opcodes,
  printBufferRegister,
  registers,
} from '#layout'
import fc from 'fast-check'
import { roleEndpoint } from './agree-endpoints.ts'
import type { CommandOperation, Operation } from './agree-operation.ts'
import {
  among,
  anyWord,
  endpointId,
  hugeSizes,
  localAddresses,
  mostly,
  roles,
  sizes,
  type Surroundings,
  waits,
  weighted,
} from './agree-values.ts'

const until = weighted<CommandOperation['until']>(
  [20, fc.constant('end')],
  [3, fc.constant('later')],
  [1, fc.constant('never')],
)

export const commandOf = (
  op: number,
  parts: {
    readonly ep: fc.Arbitrary<number>
    readonly arg0?: fc.Arbitrary<CommandOperation['arg0']>
    readonly address?: fc.Arbitrary<bigint>
    readonly size?: fc.Arbitrary<bigint>
    readonly arg1?: fc.Arbitrary<bigint>
  },
): fc.Arbitrary<CommandOperation> =>
  fc.record({
    kind: fc.constant('command' as const),
    op: fc.constant(op),
    ep: parts.ep,
    arg0: parts.arg0 ?? mostly<CommandOperation['arg0']>(8, 0, fc.nat(0xffff_ffff)),
    address: parts.address ?? fc.constant(0n),
    size: parts.size ?? fc.constant(0n),
    arg1: parts.arg1 ?? fc.constant(0n),
    until,
  })

const payloads = weighted([24, fc.bigInt(0n, 32n)], [4, sizes], [1, hugeSizes])
const transferSizes = weighted([12, sizes], [1, hugeSizes])
const labels = fc.oneof(fc.bigInt(0n, 3n), anyWord)
const messageOffsets = weighted<CommandOperation['arg0']>(
  [16, fc.constant('fetched')],
  [2, fc.constant('again')],
  [2, among(0, 0x3f, 0x40, 0x7f, 0x100, 0x800)],
  [1, among(0x1000, 0x8000, 0x1_0000, 0x8000_0000, 0xffff_ffff)],
)

export const sends = (around: Surroundings) =>
  commandOf(opcodes.send, {
    ep: weighted([4, endpointId(roles.sendToPeer)], [1, endpointId(roles.sendToSelf)]),
    arg0: weighted(
      [8, fc.constant<number>(roles.replies)],
      [3, fc.constant(noEndpoint)],
      [1, endpointId(roles.requests)],
      [1, fc.nat(0xffff).map((upper) => upper * 0x1_0000 + roles.replies)],
    ),
    address: mostly(10, BigInt(around.tile.memoryBase), localAddresses(around, 'aligned')).chain((one) =>
      weighted([14, fc.constant(one)], [1, fc.bigInt(1n, 15n).map((offset) => one + offset)]),
    ),
    size: payloads,
    arg1: labels,
  })

export const replies = (around: Surroundings) =>
  commandOf(opcodes.reply, {
    ep: weighted([12, endpointId(roles.requests)], [1, endpointId(roles.replies)]),
    arg0: messageOffsets,
    address: weighted([12, localAddresses(around, 'aligned')], [1, localAddresses(around, 'any')]),
    size: payloads,
  })

const offsets = weighted<bigint>(
  [6, among(0n, 1n, 2n, 8n, 15n, 16n)],
  [6, fc.bigInt(0n, 64n)],
  [3, fc.bigInt(0n, 0x2000n)],
  [1, fc.bigInt(0xf000n, 0x1_0010n)],
  [1, among(0xffff_fff8n, 0x1_0000_0000n, 0xffff_ffff_ffff_fff0n, 0xffff_ffff_ffff_ffffn)],
)

const memoryRoles = weighted(
  [4, endpointId(roles.toMemory)],
  [4, endpointId(roles.toPeerMemory)],
  [1, endpointId(roles.toPeerRegisters)],
)

export const transfers = (op: number, around: Surroundings) =>
  commandOf(op, {
    ep: memoryRoles,
    address: localAddresses(around, 'any'),
    size: transferSizes,
    arg1: offsets,
  })

const receivers = weighted([6, endpointId(roles.requests)], [4, endpointId(roles.replies)])

/** Registers of every page, and offsets that no register has. */
const registerOffsets: fc.Arbitrary<number> = weighted(
  [6, among(...Object.values(registers))],
  [4, fc.tuple(among(...Object.values(roles)), fc.nat(2)).map(([ep, word]) => endpointRegister(ep, word))],
  [2, fc.tuple(fc.nat(127), fc.nat(2)).map(([ep, word]) => endpointRegister(ep, word))],
  [1, fc.nat(31).map(printBufferRegister)],
  [1, fc.nat(31).map(coreConfigRegister)],
  [1, among(0x0d48, 0x1000, 0x1ff8, 0x2028, 0x3128, 0x100_0000, 0x100_0008, 0x100_0010, 0x800_0000, 0xfff_fff8)],
  [1, fc.nat(0xfff_ffff)],
)

const enables = weighted([4, fc.constant(0xff)], [2, among(0x0f, 0xf0)], [2, fc.nat(0xff)])

const localBuffers = (around: Surroundings) => fc.nat(0x1ff).map((offset) => around.tile.memoryBase + 0x400 + offset)

const registerRoles = weighted([4, endpointId(roles.toPeerRegisters)], [1, endpointId(roles.toOwnRegisters)])

const remoteWrites = (around: Surroundings): fc.Arbitrary<Operation> =>
  fc.record({
    kind: fc.constant('remoteWrite' as const),
    ep: registerRoles,
    offset: registerOffsets,
    value: anyWord,
    buffer: localBuffers(around),
    bytes: mostly(4, 8, fc.nat(17)),
  })

/** Endpoints of the peer, as seen from it, written from here. */
const remoteEndpoints = (peer: Surroundings, around: Surroundings): fc.Arbitrary<Operation> =>
  fc
    .tuple(
      among(...Object.values(roles)).chain((role) => roleEndpoint(role, peer)),
      fc.nat(2),
      localBuffers(around),
    )
    .map(([{ ep, words }, word, buffer]) => ({
      kind: 'remoteWrite',
      ep: roles.toPeerRegisters,
      offset: endpointRegister(ep, word),
      value: words[word] ?? 0n,
      buffer: buffer - (buffer % 8),
      bytes: 8,
    }))

const externals = (around: Surroundings): fc.Arbitrary<Operation> =>
  fc
    .record({
      ep: registerRoles,
      op: mostly<number>(12, externalOpcodes.invalidateEndpoint, fc.integer({ min: 1, max: 15 })),
      target: weighted([2, among<number>(...Object.values(roles))], [1, endpointId(roles.sendToPeer)]),
      force: fc.nat(1),
      buffer: localBuffers(around),
    })
    .map(({ ep, op, target, force, buffer }) => ({
      kind: 'external',
      ep,
      value: encode(externalCommand, {
        arg: encode(invalidateArgument, { unused: 0n, force, ep: target }),
        error: 0,
        op,
      }),
      buffer: buffer - (buffer % 8),
    }))

const registerReads = (around: Surroundings) =>
  commandOf(opcodes.read, {
    ep: registerRoles,
    address: localAddresses(around, 'any'),
    size: mostly(6, 8n, fc.bigInt(0n, 17n)),
    arg1: registerOffsets.map(BigInt),
  })

/** Any operation of a tile; `peer` is what its peer sees. */
export const operations = (around: Surroundings, peer: Surroundings): fc.Arbitrary<Operation> =>
  weighted<Operation>(
    [16, sends(around)],
    [6, fc.record({ kind: fc.constant('receive' as const), ep: receivers, tries: fc.integer({ min: 1, max: 8 }) })],
    [14, replies(around)],
    [6, commandOf(opcodes.acknowledge, { ep: receivers, arg0: messageOffsets })],
    [3, commandOf(opcodes.fetch, { ep: receivers })],
    [8, transfers(opcodes.read, around)],
    [8, transfers(opcodes.write, around)],
    [3, registerReads(around)],
    [3, remoteWrites(around)],
    [4, remoteEndpoints(peer, around)],
    [4, externals(around)],
    [1, fc.integer({ min: 7, max: 15 }).chain((op) => commandOf(op, { ep: endpointId(roles.toMemory) }))],
    [5, among(...Object.values(roles)).chain((role) => roleEndpoint(role, around))],
    [3, fc.record({ kind: fc.constant('write' as const), offset: registerOffsets, value: anyWord, enables })],
    [3, fc.record({ kind: fc.constant('read' as const), offset: registerOffsets })],
    [4, fc.record({ kind: fc.constant('wait' as const), cycles: waits })],
    [1, pokes(around)],
    [1, prints],
  )

/** What a hostile core may do: every register with every value, every command on every endpoint, in every order. */
export const attacks = (around: Surroundings): fc.Arbitrary<Operation> =>
  weighted<Operation>(
    [6, operations(around, around)],
    [6, fc.record({ kind: fc.constant('write' as const), offset: registerOffsets, value: anyWord, enables })],
    [2, fc.record({ kind: fc.constant('read' as const), offset: registerOffsets })],
    [
      4,
      fc.nat(15).chain((op) =>
        commandOf(op, {
          ep: weighted([2, fc.nat(0xffff)], [4, fc.nat(130)], [6, among<number>(...Object.values(roles))]),
          arg0: fc.nat(0xffff_ffff),
          address: localAddresses(around, 'any'),
          size: transferSizes,
          arg1: weighted([2, offsets], [1, registerOffsets.map((offset) => BigInt(offset))], [1, anyWord]),
        }),
      ),
    ],
  )

const pokes = ({ tile }: Surroundings): fc.Arbitrary<Operation> =>
  fc.record({
    kind: fc.constant('poke' as const),
    address: fc.nat(tile.memoryBytes - 65).map((offset) => tile.memoryBase + offset),
    bytes: fc.nat(64),
    value: fc.nat(0xff),
  })

const prints: fc.Arbitrary<Operation> = fc.record({
  kind: fc.constant('print' as const),
  word: fc.nat(31),
  text: anyWord,
  bytes: weighted([3, fc.bigInt(0n, 20n)], [2, among(8n, 9n, 16n, 17n, 255n, 256n, 257n, 300n, 512n, 0x1_0000_0001n)]),
})
