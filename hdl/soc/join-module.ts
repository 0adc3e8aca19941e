/** Modules of a system and their streams from and to the network. */
import {
  bit,
  connect,
  instance,
  output,
  type Port,
  type PortRecord,
  type Sink,
  type Source,
  type UIntShape,
  type View,
} from '#edsl'
import {
  acceleratorTile,
  axiMemoryTile,
  computeTile,
  type CoreLink,
  type CoreLinkPorts,
  coreLinkPorts,
  corePorts,
  coreTile,
  memoryTile,
} from '#hdl/tile'
import { axi } from '#hdl/bus'
import {
  type AcceleratorTile,
  type ComputeTile,
  type CoreTile,
  type CoreWindow,
  descriptorOf,
  type DramTile,
  type flitBits,
  type HostPort,
  type MemoryTile,
  type SystemDescription,
  type SystemModule,
  type TileModule,
} from '#layout'
import { clockOf } from './clocks.ts'
import { hostPortsOf, joinHost } from './host-port.ts'

type Flits = UIntShape<typeof flitBits>
type Given = Sink<Flits>
type Taken = Source<Flits>
type Inside<P> = { readonly [Name in keyof P]: View<P[Name], 'inside'> }

/** Joins a stream between a compute tile and the network; `name` is the tile's with that of the tile's port. */
export type Between = (to: Given, from: Taken, name: string) => void

/** Nothing between them. */
export const joined: Between = (to, from) => connect(to, from)

/** Both sides of a module's network interface, one stream per message class. */
export interface ModuleStreams {
  readonly inject: readonly Given[]
  readonly deliver: readonly Taken[]
}

/** Bits of a word before a memory behind AXI4, and of a core, that say nothing else. */
const usualDataBits = { dram: 128, core: 64 } as const
const usualIdBits = 4

const dramPorts = ({ dataBits = usualDataBits.dram }: DramTile) => {
  const busBits: number = dataBits
  return { bus: axi({ addressBits: 32, dataBits: busBits, idBits: 1 }) }
}

const noWindow: CoreWindow = { mod: 0, address: 0, bytes: 0, access: 'read' }

/**
 * What a module shows of itself outside of the system. Compute and core tiles: `core`, `coreAnswer`, `coreEnable`,
 * `interrupts`; core tiles `refused`, and `bus` with `dropped`, or `asks` and `answers`; memory behind AXI4: `bus`; hosts: as
 * `hostPortsOf`.
 */
export const portsOf = (system: SystemDescription, one: SystemModule): PortRecord => {
  switch (one.kind) {
    case 'compute':
      return corePorts
    case 'core':
      return { ...corePorts, ...ownCorePorts(system, one) }
    case 'dram':
      return dramPorts(one)
    case 'host':
      return hostPortsOf(one)
    default:
      return {}
  }
}

const ownCorePorts = (system: SystemDescription, one: CoreTile) => ({
  ...coreLinkPorts(linkOf(system, one)),
  refused: output(bit),
})

const writesOf = ({ ackBypassWrites = false }: SystemDescription): 'posted' | 'acknowledged' =>
  ackBypassWrites ? 'acknowledged' : 'posted'

const linkOf = (system: SystemDescription, { link = 'axi', bus = {} }: CoreTile): CoreLink => {
  const writesAre = writesOf(system)
  if (link === 'flits') return { link, writesAre }
  const { dataBits = usualDataBits.core, idBits = usualIdBits, reads = 4, writes = 4 } = bus
  return { link, dataBits, idBits, reads, writes, writesAre }
}

/** Memory tiles of systems with cores that reach them by themselves serve those, too. */
const bypassOf = (system: SystemDescription): 'none' | 'posted' | 'acknowledged' =>
  system.modules.some(({ kind }) => kind === 'core') ? writesOf(system) : 'none'

/** A module on its way into the system: its ports outside, and its streams by class; more than two with cores of their own. */
interface Joint {
  readonly system: SystemDescription
  readonly own: Readonly<Record<string, unknown>>
  readonly inject: readonly [Given, Given, ...Given[]]
  readonly deliver: readonly [Taken, Taken, ...Taken[]]
  readonly between: Between
}

/** Makes the hardware of a module, whose ports outside of the system are `own`, and joins it with the network. */
export const joinModule = (
  system: SystemDescription,
  one: SystemModule,
  own: Readonly<Record<string, unknown>>,
  { inject, deliver }: ModuleStreams,
  between: Between,
): void => {
  const joint = { system, own, inject, deliver, between } as Joint
  switch (one.kind) {
    case 'host':
      return joinHostPort(joint, one)
    case 'memory':
    case 'dram':
      return joinMemory(joint, one)
    case 'accelerator':
      return joinAccelerator(joint, one)
    case 'compute':
      return joinCompute(joint, one)
    case 'core':
      return joinCore(joint, one)
  }
}

/** Streams of classes that a module has no packets of stay empty. */
const leaveEmpty = (inject: readonly Given[], deliver: readonly Taken[]): void => {
  for (const one of inject) {
    one.valid.drive(0)
    one.payload.drive(0)
  }
  for (const one of deliver) one.ready.drive(1)
}

const parametersOf = (system: SystemDescription, tile: TileModule) => ({
  clockHz: clockOf(system, tile),
  sendTimeoutCycles: system.sendTimeoutCycles,
  memoryBase: tile.memoryBase,
  memoryBytes: tile.memoryBytes,
})

