/**
 * What every platform has to know of a system: which module sits where, and with how much memory. Plain data, from which
 * the hardware is generated and the golden model is built. Source: NoC sections 1 and 13.
 */

import { acceleratorIsas } from './accelerator.ts'
import type { AcceleratorLogic } from './accelerator.ts'
import { encode } from './codec.ts'
import type { NetworkChoice } from './network.ts'
import { tileAttributes, tileDescriptor, tileTypes } from './registers.ts'

/** Numbers of endpoints that a TCU may be built with. */
export type EndpointCount = 8 | 16 | 32 | 64 | 128

/** What the TCU of a tile is built with. What is left out is not in the hardware: its FEATURES bits have no effect. */
export interface TcuChoice {
  /** Endpoints; larger ids name none (DEV-1), their registers read 0. @defaultValue 128 */
  readonly endpoints?: EndpointCount
  /** Translation of DATA_ADDR by a TLB. TCU section 5.3. @defaultValue false */
  readonly virtualMemory?: boolean
  /** Entries of the TLB, 1 to 32. @defaultValue 32 */
  readonly tlbEntries?: number
  /** Activities: checks, unread counts, core requests. TCU section 5.4. @defaultValue false */
  readonly contextSwitching?: boolean
  /** Checks of the core's own memory traffic by endpoints 0 to 3. TCU section 5.7. @defaultValue false */
  readonly pmp?: boolean
  /** Cycles without a flit of an incoming packet after which it ends with TIMEOUT_NOC; 0 waits for ever. TCU section 7.9. @defaultValue 0 */
  readonly receiveTimeoutCycles?: number
}

/** A module that may have a clock of its own. */
interface OwnClock {
  /** Clock of the module in hertz. @defaultValue that of the system */
  readonly clockHz?: number
}

/** A tile with a core (a program in simulation), a TCU and local memory. */
export interface ComputeTile extends OwnClock {
  readonly kind: 'compute'
  readonly name: string
  /** 8-bit module id {x3, y3, z2}. */
  readonly mod: number
  /** First address of the local memory, seen by core and network; a multiple of `bytes`. */
  readonly memoryBase: number
  /** Size of the local memory in bytes, a power of two. */
  readonly memoryBytes: number
  /** The kernel runs here. Power-up is the same on all tiles (FEATURES.kernel = 1). */
  readonly role: 'kernel' | 'user'
  /** @defaultValue 128 endpoints and nothing else */
  readonly tcu?: TcuChoice
}

/** A tile with a stream accelerator in place of a core. Services section 6.7. */
export interface AcceleratorTile extends OwnClock {
  readonly kind: 'accelerator'
  readonly name: string
  readonly mod: number
  /** First address of the local memory: the logic expects `memoryOffset`. */
  readonly memoryBase: typeof memoryOffset
  /** Size of the local memory in bytes, a power of two, at least `acceleratorLeastBytes`. */
  readonly memoryBytes: number
  readonly logic: AcceleratorLogic
  /** Bytes of the data buffer, a multiple of 256, at most 8192. @defaultValue 4096 */
  readonly bufferBytes?: number
}

/** Memory that a core reaches without commands. TCU section 5.7. */
export interface CoreWindow {
  /** 8-bit id of the memory tile. */
  readonly mod: number
  /** Address in that tile at which the window begins. */
  readonly address: number
  readonly bytes: number
  readonly access: 'read' | 'readWrite'
}

/** A compute tile whose core also reads and writes other tiles' memory by itself, in message classes C2 and C3. NoC 7.4. */
export interface CoreTile extends Omit<ComputeTile, 'kind'> {
  readonly kind: 'core'
  /** How the core's accesses come: as AXI4 through a bridge, or as flits of a bridge outside. @defaultValue 'axi' */
  readonly link?: 'axi' | 'flits'
  /** The bus of `axi`; what is not given has the defaults of `coreBridge`. */
  readonly bus?: {
    /** @defaultValue 64 */
    readonly dataBits?: 64 | 128
    /** @defaultValue 4 */
    readonly idBits?: number
    readonly reads?: 2 | 4 | 8 | 16
    readonly writes?: number
  }
  /**
   * Up to four: window i has the core's addresses from `coreWindowBase` + i * `coreWindowBytes` on, modulo 2**32. All others are
   * refused.
   */
  readonly windows: readonly CoreWindow[]
}

/** Where the first window of a core begins, and how far apart they are: those of a PMP. TCU section 5.7. */
export const coreWindowBase = 0x1000_0000
export const coreWindowBytes = 0x4000_0000

/** A tile with on-chip memory behind a TCU without commands. */
export interface MemoryTile extends OwnClock {
  readonly kind: 'memory'
  readonly name: string
  readonly mod: number
  readonly memoryBase: number
  /** A power of two. */
  readonly memoryBytes: number
  /** Cycles from an access to its line, 1 to 20. @defaultValue 1 */
  readonly latency?: number
}

