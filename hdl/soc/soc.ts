/** Whole systems: the only place that chooses parameters. */
import { connect, instance, module, type Port, type Sink, type Source, type UIntShape, type View } from '#edsl'
import { network } from '#hdl/noc'
import { acceleratorTile, computeTile, corePorts, memoryTile } from '#hdl/tile'
import { descriptorOf, type flitBits, type SystemDescription, type TileModule } from '#layout'
import { hostPortsOf, joinHost } from './host-port.ts'

type Flits = Sink<UIntShape<typeof flitBits>>
type Taken = Source<UIntShape<typeof flitBits>>
type Inside<P> = { readonly [Name in keyof P]: View<P[Name], 'inside'> }

/** Joins a stream between a compute tile and the network; `name` is the tile's with that of the tile's port. */
export type Between = (to: Flits, from: Taken, name: string) => void

const joined: Between = (to, from) => connect(to, from)

/**
 * A system after its description: network, compute tiles, memory tiles, and the host's streams.
 *
 * Ports: per compute tile NAME_core, NAME_coreAnswer, NAME_coreEnable, NAME_interrupts; per host port NAME_ and what
 * `hostPortsOf` says. `between` may put something into the streams of compute tiles, to try how they bear it.
 * Source: NoC section 13.
 */
export const soc = (system: SystemDescription, between: Between = joined) => {
  const ports: Record<string, Port> = {}
  for (const one of system.modules) {
    const own: Record<string, Port> = one.kind === 'compute' ? corePorts : one.kind === 'host' ? hostPortsOf(one) : {}
    for (const [name, port] of Object.entries(own)) ports[`${one.name}_${name}`] = port
  }

  return module(system.name, ports, (views) => {
    const portsOf = <P>(owner: string, names: P): Inside<P> =>
      Object.fromEntries(Object.keys(names as object).map((name) => [name, views[`${owner}_${name}`]])) as Inside<P>
    const noc = instance(network(system), 'noc')
    const common = { clockHz: system.clockHz, sendTimeoutCycles: system.sendTimeoutCycles }
    const parametersOf = (tile: TileModule) => ({
      ...common,
      memoryBase: tile.memoryBase,
      memoryBytes: tile.memoryBytes,
    })

    system.modules.forEach((one, index) => {
      // Tiles of this system have requests and responses; other classes, where a network has them, stay empty.
      const [inject0, inject1, ...silent] = noc.inject[index]! as [Flits, Flits, ...Flits[]]
      const [deliver0, deliver1, ...ignored] = noc.deliver[index]! as [Taken, Taken, ...Taken[]]
      for (const one of silent) {
        one.valid.drive(0)
        one.payload.drive(0)
      }
      for (const one of ignored) one.ready.drive(1)
      if (one.kind === 'host') {
        const own = portsOf(one.name, hostPortsOf(one))
        joinHost(system, one, own, { inject: [inject0, inject1], deliver: [deliver0, deliver1] })
        return
      }
      if (one.kind === 'memory') {
        const tile = instance(memoryTile(parametersOf(one)), `tile_${one.name}`)
        tile.own.drive({ chip: system.chip, mod: one.mod })
        tile.descriptor.drive(descriptorOf(one))
        connect(tile.requestIn, deliver0)
        connect(tile.responseIn, deliver1)
        connect(inject1, tile.responseOut)
        // A memory tile asks for nothing.
        inject0.valid.drive(0)
        inject0.payload.drive(0)
        return
      }
      if (one.kind === 'accelerator') {
        const { logic, bufferBytes } = one
        const buffer = bufferBytes === undefined ? {} : { bufferBytes }
        const tile = instance(acceleratorTile({ ...parametersOf(one), logic, ...buffer }), `tile_${one.name}`)
        tile.own.drive({ chip: system.chip, mod: one.mod })
        tile.descriptor.drive(descriptorOf(one))
        connect(tile.requestIn, deliver0)
        connect(tile.responseIn, deliver1)
        connect(inject0, tile.requestOut)
        connect(inject1, tile.responseOut)
        return
      }
      const tile = instance(computeTile({ ...parametersOf(one), ...one.tcu }), `tile_${one.name}`)
      const core = portsOf(one.name, corePorts)
      tile.own.drive({ chip: system.chip, mod: one.mod })
      tile.descriptor.drive(descriptorOf(one))
      connect(tile.core, core.core)
      core.coreAnswer.drive(tile.coreAnswer)
      core.coreEnable.drive(tile.coreEnable)
      core.interrupts.drive(tile.interrupts)
      between(tile.requestIn, deliver0, `${one.name}_request_in`)
      between(tile.responseIn, deliver1, `${one.name}_response_in`)
      between(inject0, tile.requestOut, `${one.name}_request_out`)
      between(inject1, tile.responseOut, `${one.name}_response_out`)
    })
  })
}
