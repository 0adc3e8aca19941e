/** What a memory tile has in place of a TCU with commands. */
import {
  bit,
  type Bit,
  cat,
  connect,
  constant,
  input,
  instance,
  literal,
  module,
  mux,
  output,
  probe,
  reg,
  type Source,
  stream,
  uint,
  type UInt,
  type UIntShape,
  when,
  wire,
} from '#edsl'
import { lineRequest, loadedLine, storedRun } from '#hdl/bridge'
import { streamArbiter } from '#hdl/lib'
import { registerAccess } from '#hdl/tcu'
import { commit, flitBits, nocId, registers } from '#layout'
import type { LoaderOptions } from './memory-loader.ts'
import type { MemoryRange } from './memory-records.ts'
import { rangeName } from './memory-requests.ts'
import { memoryService } from './memory-service.ts'

/** The classes that a memory tile serves: C0 and C1, or also C2 and C3; with `acknowledged` writes of mode 7 are answered. */
export type BypassTraffic = 'none' | 'posted' | 'acknowledged'

export interface MemoryUnitOptions extends MemoryRange {
  readonly bypass: BypassTraffic
  readonly loads: LoaderOptions
}

/** Flits of one pair of message classes, as a memory tile sees them. */
export const trafficPorts = () => ({
  requestIn: input(stream(uint(flitBits))),
  responseIn: input(stream(uint(flitBits))),
  responseOut: output(stream(uint(flitBits))),
})

/** Pairs of classes besides that of commands. */
export const bypassPairs = (bypass: BypassTraffic): number => (bypass === 'none' ? 0 : 1)

/**
 * Serves reads and writes of a memory from the network, and the few registers of a tile without commands: TILE_DESC and the
 * flit counters. The classes of bypass traffic have engines of their own and wait for nothing of the others but a turn at the
 * memory. Responses that arrive here are dropped and counted.
 *
 * Ports: `own` ids; `descriptor` TILE_DESC; the streams of commands; `bypass` those of bypass traffic; `ask`, `loaded`,
 * `stored` the memory, for each pair of classes.
 * Timing: a flit per cycle and class.
 * Reset: nothing is under way, counters are 0.
 * Source: TCU interface 2.0.1, section 2.3 (availability) and 7.5; NoC section 7.2.
 */
export const memoryUnit = (options: MemoryUnitOptions) => {
  const pairs = 1 + bypassPairs(options.bypass)
  const each = Array.from({ length: pairs }, (_, index) => index)
  const { loads, memoryBase, memoryBytes, bypass } = options
  return module(
    `memory_unit_${loads.lines}_of_${loads.room}_bypass_${bypass}_${rangeName(options)}`,
    {
      own: input(nocId),
      descriptor: input(uint(64)),
      ...trafficPorts(),
      bypass: Array.from({ length: pairs - 1 }, trafficPorts),
      ask: each.map(() => output(stream(lineRequest))),
      loaded: each.map(() => input(loadedLine)),
      stored: each.map(() => input(storedRun)),
    },
    (ports) => {
      const traffic = [ports, ...ports.bypass]
      const services = traffic.map(({ requestIn, responseOut }, index) => {
        const service = instance(
          memoryService({
            memoryBase,
            memoryBytes,
            loads,
            traffic: index === 0 ? 'commands' : 'bypass',
            acknowledged: index === 0 || bypass === 'acknowledged',
          }),
          index === 0 ? 'commands' : 'bypass',
        )
        service.own.drive(ports.own)
        connect(service.requestIn, requestIn)
        connect(responseOut, service.responseOut)
        connect(ports.ask[index]!, service.ask)
        service.loaded.drive(ports.loaded[index]!)
        service.stored.drive(ports.stored[index]!)
        return service
      })

      // A response here is nobody's: each of its flits is dropped, its head counts.
      const strays = traffic.map(({ responseIn }, index) => stray(responseIn, index))

      // --- counters: several things may happen in a cycle
      const received = reg(uint(32), 0)
      const transmitted = reg(uint(32), 0)
      const droppedFlits = reg(uint(32), 0)
      const droppedPackets = reg(uint(32), 0)
      const count = (counter: typeof received, events: readonly Bit[]): void =>
        counter.next(events.reduce((sum, event) => sum.addWrap(event.extend(32)), counter as UInt<32>))
      count(
        received,
        traffic.flatMap(({ requestIn, responseIn }) => [requestIn.fire, responseIn.fire]),
      )
      count(
        transmitted,
        traffic.map(({ responseOut }) => responseOut.fire),
      )
      count(droppedFlits, [...services.map(({ dropped }) => dropped.flits), ...strays.map(({ flit }) => flit)])
      count(droppedPackets, [...services.map(({ dropped }) => dropped.packet), ...strays.map(({ packet }) => packet)])

      // --- registers: one access per cycle
      const turns = instance(streamArbiter(registerAccess, pairs, 'round-robin'), 'turns')
      services.forEach((service, index) => connect(turns.from[index]!, service.register))
      const access = turns.to
      access.ready.drive(1)
      const offset = cat(access.payload.address.slice(3, 25), literal(3, 0))
      const read = wire(uint(64), 0)
      when(offset.eq(registers.TILE_DESC), () => read.drive(ports.descriptor))
      when(offset.eq(registers.FLITS_CTRL), () => read.drive(cat(transmitted, received)))
      when(offset.eq(registers.FLITS_DROP), () => read.drive(cat(droppedPackets, droppedFlits)))
      for (const service of services) service.registerData.drive(read)

      const isBypass = pairs === 1 ? literal(1, 0) : turns.from[1]!.ready.and(services[1]!.register.valid)
      probe('commit', access.fire, commit, {
        kind: mux(
          access.payload.write,
          constant(commit.fields.kind, 'externalWrite'),
          constant(commit.fields.kind, 'externalRead'),
        ),
        error: 0,
        ep: mux(isBypass, literal(16, 2), literal(16, 0)),
        address: access.payload.address,
        enables: mux(access.payload.write, access.payload.enables, literal(8, 0)),
        data: mux(access.payload.write, access.payload.data, read),
      })
    },
  )
}

const stray = (
  response: Source<UIntShape<typeof flitBits>>,
  index: number,
): { readonly flit: Bit; readonly packet: Bit } => {
  const open = reg(bit, 0, `stray_${index}`)
  response.ready.drive(1)
  when(response.fire, () => open.next(response.payload.bit(flitBits - 1)))
  return { flit: response.fire, packet: response.fire.and(open.not()) }
}