/** A tile with a memory behind AXI4, which is outside of the system. NoC section 7.2. */
export interface DramTile extends OwnClock {
  readonly kind: 'dram'
  readonly name: string
  readonly mod: number
  readonly memoryBase: number
  /** A multiple of 16. */
  readonly memoryBytes: number
  /** Bits of a word of the bus. @defaultValue 128 */
  readonly dataBits?: 64 | 128
}

/** What a host bridge of a system is made with; what is not given has the defaults of `hostBridge`. */
export interface HostBridgeChoice {
  /** Frames with sequence numbers and CRC, or the flits alone, for older tools. @defaultValue 'framed' */
  readonly format?: 'framed' | 'raw'
  /** The host's packets get its id as source, or keep what the host wrote. @defaultValue 'stamped' */
  readonly sources?: 'stamped' | 'kept'
  /** Bits per second of a serial line. @defaultValue 115200 */
  readonly baud?: number
  /** Flits of each of its buffers. */
  readonly depth?: number
  /** Flits of the longest packet of the host. */
  readonly largestPacket?: number
  /** Data frames on their way at most. */
  readonly outstanding?: number
  readonly counterBits?: number
}

/** Where the host's packets enter and leave: PRINT ends here. Every id of chip 0x3F is behind it. */
export interface HostPort extends OwnClock {
  readonly kind: 'host'
  readonly name: string
  readonly mod: number
  /** Streams of flits, or a bridge behind a serial line, or behind UDP payloads. @defaultValue 'flits' */
  readonly link?: 'flits' | 'uart' | 'datagrams'
  readonly bridge?: HostBridgeChoice
}

export type SystemModule = ComputeTile | CoreTile | AcceleratorTile | MemoryTile | DramTile | HostPort

/** Modules with a TCU and local memory. */
export type TileModule = Exclude<SystemModule, HostPort>

export interface SystemDescription {
  readonly name: string
  /** Chip id, 6 bits. */
  readonly chip: number
  readonly columns: number
  readonly rows: number
  /** Clock in hertz: CUR_TIME counts nanoseconds. */
  readonly clockHz: number
  /** Cycles without acknowledgement or answer after which a command ends with TIMEOUT_NOC; 0 waits for ever. TCU 7.9. */
  readonly sendTimeoutCycles: number
  readonly modules: readonly SystemModule[]
  /** Memory tiles tell cores that their writes are stored (mode 0xD). NoC section 7.4. @defaultValue false */
  readonly ackBypassWrites?: boolean
  /** The network, where it is not the default: a mesh of `columns` x `rows`. NoC section 10.1. */
  readonly network?: NetworkChoice | undefined
}

export const memoryOffset = 0x1000_0000

/**
 * The value of TILE_DESC: SPM compute tiles have no ISA (programs are not machine code), accelerators that of their logic.
 * TCU section 2.4, kernel section 1.3.
 */
export const descriptorOf = (module: TileModule): bigint => {
  const isa = module.kind === 'accelerator' ? acceleratorIsas[module.logic] : 0
  const hashes = module.kind === 'accelerator' && module.logic === 'sha3'
  return encode(tileDescriptor, {
    memoryPages: BigInt(module.memoryBytes / 4096),
    attributes: tileAttributes.internalMemory | (hashes ? tileAttributes.hash : 0),
    isa,
    type: module.kind === 'memory' || module.kind === 'dram' ? tileTypes.memory : tileTypes.compute,
  })
}

/**
 * The default system: a 2x2 star-mesh with a kernel tile, three user tiles, a memory tile and the host port. The ids are
 * those of the reference system of NoC section 1.2.
 */
export const defaultSystem: SystemDescription = Object.freeze({
  name: 'soc_2x2',
  chip: 0,
  columns: 2,
  rows: 2,
  clockHz: 100_000_000,
  sendTimeoutCycles: 200_000_000,
  modules: Object.freeze([
    { kind: 'compute', name: 'kernel', mod: 0x06, memoryBase: memoryOffset, memoryBytes: 256 * 1024, role: 'kernel' },
    { kind: 'compute', name: 'user1', mod: 0x25, memoryBase: memoryOffset, memoryBytes: 256 * 1024, role: 'user' },
    { kind: 'compute', name: 'user2', mod: 0x00, memoryBase: memoryOffset, memoryBytes: 256 * 1024, role: 'user' },
    { kind: 'compute', name: 'user3', mod: 0x20, memoryBase: memoryOffset, memoryBytes: 256 * 1024, role: 'user' },
    { kind: 'memory', name: 'memory', mod: 0x24, memoryBase: 0, memoryBytes: 1024 * 1024 },
    { kind: 'host', name: 'host', mod: 0x05 },
  ] as const),
})