const joinHostPort = ({ system, own, inject, deliver }: Joint, host: HostPort): void => {
  leaveEmpty(inject.slice(2), deliver.slice(2))
  joinHost({ ...system, clockHz: clockOf(system, host) }, host, own, {
    inject: [inject[0], inject[1]],
    deliver: [deliver[0], deliver[1]],
  })
}

const joinMemory = (joint: Joint, one: MemoryTile | DramTile): void => {
  const { system, own, inject, deliver } = joint
  const bypass = bypassOf(system)
  const parameters = { ...parametersOf(system, one), bypass }
  const name = `tile_${one.name}`
  const make = () => {
    if (one.kind === 'memory') {
      const { latency = 1 } = one
      return instance(memoryTile({ ...parameters, latency }), name)
    }
    const { dataBits = usualDataBits.dram } = one
    const made = instance(axiMemoryTile({ ...parameters, dataBits }), name)
    const { bus } = own as Inside<ReturnType<typeof dramPorts>>
    connect(bus, made.bus)
    return made
  }
  const tile = make()
  tile.own.drive({ chip: system.chip, mod: one.mod })
  tile.descriptor.drive(descriptorOf(one))
  connect(tile.requestIn, deliver[0])
  connect(tile.responseIn, deliver[1])
  connect(inject[1], tile.responseOut)
  // A memory tile asks for nothing.
  leaveEmpty([inject[0]], [])
  const [cores] = tile.bypass
  const [, , asks, answers] = inject
  const [, , asked, answered] = deliver
  if (!cores || !asks || !answers || !asked || !answered) return leaveEmpty(inject.slice(2), deliver.slice(2))
  connect(cores.requestIn, asked)
  connect(cores.responseIn, answered)
  connect(answers, cores.responseOut)
  leaveEmpty([asks], [])
}

const joinAccelerator = ({ system, inject, deliver }: Joint, one: AcceleratorTile): void => {
  leaveEmpty(inject.slice(2), deliver.slice(2))
  const { logic, bufferBytes } = one
  const buffer = bufferBytes === undefined ? {} : { bufferBytes }
  const tile = instance(acceleratorTile({ ...parametersOf(system, one), logic, ...buffer }), `tile_${one.name}`)
  tile.own.drive({ chip: system.chip, mod: one.mod })
  tile.descriptor.drive(descriptorOf(one))
  connect(tile.requestIn, deliver[0])
  connect(tile.responseIn, deliver[1])
  connect(inject[0], tile.requestOut)
  connect(inject[1], tile.responseOut)
}

const joinCompute = ({ system, own, inject, deliver, between }: Joint, one: ComputeTile): void => {
  leaveEmpty(inject.slice(2), deliver.slice(2))
  const tile = instance(computeTile({ ...parametersOf(system, one), ...one.tcu }), `tile_${one.name}`)
  const core = own as Inside<typeof corePorts>
  tile.own.drive({ chip: system.chip, mod: one.mod })
  tile.descriptor.drive(descriptorOf(one))
  connect(tile.core, core.core)
  core.coreAnswer.drive(tile.coreAnswer)
  core.coreEnable.drive(tile.coreEnable)
  core.interrupts.drive(tile.interrupts)
  between(tile.requestIn, deliver[0], `${one.name}_request_in`)
  between(tile.responseIn, deliver[1], `${one.name}_response_in`)
  between(inject[0], tile.requestOut, `${one.name}_request_out`)
  between(inject[1], tile.responseOut, `${one.name}_response_out`)
}

const joinCore = ({ system, own, inject, deliver }: Joint, one: CoreTile): void => {
  const tile = instance(coreTile({ ...parametersOf(system, one), ...one.tcu }, linkOf(system, one)), `tile_${one.name}`)
  tile.own.drive({ chip: system.chip, mod: one.mod })
  tile.descriptor.drive(descriptorOf(one))
  tile.windows.forEach((window, index) => {
    const { mod, address, bytes, access } = one.windows[index] ?? noWindow
    window.drive({
      valid: bytes > 0 ? 1 : 0,
      write: access === 'readWrite' ? 1 : 0,
      target: { chip: system.chip, mod },
      address,
      bytes,
    })
  })
  const core = own as Inside<typeof corePorts & CoreLinkPorts & { readonly refused: Port<'out', typeof bit> }>
  connect(tile.core, core.core)
  core.coreAnswer.drive(tile.coreAnswer)
  core.coreEnable.drive(tile.coreEnable)
  core.interrupts.drive(tile.interrupts)
  core.refused.drive(tile.refused)
  if (tile.bus !== undefined && tile.dropped !== undefined) {
    connect(tile.bus, core.bus)
    core.dropped.drive(tile.dropped)
  }
  if (tile.asks !== undefined && tile.answers !== undefined) {
    connect(tile.asks, core.asks)
    connect(core.answers, tile.answers)
  }
  connect(tile.requestIn, deliver[0])
  connect(tile.responseIn, deliver[1])
  connect(inject[0], tile.requestOut)
  connect(inject[1], tile.responseOut)
  connect(inject[2]!, tile.bypassOut)
  connect(tile.bypassIn, deliver[3]!)
  // Nobody asks a core for anything, and it answers nobody.
  leaveEmpty([inject[3]!], [deliver[2]!])
}
