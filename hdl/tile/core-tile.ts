/** A compute tile whose core reads and writes memory of other tiles by itself. */
import { bit, connect, flip, input, instance, module, output, stream, uint } from '#edsl'
import { coreBridge, type CoreBridgeOptions } from '#hdl/bridge'
import { axi } from '#hdl/bus'
import { packetMerge } from '#hdl/lib'
import { choiceName, clockName, type TcuParameters } from '#hdl/tcu'
import { flitBits, nocId } from '#layout'
import { computeTile, corePorts } from './compute-tile.ts'
import { coreWindow, coreWindowCount, coreWindows } from './core-windows.ts'

/** How a core's own accesses reach its tile: over AXI4, or as flits of a bridge outside. */
export type CoreLink =
  | ({ readonly link: 'axi' } & Omit<CoreBridgeOptions, 'sendTimeoutCycles'>)
  | { readonly link: 'flits'; readonly writesAre?: 'posted' | 'acknowledged' }

const flits = stream(uint(flitBits))
const asFlits = { asks: input(flits), answers: output(flits) }
const asBus = (options: Omit<CoreBridgeOptions, 'sendTimeoutCycles'>) => {
  const busBits: number = options.dataBits
  return { bus: flip(axi({ addressBits: 32, dataBits: busBits, idBits: options.idBits })), dropped: output(bit) }
}

/** All ports that the accesses of a core may come through; a tile has those of its link. */
export type CoreLinkPorts = ReturnType<typeof asBus> & typeof asFlits

/**
 * The ports of a core's own accesses: with `axi` a subordinate, `bus`, and `dropped`, one cycle per answer that nobody waits
 * for; with `flits` the requests of its bridge, `asks`, and their `answers`.
 */
export const coreLinkPorts = (link: CoreLink): Partial<CoreLinkPorts> => (link.link === 'axi' ? asBus(link) : asFlits)

/**
 * A compute tile with a way around its TCU for the accesses of its core, in message classes C2 and C3, to the memory behind
 * `windows` and to nothing else.
 *
 * Ports: as `computeTile`; those of `coreLinkPorts`; `windows`; `refused` one cycle per access outside of them; `bypassOut` the
 * requests of class C2, `bypassIn` the answers of class C3.
 * Timing: as `computeTile` and `coreBridge`.
 * Source: NoC sections 7.4, 7.5; TCU section 5.7.
 */
export const coreTile = (parameters: TcuParameters, link: CoreLink) => {
  const { writesAre = 'posted' } = link
  const kind =
    link.link === 'axi' ? `axi${link.dataBits}i${link.idBits}_r${link.reads ?? 4}w${link.writes ?? 4}` : 'flits'
  return module(
    `core_tile_${parameters.memoryBytes / 1024}k${choiceName(parameters)}${clockName(parameters)}_${kind}_${writesAre}`,
    {
      own: input(nocId),
      descriptor: input(uint(64)),
      ...corePorts,
      windows: Array.from({ length: coreWindowCount }, () => input(coreWindow)),
      ...coreLinkPorts(link),
      refused: output(bit),
      requestIn: input(flits),
      requestOut: output(flits),
      responseIn: input(flits),
      responseOut: output(flits),
      bypassOut: output(flits),
      bypassIn: input(flits),
    },
    (ports) => {
      const tile = instance(computeTile(parameters), 'tile')
      tile.own.drive(ports.own)
      tile.descriptor.drive(ports.descriptor)
      connect(tile.core, ports.core)
      ports.coreAnswer.drive(tile.coreAnswer)
      ports.coreEnable.drive(tile.coreEnable)
      ports.interrupts.drive(tile.interrupts)
      connect(tile.requestIn, ports.requestIn)
      connect(ports.requestOut, tile.requestOut)
      connect(tile.responseIn, ports.responseIn)
      connect(ports.responseOut, tile.responseOut)

      const guard = instance(coreWindows(writesAre), 'guard')
      guard.own.drive(ports.own)
      guard.windows.forEach((one, index) => one.drive(ports.windows[index]!))
      ports.refused.drive(guard.refused)
      connect(ports.bypassOut, guard.to)
      // Answers of the network and of the guard itself, on their way to the core.
      const back = instance(packetMerge(2), 'back')
      connect(back.from[0]!, ports.bypassIn)
      connect(back.from[1]!, guard.answers)

      if (link.link === 'flits') {
        connect(guard.from, ports.asks!)
        connect(ports.answers!, back.to)
        return
      }
      const bridge = instance(coreBridge({ ...link, sendTimeoutCycles: parameters.sendTimeoutCycles }), 'bridge')
      bridge.own.drive(ports.own)
      // Where requests go is what the windows say.
      bridge.target.drive(ports.own)
      connect(bridge.bus, ports.bus!)
      ports.dropped!.drive(bridge.dropped)
      connect(guard.from, bridge.request)
      connect(bridge.response, back.to)
    },
  )
}
