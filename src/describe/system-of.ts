/** From a planned description to the system that hardware and model are built from. NoC section 13. */
import { coreWindowBytes, memoryOffset, type CoreWindow, type SystemDescription, type SystemModule } from '#layout'
import { DescriptionError, type DescriptionFault } from './description-error.ts'
import type { PlacedModule } from './place-modules.ts'
import type { PlannedSystem } from './plan-system.ts'
import type { DescribedModule } from './schema.ts'

/**
 * The system for hardware and model.
 *
 * Rejects: DescriptionError NOC-0303 with everything that cannot be built.
 */
export const systemOf = ({ description, modules, network }: PlannedSystem): SystemDescription => {
  const faults: DescriptionFault[] = []
  const refuse = (path: string, message: string, fix: string): readonly SystemModule[] => {
    faults.push({ code: 'NOC-0303', path, message, fix })
    return []
  }
  const built = modules.flatMap((one) => builtOf(one, modules, refuse))
  if (faults.length > 0) throw new DescriptionError(faults)
  const { topology } = network.parameters
  const grid = topology.kind === 'mesh' || topology.kind === 'torus'
  return {
    name: description.name,
    chip: description.chip,
    columns: grid ? topology.columns : 8,
    rows: grid ? topology.rows : 8,
    clockHz: description.clockHz,
    sendTimeoutCycles: description.sendTimeoutCycles,
    modules: built,
    ...(description.ackBypassWrites && { ackBypassWrites: true }),
    network: network.parameters,
  }
}

type Refuse = (path: string, message: string, fix: string) => readonly SystemModule[]

/** The module of a system, none where it cannot be built. */
const builtOf = (
  { from, name, mod, path }: PlacedModule,
  modules: readonly PlacedModule[],
  refuse: Refuse,
): readonly SystemModule[] => {
  const place = { name, mod, ...(from.clockHz !== undefined && { clockHz: from.clockHz }) }
  if (!('kind' in from)) {
    const { link, bridge } = from
    const choice = bridge && present(bridge)
    return [
      { kind: 'host', ...place, ...(link !== undefined && { link }), ...(choice !== undefined && { bridge: choice }) },
    ]
  }
  switch (from.kind) {
    case 'compute': {
      const { memoryBase = memoryOffset, memoryBytes, role } = from
      return [{ kind: 'compute', ...place, memoryBase, memoryBytes, role }]
    }
    case 'core': {
      const { memoryBase = memoryOffset, memoryBytes, role, link, bus } = from
      const windows = windowsOf(from, path, modules, refuse)
      return [
        { kind: 'core', ...place, memoryBase, memoryBytes, role, link, ...(bus && { bus: present(bus) }), windows },
      ]
    }
    case 'accelerator': {
      const { logic, memoryBytes } = from
      if (logic !== undefined) return [{ kind: 'accelerator', ...place, memoryBase: memoryOffset, memoryBytes, logic }]
      return refuse(path, `the accelerator ${name} does not say what it computes`, 'add `logic`')
    }
    case 'memory': {
      const { memoryBase, memoryBytes, latency } = from
      if (!Number.isInteger(Math.log2(memoryBytes)) || memoryBytes < 4096 || memoryBase % memoryBytes !== 0)
        return refuse(
          `${path}.memoryBytes`,
          `the memory ${name} has ${memoryBytes} bytes from ${hex(memoryBase)} on`,
          'use a power of two from 4096 on, and begin at a multiple of it',
        )
      return [{ kind: 'memory', ...place, memoryBase, memoryBytes, ...(latency !== undefined && { latency }) }]
    }
    case 'dram': {
      const { memoryBase, memoryBytes, dataBits } = from
      if (memoryBytes === undefined)
        return refuse(path, `the memory ${name} does not say how large it is`, 'add `memoryBytes`')
      if (memoryBytes % 4096 !== 0 || memoryBase % 4096 !== 0 || memoryBase + memoryBytes > registersFrom)
        return refuse(
          `${path}.memoryBytes`,
          `the memory ${name} has ${memoryBytes} bytes from ${hex(memoryBase)} on`,
          `use multiples of 4096, below ${hex(registersFrom)}, where the registers of a tile begin`,
        )
      return [{ kind: 'dram', ...place, memoryBase, memoryBytes, ...(dataBits !== undefined && { dataBits }) }]
    }
    default:
      return refuse(
        `${path}.kind`,
        `a whole system is made of compute, core, accelerator and memory tiles and a host, and ${name} is of kind '${from.kind}'`,
        "take it out, use 'core' for a core with caches of its own, or put the system together from its parts",
      )
  }
}

/** From here on the addresses of a tile are its registers. NoC section 1.1. */
const registersFrom = 0xf000_0000

type DescribedCore = Extract<DescribedModule, { readonly kind: 'core' }>

const windowsOf = (
  { windows, name }: DescribedCore,
  path: string,
  modules: readonly PlacedModule[],
  refuse: Refuse,
): readonly CoreWindow[] =>
  windows.flatMap(({ memory, address, bytes, access }, index): readonly CoreWindow[] => {
    const at = `${path}.windows[${index}]`
    const target = modules.find((one) => one.name === memory)
    const kind = target && 'kind' in target.from ? target.from.kind : undefined
    if (!target || (kind !== 'memory' && kind !== 'dram')) {
      const names = memoriesOf(modules).join(', ')
      refuse(
        `${at}.memory`,
        `a window of ${name} is to ${memory}, which is no memory`,
        names === '' ? 'add a memory' : `use one of ${names}`,
      )
      return []
    }
    if (bytes > coreWindowBytes) refuse(`${at}.bytes`, `a window has ${bytes} bytes`, `use at most ${coreWindowBytes}`)
    return [{ mod: target.mod, address, bytes, access }]
  })

const memoriesOf = (modules: readonly PlacedModule[]): readonly string[] =>
  modules.flatMap(({ name, from }) =>
    'kind' in from && (from.kind === 'memory' || from.kind === 'dram') ? [name] : [],
  )

const hex = (value: number): string => `0x${value.toString(16)}`

/** The same without what nobody gave. */
const present = <T extends object>(given: T): { readonly [Key in keyof T]: Exclude<T[Key], undefined> } =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as never
