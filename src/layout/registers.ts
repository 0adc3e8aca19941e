/** The TCU's register window: offsets and bit fields. Source: TCU interface 2.0.1, sections 2.1 to 2.5. */
import { bit, struct, uint } from './shape.ts'

/** The window occupies every address whose bits [31:28] are all ones. */
export const registerWindow = 0xf000_0000

/** Number of endpoints, and id that names none. */
export const endpointCount = 128
export const noEndpoint = 0xffff

/** Offsets in bytes from the start of the window. Every register has 8 bytes. */
export const registers = Object.freeze({
  FEATURES: 0x0000,
  TILE_DESC: 0x0008,
  EXT_CMD: 0x0010,
  COMMAND: 0x0018,
  DATA_ADDR: 0x0020,
  DATA_SIZE: 0x0028,
  ARG1: 0x0030,
  CUR_TIME: 0x0038,
  PRINT: 0x0040,
  EP: 0x0048,
  PRINT_BUF: 0x0c48,
  CORE_REQ: 0x2000,
  PRIV_CTRL: 0x2008,
  PRIV_CMD: 0x2010,
  PRIV_CMD_ARG: 0x2018,
  CUR_ACT: 0x2020,
  TCU_STATUS: 0x3000,
  TCU_RESET: 0x3008,
  FLITS_CTRL: 0x3010,
  FLITS_BYP: 0x3018,
  FLITS_DROP: 0x3020,
  CORE_CFG: 0x3028,
} as const)

export const printBufferWords = 32
export const coreConfigWords = 32

/** Offset of word `word` (0..2) of endpoint `ep`. */
export const endpointRegister = (ep: number, word: number): number => registers.EP + 24 * ep + 8 * word

/** Offset of 8-byte word `index` (0..31) of the print buffer. */
export const printBufferRegister = (index: number): number => registers.PRINT_BUF + 8 * index

/** Offset of core configuration register `index` (0..31): 0 core enable, 1 and 2 the interrupt lines. */
export const coreConfigRegister = (index: number): number => registers.CORE_CFG + 8 * index

/** FEATURES at power-up: version 2.0.1, kernel = 1. */
export const featuresReset = 0x0100_0002_0000_0001n

/** FEATURES. */
export const features = struct({
  patch: uint(8),
  minor: uint(8),
  major: uint(16),
  reserved: uint(29),
  contextSwitch: bit,
  virtualMemory: bit,
  kernel: bit,
})

/** TILE_DESC; `memoryPages` counts 4-KiB pages. */
export const tileDescriptor = struct({ memoryPages: uint(36), attributes: uint(17), isa: uint(5), type: uint(6) })

export const tileTypes = Object.freeze({ compute: 0, memory: 1 } as const)

/** Attribute bits of TILE_DESC, relative to bit 11. */
export const tileAttributes = Object.freeze({
  boom: 1,
  rocket: 2,
  nic: 4,
  serial: 8,
  internalMemory: 16,
  picoRv: 64,
  aes: 128,
  hash: 256,
  cva6: 512,
} as const)

/** EXT_CMD and PRIV_CMD. */
export const externalCommand = struct({ arg: uint(55), error: uint(5), op: uint(4) })

export const externalOpcodes = Object.freeze({ idle: 0, invalidateEndpoint: 1 } as const)

/** Bits of the argument of INV_EP. Section 6.3. */
export const invalidateArgument = struct({ unused: uint(38), force: bit, ep: uint(16) })

/** COMMAND. */
export const command = struct({ reserved: uint(7), arg0: uint(32), error: uint(5), ep: uint(16), op: uint(4) })

export const opcodes = Object.freeze({
  idle: 0,
  send: 1,
  reply: 2,
  read: 3,
  write: 4,
  fetch: 5,
  acknowledge: 6,
} as const)

/** CUR_ACT. */
export const currentActivity = struct({ upper: uint(32), messages: uint(16), id: uint(16) })
export const noActivity = 0xffff

/** FLITS_CTRL and FLITS_BYP. */
export const flitCounters = struct({ transmitted: uint(32), received: uint(32) })
/** FLITS_DROP. */
export const dropCounters = struct({ erroneousPackets: uint(32), droppedFlits: uint(32) })
