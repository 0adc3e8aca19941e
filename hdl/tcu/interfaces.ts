/** Records that travel between the units of a TCU. */
import { array, bit, oneOf, struct, uint } from '#edsl'
import { endpointBits } from '#hdl/endpoints'
import { nocId, type TcuChoice } from '#layout'
import { choiceName } from './choice.ts'
import { translation } from './tlb.ts'

/** A request to the local memory port. */
export { memoryRequest } from '#hdl/lib'

/** What the generator chooses for a TCU: where it is, and what it is built with. */
export interface TcuParameters extends TcuChoice {
  /** First address of local memory, a multiple of its size. */
  readonly memoryBase: number
  /** Size of local memory in bytes, a power of two. */
  readonly memoryBytes: number
  /** Clock in hertz, for CUR_TIME. */
  readonly clockHz: number
  /** Cycles without an answer after which a command ends with TIMEOUT_NOC; 0 waits for ever. Section 7.9. */
  readonly sendTimeoutCycles: number
}

/** How the memory of a TCU is called in the names of modules that know its range: `256k_at_10000000`. */
export const rangeName = ({ memoryBase, memoryBytes }: Pick<TcuParameters, 'memoryBase' | 'memoryBytes'>): string =>
  `${memoryBytes / 1024}k${memoryBase === 0 ? '' : `_at_${memoryBase.toString(16)}`}`

/** The same for modules that also know what the TCU is built with: `256k_at_10000000_vm_ctxsw`. */
export const tcuName = (parameters: Pick<TcuParameters, 'memoryBase' | 'memoryBytes'> & TcuChoice): string =>
  `${rangeName(parameters)}${choiceName(parameters)}`

/** How the clock of a TCU is called in the names of modules that know it; nothing for the usual one of 100 MHz. */
export const clockName = ({ clockHz }: Pick<TcuParameters, 'clockHz'>): string =>
  clockHz === 100_000_000 ? '' : `_${clockHz}hz`

/** One access to the register window: `address` is the offset from the window's base. */
export const registerAccess = struct({ write: bit, address: uint(28), enables: uint(8), data: uint(64) })

/** What the core gets back: one cycle per access, `data` is 0 for writes. */
export const registerAnswer = struct({ valid: bit, data: uint(64) })

/**
 * A unit's turn at the endpoints: reads endpoint `ep` in the cycle in which it is granted, and writes the words named by
 * `write` (bit k: word k) at the end of it. `hold` keeps the turn for the next cycle.
 */
export const endpointRequest = struct({
  valid: bit,
  hold: bit,
  ep: uint(endpointBits),
  write: uint(3),
  data: array(uint(64), 3),
  /** What becomes of the unread messages of the current activity, with a grant: one more, of `act`, or one less. Section 5.4. */
  unread: oneOf('stays', 'added', 'taken'),
  act: uint(16),
  /** The grant may add a message of `act`: it waits for room in the queue of core requests if that is another activity. */
  adds: bit,
})

/** A request that does nothing. */
export const noRequest = {
  ...{ valid: 0, hold: 0, ep: 0, write: 0, data: [0, 0, 0] },
  ...{ unread: 'stays' as const, act: 0, adds: 0 },
} as const

/** Words of an endpoint. */
export const endpointWords = array(uint(64), 3)

/** What the privileged interface has to do with a command; a TCU without it does not read this. */
export const privileges = struct({
  /** FEATURES.vm and FEATURES.ctxsw, where the TCU is built for them. */
  translates: bit,
  byActivity: bit,
  /** CUR_ACT.id, and whether CUR_ACT.msgs is not 0. */
  activity: uint(16),
  anyUnread: bit,
  /** What the TLB has for the command's page, two cycles after its turn began. */
  found: translation,
  /** ABORT_CMD asks the command to stop. */
  aborts: bit,
})

/** The running command with the arguments that were latched at its start. Section 2.5, item 3. */
export const commandArguments = struct({
  running: bit,
  op: uint(4),
  ep: uint(16),
  arg0: uint(32),
  dataAddress: uint(64),
  dataSize: uint(64),
  arg1: uint(64),
  privileges,
})

/** How a command ends. */
export const commandEnd = struct({ valid: bit, error: uint(5), setsArg1: bit, arg1: uint(64) })

/** What the command unit waits for. */
export const expectation = struct({
  kind: oneOf('nothing', 'messageAck', 'writeAcks', 'readData'),
  target: nocId,
  /** Low 16 bits of the message label. */
  label: uint(16),
  /** Remote address of a WRITE. */
  remote: uint(32),
  /** Local address of a READ. */
  local: uint(32),
  /** Bytes to be acknowledged or received. */
  size: uint(32),
  /** Data of a READ are no longer stored. */
  discards: bit,
})

/** What came back: `progress` in the cycle of an acceptable packet, `complete` with the result once it is all there. */
export const answer = struct({ progress: bit, complete: bit, error: uint(5) })

/** Data to be sent from local memory, a message, or a single flit with the low half of `header01` as its data. */
export const sendJob = struct({
  mode: uint(4),
  target: nocId,
  /** `address` field of the (first) head: where the first byte goes, or endpoint and time of a message. */
  remote: uint(32),
  local: uint(32),
  /** Bytes from local memory. */
  size: uint(32),
  message: bit,
  immediate: bit,
  header01: uint(128),
  header23: uint(128),
})

/**
 * A remote read that waits for its answer. Registers were read on arrival: `value` is the answer. `refused` when the range is
 * not in local memory.
 */
export const readJob = struct({
  source: nocId,
  address: uint(32),
  size: uint(32),
  returnAddress: uint(32),
  register: bit,
  refused: bit,
  value: uint(64),
})

/** Counts of one cycle, for the flit counters. */
export const dropEvent = struct({ flits: bit, packet: bit })

/** One line on its way into local memory. */
export const storeLine = struct({
  first: bit,
  last: bit,
  /** With `first`: where the byte of lane 0 goes, or would go. */
  origin: uint(32),
  enables: uint(16),
  data: uint(128),
})
