/** The parts of the library, each in a typical size: what docs/library.md has a line about. */
import { uint } from '#edsl'
import * as lib from '#hdl/lib'

/** A line of the table. */
export interface LibraryPart {
  readonly heading: string
  /** As it is written. */
  readonly call: string
  readonly says: string
  /** Cycles from a payload's coming to its leaving, in words. */
  readonly latency: string
  readonly make: () => { readonly name: string }
}

const part = (
  heading: string,
  call: string,
  says: string,
  latency: string,
  make: () => { readonly name: string },
): LibraryPart => ({ heading, call, says, latency, make })

const byte = uint(8)
const frame = lib.framed(byte)

export const libraryParts: readonly LibraryPart[] = [
  part('Queues', 'fifo(uint(8), 4)', 'a queue; cuts all paths', '1', () => lib.fifo(byte, 4)),
  part('Queues', 'blockFifo(uint(8), 512)', 'a long queue, in block RAM', '2', () => lib.blockFifo(byte, 512)),
  part('Queues', 'flowFifo(uint(8), 4)', 'a queue that is passed at once when it is empty', '0', () =>
    lib.flowFifo(byte, 4),
  ),
  part('Queues', "registerSlice(uint(8), 'valid')", 'cuts the paths of `valid` and `payload`', '1', () =>
    lib.registerSlice(byte, 'valid'),
  ),
  part('Queues', "registerSlice(uint(8), 'ready')", 'cuts the path of `ready`', '0', () =>
    lib.registerSlice(byte, 'ready'),
  ),
  part('Queues', "registerSlice(uint(8), 'both')", 'cuts all paths', '1', () => lib.registerSlice(byte, 'both')),

  part('Choosing', 'fixedPriority(4)', 'grants the lowest of the requesters', '0', () => lib.fixedPriority(4)),
  part('Choosing', 'roundRobin(4)', 'grants requesters in turn', '0', () => lib.roundRobin(4)),
  part('Choosing', 'weighted(4, [1, 2, 3, 4])', 'grants requesters as often as their weights say', '0', () =>
    lib.weighted(4, [1, 2, 3, 4]),
  ),

  part('Merging and splitting', "streamArbiter(uint(8), 4, 'round-robin')", 'merges streams', '0', () =>
    lib.streamArbiter(byte, 4, 'round-robin'),
  ),
  part(
    'Merging and splitting',
    "streamArbiter(framed(uint(8)), 4, 'fixed', { last })",
    'merges packets, none of them torn',
    '0',
    () => lib.streamArbiter(frame, 4, 'fixed', { last: ({ last }) => last }),
  ),
  part('Merging and splitting', 'packetMerge(4)', 'merges packets of flits of the network', '0', () =>
    lib.packetMerge(4),
  ),
  part('Merging and splitting', 'restartablePacketMerge(4)', 'the same for senders that may be reset', '0', () =>
    lib.restartablePacketMerge(4),
  ),
  part('Merging and splitting', 'fork(uint(8), 4)', 'gives every payload to all streams', '0', () => lib.fork(byte, 4)),
  part('Merging and splitting', 'join({ high: uint(8), low: uint(8) })', 'makes records of streams', '0', () =>
    lib.join({ high: byte, low: byte }),
  ),
  part('Merging and splitting', 'streamMux(uint(8), 4)', 'hands on the stream that is chosen', '0', () =>
    lib.streamMux(byte, 4),
  ),
  part('Merging and splitting', 'streamDemux(uint(8), 4)', 'hands on to the stream that is chosen', '0', () =>
    lib.streamDemux(byte, 4),
  ),
  part('Merging and splitting', "filter(uint(8), 'odd', keep)", 'drops payloads', '0', () =>
    lib.filter(byte, 'odd', (value) => value.bit(0)),
  ),

  part('Packets and widths', 'framer(uint(8), 16)', 'makes packets of a length', '0', () => lib.framer(byte, 16)),
  part('Packets and widths', 'widen(8, 4)', 'gathers parts of packets to words', '1 after the last part', () =>
    lib.widen(8, 4),
  ),
  part('Packets and widths', 'narrow(8, 4)', 'takes words of packets apart', '0', () => lib.narrow(8, 4)),

  part('Credits', 'creditSender(uint(8), 5)', 'sends as long as it has credits', '0', () => lib.creditSender(byte, 5)),
  part('Credits', 'creditLink(uint(8), 1)', 'registers on the way, and back', '1', () => lib.creditLink(byte, 1)),
  part('Credits', 'creditReceiver(uint(8), 5)', 'has room for all credits, and gives them back', '1', () =>
    lib.creditReceiver(byte, 5),
  ),

  part('Clock crossings', 'synchroniser()', 'a bit of another clock, or of none', '2 to 3', () => lib.synchroniser()),
  part('Clock crossings', 'pulseCrossing()', 'pulses', '2 to 3 of `read`', () => lib.pulseCrossing()),
  part('Clock crossings', 'handshakeCrossing(uint(8))', 'payloads, one at a time', '3 to 4 of `read`', () =>
    lib.handshakeCrossing(byte),
  ),
  part('Clock crossings', 'asyncFifo(uint(8), 16)', 'payloads, one per cycle', '3 to 4 of `read`', () =>
    lib.asyncFifo(byte, 16),
  ),
  part('Clock crossings', 'resetSynchroniser()', 'a reset for a clock', '2 to 3', () => lib.resetSynchroniser()),
]

/** What needs no line of its own: it is stateless, a type of payload, or in the text of the page. */
export const notInTable: readonly string[] = [
  ...['mapped', 'filtered', 'through', 'synchronised', 'toGray', 'fromGray', 'offerStays'],
  ...['framed', 'framedWord', 'linkWord', 'memoryRequest', 'registerBank', 'shapeName'],
  ...['burstByteCount', 'burstHasBytes', 'bytesOfBurstLine', 'isRun', 'lanesOfBurstLine', 'lowestLane', 'onesOf'],
]
