/** Memory tiles with the streams of their classes as arrays: 0 for commands, 1 for bypass traffic. */
import { connect, input, instance, module, output, stream, uint } from '#edsl'
import { axi } from '#hdl/bus'
import { axiMemoryTile, type AxiTileParameters, memoryTile, type RamTileParameters } from '#hdl/tile'
import { flitBits } from '#layout'

export const tileMod = 0x24
export const tileDescriptor = 0x1234_5678_9abc_def0n

const flits = stream(uint(flitBits))
const streamsOf = (pairs: number) => ({
  requests: Array.from({ length: pairs }, () => input(flits)),
  responses: Array.from({ length: pairs }, () => input(flits)),
  answers: Array.from({ length: pairs }, () => output(flits)),
})
const pairsOf = ({ bypass = 'none' }: { readonly bypass?: string }): number => (bypass === 'none' ? 1 : 2)

type Tile = ReturnType<typeof instance<ReturnType<typeof memoryTile>['ports']>>

const joinStreams = (tile: Tile, ports: Inside): void => {
  tile.own.drive({ chip: 0, mod: tileMod })
  tile.descriptor.drive(tileDescriptor)
  ;[tile, ...tile.bypass].forEach((traffic, index) => {
    connect(traffic.requestIn, ports.requests[index]!)
    connect(traffic.responseIn, ports.responses[index]!)
    connect(ports.answers[index]!, traffic.responseOut)
  })
}
type Inside = Parameters<NonNullable<Parameters<typeof module<ReturnType<typeof streamsOf>>>[2]>>[0]

export const ramBench = (parameters: RamTileParameters) => {
  const tile = memoryTile(parameters)
  return module(`bench_${tile.name}`, streamsOf(pairsOf(parameters)), (ports) =>
    joinStreams(instance(tile, 'tile'), ports),
  )
}

export const axiBench = (parameters: AxiTileParameters) => {
  const tile = axiMemoryTile(parameters)
  const dataBits: number = parameters.dataBits
  return module(
    `bench_${tile.name}`,
    { ...streamsOf(pairsOf(parameters)), bus: axi({ addressBits: 32, dataBits, idBits: 1 }) },
    (ports) => {
      const unit = instance(tile, 'tile')
      joinStreams(unit, ports)
      connect(ports.bus, unit.bus)
    },
  )
}
