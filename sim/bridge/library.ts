// Loads simulators into the process and gives their functions types.

import koffi from 'koffi'

/** The functions of a simulator. A `Simulation` is known to them by a number. */
export interface NativeLibrary {
  readonly open: (
    block: ArrayBuffer,
    recordCycle: ArrayBuffer,
    recordProbe: ArrayBuffer,
    recordEnd: ArrayBuffer,
    recordWords: ArrayBuffer,
    recordCapacity: number,
    wordCapacity: number,
    seed: number,
  ) => number
  readonly openText: () => string
  readonly step: (id: number, cycles: number) => number
  readonly run: (id: number, set: number, cycles: number) => number
  /** Edges of the clocks in a mask; 0 edges to follow the inputs. */
  readonly edges: (id: number, mask: number, count: number) => number
  /** Whether watched signal `index` is there. */
  readonly watched: (id: number, index: number) => number
  readonly triggers: (id: number, block: ArrayBuffer, count: number) => number
  readonly drained: (id: number) => void
  /** Address of a memory; null when the simulation is closed. */
  readonly memory: (id: number, index: number) => bigint | null
  readonly text: (id: number, which: number) => string
  readonly trace: (id: number, file: string | null) => number
  /** Ends the simulation; its memories stay. */
  readonly end: (id: number) => void
  /** Frees what an ended simulation still has. */
  readonly free: (id: number) => void
}

/** Most cycles that one native call takes. */
export const mostCyclesPerCall = 0xffff_ffff

const loaded = new Map<string, NativeLibrary>()

/** Loads the shared library `path`, once per process: simulators stay loaded until the process ends. */
export function loadLibrary(path: string): NativeLibrary {
  const known = loaded.get(path)
  if (known !== undefined) return known

  enlargeStack()
  const library = koffi.load(path)
  const block = 'void *'
  const word = 'uint32_t'
  const openArguments = [block, block, block, block, block, word, word, 'int32_t']
  const native: NativeLibrary = {
    open: library.func('tessera_open', 'int32_t', openArguments),
    openText: library.func('tessera_open_text', 'str', []),
    step: library.func('tessera_step', 'int32_t', [word, word]),
    run: library.func('tessera_run', 'int32_t', [word, word, word]),
    edges: library.func('tessera_edges', 'int32_t', [word, word, word]),
    watched: library.func('tessera_watched', 'int32_t', [word, word]),
    triggers: library.func('tessera_triggers', 'int32_t', [word, block, word]),
    drained: library.func('tessera_drained', 'void', [word]),
    memory: library.func('tessera_memory', 'void *', [word, word]),
    text: library.func('tessera_text', 'str', [word, word]),
    trace: library.func('tessera_trace', 'int32_t', [word, 'str']),
    end: library.func('tessera_end', 'void', [word]),
    free: library.func('tessera_free', 'void', [word]),
  }
  loaded.set(path, native)
  return native
}

/** JavaScript's view on native memory. */
export function viewMemory(address: bigint, bytes: number): ArrayBuffer {
  return koffi.view(address, bytes)
}

// Verilated code of a large design uses more stack than a call across the border gets by default. The size can only
// be changed before the first library is loaded; when somebody loaded one, theirs has to do.
function enlargeStack(): void {
  if (loaded.size > 0) return
  try {
    koffi.config({ sync_stack_size: 8 * 1024 * 1024 })
  } catch {
    // Fixed already.
  }
}
