// Watches the channels of a network that runs in a simulator.

import type { Simulator } from '#sim/simulate'
import type { Network } from '#topology'
import { PacketMonitor, type SeenPacket } from './packet-monitor.ts'
import { trafficModules } from './patterns.ts'

/** A channel of the hardware: what it is called here, and where its signals are. */
interface Watched {
  readonly name: string
  readonly signals: string
  readonly plane: number
}

/**
 * Has every packet told whose tail passes a channel: from the modules (`m00 >`), between routers (`x0_y0.east`), to the
 * modules (`> m00`). Returns what ends it.
 */
export const watchChannels = (
  sim: Simulator,
  network: Network,
  onPacket: (packet: SeenPacket) => void,
): (() => void) => {
  const monitor = new PacketMonitor()
  const { vcsPerClass } = network.parameters
  const channels = network.planes.flatMap(({ index }) => channelsOf(network, index))
  return sim.attach({
    before: () => {
      for (const { name, signals, plane } of channels) {
        if (sim.peek(`${signals}.valid`) !== 1) continue
        const vc = sim.peek(`${signals}.vc`) as number
        const messageClass = network.planes[plane]!.classes[Math.floor(vc / vcsPerClass)]!
        const seen = monitor.see(name, messageClass, sim.peek(`${signals}.flit`) as bigint, sim.cycle, vc)
        if (seen !== undefined) onPacket(seen)
      }
    },
  })
}

const channelsOf = (network: Network, plane: number): readonly Watched[] => {
  const suffix = network.planes.length > 1 ? `_p${plane}` : ''
  const entering = trafficModules(network).map(({ name }): Watched => {
    return { name: `${name} >`, signals: `ni_${name}.toNetwork[${plane}]`, plane }
  })
  const between = network.routers.flatMap((router) =>
    router.outputs.map(({ name, peer }, output): Watched => {
      const to = peer.kind === 'module' ? `> ${network.modules[peer.module]!.name}` : `${router.name}.${name}`
      return { name: to, signals: `router_${router.name}${suffix}.to[${output}]`, plane }
    }),
  )
  return [...entering, ...between]
}
