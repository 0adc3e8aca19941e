/** The TCU's register window: offsets and bit fields. Source: TCU interface 2.0.1, sections 2.1 to 2.5. */
import { registerMap } from './register-map.ts'
import { bit, struct, uint } from './shape.ts'

/** The window occupies every address whose bits [31:28] are all ones. */
export const registerWindow = 0xf000_0000

/** Number of endpoints, and id that names none. */
export const endpointCount = 128
export const noEndpoint = 0xffff

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

/** EXT_CMD and PRIV_CMD; sections 2.4, 5.1 and 6.3. */
export const externalCommand = struct({ arg: uint(55), error: uint(5), op: uint(4) })

export const externalOpcodes = Object.freeze({ idle: 0, invalidateEndpoint: 1 } as const)

/** Bits of the argument of INV_EP. Section 6.3. */
export const invalidateArgument = struct({ unused: uint(38), force: bit, ep: uint(16) })

/** PRIV_CMD. Section 5.1. */
export const privilegedOpcodes = Object.freeze({
  idle: 0,
  invalidatePage: 1,
  invalidateTlb: 2,
  insertPage: 3,
  exchangeActivity: 4,
  setTimer: 5,
  abortCommand: 6,
} as const)

/** Argument of INS_TLB, of which INV_PAGE uses the activity's place 32 bits lower. Section 5.1. */
export const insertArgument = struct({
  unused: uint(7),
  act: uint(16),
  physicalPage: uint(20),
  zero: uint(9),
  flags: uint(3),
})

/** Bits of the flags of a TLB entry. Section 5.1. */
export const translationFlags = Object.freeze({ read: 1, write: 2, fixed: 4 } as const)

/** Bytes of a page: 2 to the power of this. Section 5.3. */
export const pageOrder = 12

/** What CORE_REQ says in bits [2:0]. Section 2.4. */
export const coreRequestTypes = Object.freeze({ idle: 0, response: 1, foreignMessage: 2, pmpFailure: 3 } as const)
export const foreignMessageRequest = struct({ act: uint(16), unused: uint(29), ep: uint(16), type: uint(3) })
export const pmpFailureRequest = struct({
  address: uint(32),
  unused: uint(23),
  error: uint(5),
  write: bit,
  type: uint(3),
})

/** Requests to the core that wait at most. Section 5.5. */
export const coreRequestQueue = 8

/** First address that PMP endpoint 0 covers, and the bytes that each of the four covers: 2 to the power of this. Section 5.7. */
export const pmpBase = 0x1000_0000
export const pmpWindowOrder = 30

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

const word = uint(64)
const byCore = { core: 'read-write', external: 'read' } as const
const byNetwork = { core: 'read', external: 'read-write' } as const

/**
 * All registers of a TCU. `core` is software on the tile, `external` a packet from the network. A core whose FEATURES.kernel is 1
 * also writes EP. Page 2, from CORE_REQ to CUR_ACT, is only in TCUs with virtual memory or context switching, and is only
 * written while FEATURES.virtualMemory or FEATURES.contextSwitch is 1 (CUR_ACT: the latter); FLITS_BYP is only in those with
 * PMP. What a TCU does not have reads 0. Source: TCU interface 2.0.1, sections 2.2 and 2.3.
 */
export const tcuRegisters = registerMap({
  name: 'tcu',
  wordBytes: 8,
  base: registerWindow,
  sides: ['core', 'external'],
  registers: {
    FEATURES: {
      at: 0x0000,
      shape: features,
      access: byNetwork,
      reset: featuresReset,
      doc: 'Feature switches, version.',
    },
    TILE_DESC: { at: 0x0008, shape: tileDescriptor, access: 'read', doc: 'What the tile is.' },
    EXT_CMD: { at: 0x0010, shape: externalCommand, access: byNetwork, reset: 0n, doc: 'External command.' },
    COMMAND: { at: 0x0018, shape: command, access: byCore, reset: 0n, doc: 'Unprivileged command.' },
    DATA_ADDR: { at: 0x0020, shape: word, access: byCore, reset: 0n, doc: 'Address of the local buffer in bytes.' },
    DATA_SIZE: { at: 0x0028, shape: word, access: byCore, reset: 0n, doc: 'Size of the local buffer in bytes.' },
    ARG1: { at: 0x0030, shape: word, access: byCore, reset: 0n, doc: 'Second argument, or result.' },
    CUR_TIME: { at: 0x0038, shape: word, access: 'read', reset: 0n, doc: 'Nanoseconds since reset.' },
    PRINT: { at: 0x0040, shape: word, access: byCore, reset: 0n, doc: 'Number of bytes to print.' },
    EP: { at: 0x0048, shape: word, access: byNetwork, count: 3 * endpointCount, doc: 'Endpoints, three words each.' },
    PRINT_BUF: { at: 0x0c48, shape: word, access: byCore, count: printBufferWords, doc: 'Text to print.' },
    CORE_REQ: { at: 0x2000, shape: word, access: 'read-write', reset: 0n, doc: 'Request to the core.' },
    PRIV_CTRL: { at: 0x2008, shape: word, access: 'read-write', reset: 0n, doc: 'Bit 0: report PMP failures.' },
    PRIV_CMD: { at: 0x2010, shape: externalCommand, access: 'read-write', reset: 0n, doc: 'Privileged command.' },
    PRIV_CMD_ARG: { at: 0x2018, shape: word, access: 'read-write', reset: 0n, doc: 'Its second argument, or result.' },
    CUR_ACT: {
      at: 0x2020,
      shape: currentActivity,
      access: 'read-write',
      reset: BigInt(noActivity),
      doc: 'Current activity and its unread messages.',
    },
    TCU_STATUS: { at: 0x3000, shape: word, access: 'read', doc: 'Bit 16: a command is running.' },
    TCU_RESET: {
      at: 0x3008,
      shape: word,
      access: { core: 'none', external: 'write' },
      doc: 'Any write resets the TCU.',
    },
    FLITS_CTRL: { at: 0x3010, shape: flitCounters, access: 'read', reset: 0n, doc: 'Flits of commands and messages.' },
    FLITS_BYP: { at: 0x3018, shape: flitCounters, access: 'read', reset: 0n, doc: 'Flits of the bypass.' },
    FLITS_DROP: { at: 0x3020, shape: dropCounters, access: 'read', reset: 0n, doc: 'Dropped packets and flits.' },
    CORE_CFG: {
      at: 0x3028,
      shape: word,
      access: 'read-write',
      count: coreConfigWords,
      reset: 0n,
      doc: 'Core enable, interrupts 1 and 2; the others are 0.',
    },
  },
})

/** Offsets in bytes from the start of the window. Every register has 8 bytes. */
export const registers = Object.freeze(
  Object.fromEntries(Object.entries(tcuRegisters.registers).map(([name, { at }]) => [name, at])),
) as { readonly [Name in keyof typeof tcuRegisters.registers]: (typeof tcuRegisters.registers)[Name]['at'] }
