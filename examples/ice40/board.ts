/** A complete system for an iCE40 HX8K: a host on a serial line, and a tile of memory that it reads and writes. */
import { asynchronous, bit, connect, input, instance, module, output } from '#edsl'
import { serialHostBridge } from '#hdl/bridge'
import { ramTile } from './ram-tile.ts'

/** What the host has to know of the board. */
export const boardFacts = Object.freeze({ clockHz: 12_000_000, baud: 1_000_000, chip: 0, bridge: 0x05, tile: 0x01 })

const bridge = serialHostBridge({
  ...{ clockHz: boardFacts.clockHz, baud: boardFacts.baud, modules: 2 },
  ...{ depth: 37, largestPacket: 34, outstanding: 1, counterBits: 8 },
})

/**
 * The host bridge and a tile, joined directly: there is room for no router and no TCU.
 *
 * Ports: `receive`, `transmit` the serial line; `up` the link is up: a light.
 * Timing: 12 cycles per bit.
 * Reset: the link is down.
 * Source: NoC section 8.
 */
export const board = module(
  'board',
  { receive: input(bit, { domain: asynchronous }), transmit: output(bit), up: output(bit) },
  (ports) => {
    const host = instance(bridge, 'host')
    const tile = instance(ramTile, 'tile')
    host.own.drive({ chip: boardFacts.chip, mod: boardFacts.bridge })
    tile.own.drive({ chip: boardFacts.chip, mod: boardFacts.tile })
    connect(tile.requestIn, host.requestOut)
    connect(host.requestIn, tile.requestOut)
    connect(host.responseIn, tile.responseOut)
    // The tile asks nobody, so nobody answers it.
    host.responseOut.ready.drive(1)
    host.receive.drive(ports.receive)
    ports.transmit.drive(host.transmit)
    ports.up.drive(host.up)
  },
)
