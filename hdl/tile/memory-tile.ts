/** Tiles that are memory. */
import { connect, input, instance, module, reg, uint, type UInt, type Views } from '#edsl'
import { axiLines, runLines } from '#hdl/bridge'
import { axi } from '#hdl/bus'
import { nocId } from '#layout'
import { lineMemory } from './line-memory.ts'
import type { MemoryRange } from './memory-records.ts'
import { rangeName } from './memory-requests.ts'
import { bypassPairs, type BypassTraffic, memoryUnit, trafficPorts } from './memory-unit.ts'
import { scratchpad } from './scratchpad.ts'

export interface MemoryTileParameters extends MemoryRange {
  /**
   * Whether the tile serves the bypass traffic of cores too (message classes C2 and C3), and whether it acknowledges their
   * writes with mode 0xD (`ackBypassWrites`).
   * @defaultValue 'none'
   */
  readonly bypass?: BypassTraffic
}

export interface RamTileParameters extends MemoryTileParameters {
  /** Cycles from an access to its line, 1 to 20: large memories have registers behind them. @defaultValue 1 */
  readonly latency?: number
}

export interface AxiTileParameters extends MemoryTileParameters {
  /** Bits of a word of the bus; a line of 16 bytes per cycle needs 128. */
  readonly dataBits: 64 | 128
}

/** Lines of room beside those that are on their way from an on-chip memory. */
const roomBeside = 7
/** Lines under way to a memory behind AXI4: four bursts, so it may take 48 cycles to answer at full rate. */
const axiRoom = 4 * runLines
const longestLatency = 20

const tilePorts = (bypass: BypassTraffic) => ({
  own: input(nocId),
  descriptor: input(uint(64)),
  ...trafficPorts(),
  bypass: Array.from({ length: bypassPairs(bypass) }, trafficPorts),
})

const tileName = (kind: string, parameters: MemoryTileParameters): string => {
  const { bypass = 'none' } = parameters
  return `${kind}_${rangeName(parameters)}${bypass === 'none' ? '' : `_bypass_${bypass}`}`
}

const checkRange = ({ memoryBase, memoryBytes }: MemoryRange): void => {
  const isWhole = [memoryBase, memoryBytes].every((number) => Number.isInteger(number) && number % 16 === 0)
  if (!isWhole || memoryBytes < 16 || memoryBase < 0 || memoryBase + memoryBytes > 0xf000_0000)
    throw new RangeError(
      `a memory tile of ${memoryBytes} bytes at 0x${memoryBase.toString(16)}: ` +
        'use multiples of 16 below 0xf0000000, where the registers begin',
    )
}

/**
 * On-chip memory that other tiles, and with `bypass` their cores, read and write.
 *
 * Ports: `own` ids; `descriptor` TILE_DESC; the streams from (`In`) and to (`Out`) the network, of classes C0 and C1; `bypass`,
 * if it has any, those of C2 and C3.
 * Timing: a flit per cycle in either direction, 16 bytes of data with it.
 * Reset: nothing is under way; the contents stay, and are unknown at power-up.
 * Rejects: RangeError for a range that is no multiple of lines or reaches the registers, for a memory that is no power of two
 * of lines, and for a latency that is none of 1 to 20.
 * Source: NoC section 7.2; TCU interface 2.0.1, section 7.5.
 */
export const memoryTile = (parameters: RamTileParameters) => {
  const { memoryBase, memoryBytes, bypass = 'none', latency = 1 } = parameters
  checkRange(parameters)
  if (!Number.isInteger(Math.log2(memoryBytes)) || memoryBase % memoryBytes !== 0)
    throw new RangeError(
      `a memory tile of ${memoryBytes} bytes at 0x${memoryBase.toString(16)}: on-chip memory has a power of two of bytes ` +
        'and begins at a multiple of its size',
    )
  if (!Number.isInteger(latency) || latency < 1 || latency > longestLatency)
    throw new RangeError(`a memory tile with a latency of ${latency}: use 1 to ${longestLatency} cycles`)
  const streams = bypass === 'none' ? 1 : 2
  const name = `${tileName('memory_tile', parameters)}${latency === 1 ? '' : `_latency_${latency}`}`
  return module(name, tilePorts(bypass), (ports) => {
    const room = roomBeside + latency
    const unit = instance(memoryUnit({ memoryBase, memoryBytes, bypass, loads: { lines: 1, room } }), 'tcu')
    const port = instance(lineMemory(streams, latency), 'port')
    const ram = instance(scratchpad(memoryBytes), 'ram')

    unit.own.drive(ports.own)
    unit.descriptor.drive(ports.descriptor)
    connectTraffic(unit, ports)
    unit.bypass.forEach((traffic, index) => connectTraffic(traffic, ports.bypass[index]!))
    unit.ask.forEach((ask, index) => {
      connect(port.ask[index]!, ask)
      unit.loaded[index]!.drive(port.loaded[index]!)
      unit.stored[index]!.drive(port.stored[index]!)
    })
    ram.access.drive(port.access)
    let line: UInt = ram.line
    for (let stage = 1; stage < latency; stage++) {
      const later = reg(uint(128), undefined, `line_${stage}`)
      later.next(line)
      line = later
    }
    port.line.drive(line)
  })
}

/**
 * A memory behind AXI4 that other tiles, and with `bypass` their cores, read and write. What the memory answers with SLVERR or
 * DECERR becomes error 20, TIMEOUT_MEM, of the answer or acknowledgement.
 *
 * Ports: as `memoryTile`; `bus` to the memory, at the addresses of the tile.
 * Timing: a flit per cycle in either direction with a bus of 128 bits; up to four bursts of 256 bytes each way are under way for
 * each pair of classes.
 * Reset: nothing is under way.
 * Rejects: RangeError for a range that is no multiple of lines or reaches the registers.
 * Source: NoC section 7.2; NDEV-8 to NDEV-11.
 */
export const axiMemoryTile = (parameters: AxiTileParameters) => {
  const { memoryBase, memoryBytes, bypass = 'none', dataBits } = parameters
  checkRange(parameters)
  const streams = bypass === 'none' ? 1 : 2
  const busBits: number = dataBits
  const name = tileName(`axi_memory_tile_d${dataBits}`, parameters)
  return module(
    name,
    { ...tilePorts(bypass), bus: axi({ addressBits: 32, dataBits: busBits, idBits: 1 }) },
    (ports) => {
      const loads = { lines: runLines, room: axiRoom } as const
      const unit = instance(memoryUnit({ memoryBase, memoryBytes, bypass, loads }), 'tcu')
      const memory = instance(axiLines({ dataBits, streams }), 'memory')

      unit.own.drive(ports.own)
      unit.descriptor.drive(ports.descriptor)
      connectTraffic(unit, ports)
      unit.bypass.forEach((traffic, index) => connectTraffic(traffic, ports.bypass[index]!))
      unit.ask.forEach((ask, index) => {
        connect(memory.ask[index]!, ask)
        unit.loaded[index]!.drive(memory.loaded[index]!)
        unit.stored[index]!.drive(memory.stored[index]!)
      })
      connect(ports.bus, memory.bus)
    },
  )
}

type Traffic = ReturnType<typeof trafficPorts>

/** Joins the streams of a pair of classes with those of the unit. */
const connectTraffic = (unit: Views<Traffic, 'outside'>, ports: Views<Traffic, 'inside'>): void => {
  connect(unit.requestIn, ports.requestIn)
  connect(unit.responseIn, ports.responseIn)
  connect(ports.responseOut, unit.responseOut)
}
