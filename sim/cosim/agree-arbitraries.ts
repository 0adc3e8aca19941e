/** Random programs: what the tiles of a system do, generated without asking hardware or model. */
import {
  type ComputeTile,
  largestMessageOrder,
  messageHeaderBytes,
  opcodes,
  receiveWord0,
  sendWord0,
  smallestMessageOrder,
  type SystemDescription,
  withField,
} from '#layout'
import fc from 'fast-check'
import { commandOf, operations, replies, sends, transfers } from './agree-commands.ts'
import { roleEndpoint } from './agree-endpoints.ts'
import { hostPackets } from './agree-packets.ts'
import type { AgreeProgram, EndpointOperation, Operation } from './agree-operation.ts'
import { among, endpointId, mostly, roles, sizes, type Surroundings, surroundingsOf, weighted } from './agree-values.ts'

/** Endpoints that a tile prepares: most of them, each with words of its own. */
const preparations = (around: Surroundings): fc.Arbitrary<readonly Operation[]> =>
  fc
    .tuple(
      ...Object.values(roles)
        .filter((role) => role !== roles.replyEps)
        .map((role) => fc.option(roleEndpoint(role, around), { freq: 40 })),
    )
    .map((list) => list.filter((one) => one !== null))

/** Operations of several tiles that belong together, by tile. */
type Act = Readonly<Record<string, readonly Operation[]>>

/** A request and its reply, with random commands in the place of the usual ones; each may be missing. */
const exchanges = (sender: Surroundings, receiver: Surroundings): fc.Arbitrary<Act> => {
  const some = (operation: fc.Arbitrary<Operation>) => fc.option(operation, { freq: 16 })
  return fc
    .tuple(
      some(sends(sender)),
      some(commandOf(opcodes.acknowledge, { ep: endpointId(roles.replies), arg0: fc.constant('fetched') })),
      some(replies(receiver)),
    )
    .map(([send, acknowledge, reply]) => ({
      [sender.tile.name]: [send, acknowledge].filter((one) => one !== null),
      [receiver.tile.name]: [reply].filter((one) => one !== null),
    }))
}

/**
 * A reply through a reply endpoint that no reception made, as REPLY does not ask for a message (TCU section 4.4); it may
 * cross the message whose credit it returns (NoC R-ORDER-1).
 */
const madeReplies = (here: Surroundings, there: Surroundings): fc.Arbitrary<Act> =>
  fc
    .tuple(roleEndpoint(roles.replyEps, here), replies(here), fc.option(sends(there), { freq: 3 }))
    .map(([endpoint, reply, send]) => ({
      [here.tile.name]: [endpoint, { ...reply, ep: roles.requests, arg0: 0 }],
      [there.tile.name]: send === null ? [] : [{ ...send, ep: roles.sendToPeer }],
    }))

const around = fc.bigInt(-1n, 1n)

/** A transfer that ends at the end of its memory endpoint, or a byte before or behind it. */
const transferEdges = (here: Surroundings): fc.Arbitrary<Act> =>
  fc
    .record({
      endpoint: among(roles.toMemory, roles.toPeerMemory).chain((role) => roleEndpoint(role, here)),
      transfer: fc.oneof(transfers(opcodes.read, here), transfers(opcodes.write, here)),
      size: sizes,
      offset: fc.bigInt(0n, 20n),
      beyond: around,
    })
    .map(({ endpoint, transfer, size, offset, beyond }) => ({
      [here.tile.name]: [
        { ...endpoint, words: [endpoint.words[0], endpoint.words[1], atLeastZero(offset + size - beyond)] },
        { ...transfer, ep: endpoint.ep, size, arg1: offset },
      ],
    }))

/** A message that just fits what its send endpoint allows, or the slot of its receiver, or just does not. */
const messageEdges = (here: Surroundings, there: Surroundings): fc.Arbitrary<Act> =>
  fc
    .record({
      order: fc.integer({ min: smallestMessageOrder, max: largestMessageOrder }),
      beyond: around,
      send: sends(here),
      endpoint: fc.option(roleEndpoint(roles.sendToPeer, here), { freq: 2 }),
      receiver: fc.option(roleEndpoint(roles.requests, there), { freq: 2 }),
    })
    .map(({ order, beyond, send, endpoint, receiver }) => {
      const size = atLeastZero((1n << BigInt(order)) - BigInt(messageHeaderBytes) + beyond)
      const allowing = endpoint && withWord0(endpoint, withField(sendWord0, 'messageOrder', endpoint.words[0], order))
      const holding = receiver && withWord0(receiver, withField(receiveWord0, 'slotOrder', receiver.words[0], order))
      return {
        [here.tile.name]: [allowing, { ...send, size }].filter((one) => one !== null),
        [there.tile.name]: [holding].filter((one) => one !== null),
      }
    })

const atLeastZero = (value: bigint): bigint => (value < 0n ? 0n : value)
const withWord0 = (endpoint: EndpointOperation, word0: bigint): EndpointOperation => ({
  ...endpoint,
  words: [word0, endpoint.words[1], endpoint.words[2]],
})

const acts = (tiles: readonly Surroundings[]): fc.Arbitrary<Act> => {
  const peerOf = (one: Surroundings): Surroundings => tiles.find(({ own }) => own === one.peer) ?? one
  return weighted<Act>(
    [
      10,
      fc.oneof(
        ...tiles.map((one) => operations(one, peerOf(one)).map((operation) => ({ [one.tile.name]: [operation] }))),
      ),
    ],
    [6, fc.oneof(...tiles.map((one) => exchanges(one, peerOf(one))))],
    [2, fc.oneof(...tiles.map((one) => madeReplies(one, peerOf(one))))],
    [1, fc.oneof(...tiles.map(transferEdges))],
    [1, fc.oneof(...tiles.map((one) => messageEdges(one, peerOf(one))))],
  )
}

/** Operations of a tile for each packet that the host may send. */
const operationsPerPacket = 5

/** Programs for all compute tiles of a system, of up to `most` acts together, beside what prepares the tiles. */
export const programs = (system: SystemDescription, most: number): fc.Arbitrary<AgreeProgram> => {
  const tiles = system.modules
    .filter((module): module is ComputeTile => module.kind === 'compute')
    .map((tile) => surroundingsOf(system, tile))
  const names = tiles.map(({ tile }) => tile.name)
  return fc.record({
    prepare: fc.record(Object.fromEntries(tiles.map((one) => [one.tile.name, preparations(one)]))),
    run: fc
      .array(acts(tiles), { maxLength: most, size: 'max' })
      .map((list) => Object.fromEntries(names.map((name) => [name, list.flatMap((act) => act[name] ?? [])]))),
    pollGap: mostly(2, 0, fc.integer({ min: 1, max: 9 })),
    host: hostPackets(tiles, Math.ceil(most / operationsPerPacket)),
  })
}
