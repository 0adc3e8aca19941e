/** What the kernel finds out about its machine before it starts anybody. Source: kernel section 4.2. */
import { isMemoryTile, parseGlobalAddress } from './addresses.ts'
import type { GlobalAddress } from './addresses.ts'
import { decodeKernelInfo, encodeRootInfo, infoSize } from './boot-info.ts'
import type { BootModule, KernelInfo, MemoryArea } from './boot-info.ts'
import type { BootEnvironment } from './environment.ts'
import type { KernelState } from './kernel-state.ts'
import { defaultKernelMemoryBytes, fixedKernelMemoryBytes, muxEps, pageBytes, rootMemoryBytes } from './numbers.ts'
import { TileState } from './tile-state.ts'

/** Boot modules, memory that is left, and where root can read about both. */
export interface Machine {
  readonly environment: BootEnvironment
  readonly modules: readonly BootModule[]
  /** Pools for root: what is occupied already first, then free memory. */
  readonly memories: readonly MemoryArea[]
  /** The boot information block as root sees it. */
  readonly info: { readonly address: GlobalAddress; readonly bytes: number }
  /** Kernel memory that root and everybody below it may use up. */
  readonly kernelMemoryBytes: number
}

/**
 * Reads the kernel environment, registers all user tiles, and writes root's view of the environment back.
 *
 * Rejects: RangeError when the command line or the memory does not allow for a system.
 */
export const readMachine = async (kernel: KernelState, environment: BootEnvironment): Promise<Machine> => {
  const place = parseGlobalAddress(environment.kernelEnvironment)
  if (place === undefined) throw new RangeError('the boot environment names no kernel environment')
  const { info, bytes } = await readInfo(kernel, place)
  const records = environment.tiles
    .map((id, index) => ({ id, descriptor: info.descriptors[index] ?? 0n }))
    .filter(({ id, descriptor }) => id !== kernel.tile && !isMemoryTile(descriptor))
  for (const { id, descriptor } of records)
    kernel.tiles.set(id, new TileState(id, descriptor, kernel.queues.create(sideCallsOf(id))))

  const kernelBytes = kernelMemoryArgument(environment.args)
  const memories = pools(info, kernelBytes)
  const view = encodeRootInfo({ modules: info.modules, tiles: records, memories })
  if (view.length > Math.ceil(bytes / pageBytes) * pageBytes)
    throw new RangeError("root's view of the boot information does not fit its page")
  await kernel.remote.write(place.tile, place.offset, view)
  return {
    environment,
    modules: info.modules,
    memories,
    info: { address: place, bytes: view.length },
    kernelMemoryBytes: kernelBytes - fixedKernelMemoryBytes,
  }
}

/** Where the multiplexer of a tile takes side calls. */
const sideCallsOf = (tile: number) => () => ({ tile, ep: muxEps.sideCalls })

const readInfo = async (
  kernel: KernelState,
  { tile, offset }: GlobalAddress,
): Promise<{ info: KernelInfo; bytes: number }> => {
  const bytes = infoSize(await kernel.remote.read(tile, offset, 32), 8)
  return { info: decodeKernelInfo(await kernel.remote.read(tile, offset, bytes)), bytes }
}

/** First memory tile, ascending: occupied, kernel, root, free. Others are free. Kernel section 4.2, item 2. */
const pools = ({ memories }: KernelInfo, kernelBytes: number): readonly MemoryArea[] => {
  const [first, ...others] = memories
  if (first === undefined) throw new RangeError('the machine has no memory tile')
  const { tile, offset } = first.address
  const taken = kernelBytes + rootMemoryBytes
  if (first.bytes <= taken) throw new RangeError('the memory behind the boot modules is too small for kernel and root')
  return [
    { address: { tile, offset: 0n }, bytes: Number(offset), reserved: true },
    { address: { tile, offset: offset + BigInt(taken) }, bytes: first.bytes - taken, reserved: false },
    ...others,
  ]
}

/**
 * Kernel memory that a command line asks for: `-m <size>`, with suffix k, m or g. Kernel section 4.1.
 *
 * Rejects: RangeError.
 */
export const kernelMemoryArgument = (args: readonly string[]): number => {
  const at = args.indexOf('-m')
  if (at === -1) return defaultKernelMemoryBytes
  const match = /^(\d+)([kmg]?)$/.exec(args[at + 1] ?? '')
  if (match === null) throw new RangeError(`the kernel's argument -m wants a size, not '${args[at + 1] ?? ''}'`)
  const bytes = Number(match[1]) * { '': 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30 }[match[2] as '' | 'k' | 'm' | 'g']
  if (bytes <= fixedKernelMemoryBytes || bytes % pageBytes !== 0)
    throw new RangeError(`the kernel needs whole pages above ${fixedKernelMemoryBytes} bytes, not ${bytes}`)
  return bytes
}
