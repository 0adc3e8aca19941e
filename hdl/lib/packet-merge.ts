/** Where packets of several streams become one stream. */
import { input, module, output, stream, uint } from '#edsl'
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
    // The burst bit, the topmost of a flit, says whether more flits of the packet follow.
    ({ from, to }) => merge(uint(flitBits), from, to, roundRobin(n), (flit) => flit.bit(flitBits - 1).not()),
  )
