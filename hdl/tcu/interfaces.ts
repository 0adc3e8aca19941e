/** Records that travel between the units of a TCU. */
import { array, bit, oneOf, struct, uint } from '#edsl'
import { endpointBits } from '#hdl/endpoints'
import { nocId } from '#layout'

/** A request to the local memory port. */
export { memoryRequest } from '#hdl/lib'

/** What the generator chooses for a TCU. */
export interface TcuParameters {
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
})

/** Words of an endpoint. */
export const endpointWords = array(uint(64), 3)

/** The running command with the arguments that were latched at its start. Section 2.5, item 3. */
export const commandArguments = struct({
  running: bit,
  op: uint(4),
  ep: uint(16),
  arg0: uint(32),
  dataAddress: uint(64),
  dataSize: uint(64),
  arg1: uint(64),
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
