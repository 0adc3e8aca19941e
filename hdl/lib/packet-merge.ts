/** Where packets of several streams become one stream. */
import { bit, input, module, output, stream, uint, type UInt } from '#edsl'
import { flitBits } from '#layout'
import { merge } from './merge.ts'
import { roundRobin } from './round-robin.ts'

/**
 * Merges the packets of `n` streams of flits into one stream, packet by packet, none of them torn apart.
 *
 * Ports: `from` n streams of packets; `to` the merged stream.
 * Timing: flits pass within the cycle. The streams take turns per packet: one that has a packet ready waits for at most
 * n - 1 packets of others. A chosen packet stays chosen until its tail has left, so a flit that waits does not change.
 * Reset: no packet is open, stream 0 goes first.
 * Source: NoC sections 10.3 and 10.6.
 */
export const packetMerge = (n: number) =>
  module(
    `packet_merge_${n}`,
    { from: Array.from({ length: n }, () => input(stream(uint(flitBits)))), to: output(stream(uint(flitBits))) },
    ({ from, to }) => merge(uint(flitBits), from, to, roundRobin(n), isTail),
  )

/**
 * The same for senders that may be reset: while `restart` is 1, nothing may leave through `to`, and senders may take back heads
 * that they have offered. A packet that has begun is completed.
 */
export const restartablePacketMerge = (n: number) =>
  module(
    `restartable_packet_merge_${n}`,
    {
      from: Array.from({ length: n }, () => input(stream(uint(flitBits)))),
      to: output(stream(uint(flitBits))),
      restart: input(bit),
    },
    ({ from, to, restart }) => merge(uint(flitBits), from, to, roundRobin(n), isTail, restart),
  )

/** The burst bit, the topmost of a flit, says whether more flits of the packet follow. */
const isTail = (flit: UInt<typeof flitBits>) => flit.bit(flitBits - 1).not()
