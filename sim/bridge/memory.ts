// Views on the Verilog's memories, and the rule that frees them: not before the last view is gone.

import { type MemoryDescription, SimulationError } from '#sim/build'
import { type NativeLibrary, viewMemory } from './library.ts'

/** Owns the native side of one simulation. */
export interface MemoryOwner {
  /** The bytes of memory `index`. */
  view(index: number, memory: MemoryDescription): Uint8Array
  /** The simulation needs the native side no more; views that are still in use keep it. */
  close(beforeFree: () => void): void
}

interface Native {
  readonly library: NativeLibrary
  readonly id: number
  /** The simulation and the views that can still be reached. */
  users: number
}

const users = new FinalizationRegistry<Native>(leave)
const open = new Set<Native>()

/** Makes `simulation` the first user of the native simulation `id`; one that is lost without being closed is freed too. */
export function ownMemory(simulation: object, library: NativeLibrary, id: number): MemoryOwner {
  const native: Native = { library, id, users: 1 }
  const views = new Map<number, WeakRef<ArrayBuffer>>()
  const token = {}
  if (open.size === 0) process.on('exit', endAll)
  open.add(native)
  users.register(simulation, native, token)
  return { view, close }

  function view(index: number, memory: MemoryDescription): Uint8Array {
    const known = views.get(index)?.deref()
    if (known !== undefined) return new Uint8Array(known)
    checkContiguous(memory)
    const address = library.memory(id, index)
    if (address === null) throw new Error(`memory ${index} of an open simulation has no address`)
    const buffer = viewMemory(address, (memory.depth * memory.bits) / 8)
    native.users++
    users.register(buffer, native)
    views.set(index, new WeakRef(buffer))
    return new Uint8Array(buffer)
  }

  function close(beforeFree: () => void): void {
    users.unregister(token)
    library.end(id)
    beforeFree()
    leave(native)
  }
}

function leave(native: Native): void {
  if (--native.users > 0) return
  native.library.free(native.id)
  open.delete(native)
  if (open.size === 0) process.removeListener('exit', endAll)
}

// A process that ends without closing its simulations still leaves complete waveforms.
function endAll(): void {
  for (const { library, id } of open) library.end(id)
}

// Verilator keeps elements of other widths with gaps between their bytes.
function checkContiguous({ name, bits }: MemoryDescription): void {
  if (bits === 8 || bits === 16 || (bits >= 32 && bits % 32 === 0)) return
  throw new SimulationError({
    code: 'SIM-0208',
    title: `memory \`${name}\` has elements of ${bits} bits, which are not bytes in a row`,
    help: 'views are for elements of 8, 16, 32, 64 bits, or a multiple of 32 above; read others through a port',
  })
}
