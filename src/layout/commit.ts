/**
 * What a simulated TCU reports of itself: one record per architectural step.
 *
 * What the specification leaves open for hardware, model, kernel and tests is settled in docs/contract.md.
 *
 * The register unit of a TCU serves one request per cycle, so its steps are totally ordered; so are the accesses of its
 * local memory port and the flits at each network stream. Lockstep replays the records of one cycle in the order
 * `deliver`, `memory`, `commit`, `inject`: what a step reads was written by records before it.
 */
import { flitBits } from './packets.ts'
import { oneOf } from './one-of.ts'
import { bit, struct, uint } from './shape.ts'

/**
 * Steps of the register unit. Fields that a step does not name are 0.
 *
 * - `coreRead`: the core read the register at `address` (offset from the window's base) and got `data`.
 * - `coreWrite`: the core wrote `data` under `enables`; access rules and command start follow (sections 2.3, 2.5).
 * - `externalRead`, `externalWrite`: the same for the packet at the front of the request stream (section 6.1); the lanes
 *   of `data` and `enables` are already those of the register (DEV-17). `ep` is the message class of the stream, 0 or 2.
 * - `commandChecked`: all checks of the running unprivileged command were made in one atomic step, with the result `error`.
 *   FETCH_MSG and ACK_MSG take effect here, and so does REPLY's release of its slot (DEV-20). The command ends here, and
 *   COMMAND is written, unless it has packets to send: a transfer of at least one byte, a message.
 * - `commandFinished`: a command that had sent packets ended with `error`; SEND takes its credit here (section 4.3).
 * - `messageBegun`: checks 1 to 4 of a reception on endpoint `ep` (section 7.6) gave `error`; without error `data` is the slot.
 * - `messageEnded`: the reception ended with `error`: masks, positions, reply endpoint and credits are updated and the
 *   acknowledgement is due. Comes only after a `messageBegun` without error.
 * - `externalDone`: the external command ended; `data` is what EXT_CMD now holds (section 6.3).
 * - `printBegun`: PRINT takes up its work: CUR_TIME for the packet's address and the length are latched.
 * - `printWord`: word `ep` of the print buffer was read for the packet.
 * - `printEnded`: the packet has left, PRINT is 0 again.
 * - `abortRaised`: ABORT_CMD found a READ, WRITE, SEND or REPLY running and asks it to stop (section 4.11).
 * - `privilegedDone`: the privileged command ended and took effect; `data` is what PRIV_CMD now holds. INS_TLB names the entry
 *   that it wrote in `ep`: which one it replaces is the hardware's choice (section 5.3).
 * - `timerExpired`: the timer ran out and set interrupt 2 (section 5.6).
 * - `coreRequestRaised`: `data` was put into CORE_REQ, and interrupt 1 was set (section 5.5, steps 2 and 3).
 * - `coreRequestDone`: CORE_REQ is 0 again, and the request has left the queue (step 5).
 * - `pmpChecked`: the packet of the core at the front of the bypass stream was checked, with the result `error`; `ep` is the
 *   endpoint, `data` the address as the core sees it (section 5.7).
 */
export const commitKinds = oneOf(
  'coreRead',
  'coreWrite',
  'externalRead',
  'externalWrite',
  'commandChecked',
  'commandFinished',
  'messageBegun',
  'messageEnded',
  'externalDone',
  'printBegun',
  'printWord',
  'printEnded',
  'abortRaised',
  'privilegedDone',
  'timerExpired',
  'coreRequestRaised',
  'coreRequestDone',
  'pmpChecked',
)

/** One step of the register unit. */
export const commit = struct({
  kind: commitKinds,
  error: uint(5),
  ep: uint(16),
  address: uint(28),
  enables: uint(8),
  data: uint(64),
})

/**
 * Who uses the local memory port: the local command, an answer to a remote read, an incoming packet, a read's data; and in
 * a memory tile an answer to, or a packet of, the bypass traffic of cores. An accelerator stores beside the TCU.
 */
export const memoryUsers = oneOf(
  'command',
  'response',
  'receive',
  'readData',
  'bypassResponse',
  'bypassReceive',
  'accelerator',
)

/**
 * One access of the TCU to local memory: a load of, or a store to, the 16 bytes at `address` (a multiple of 16), under
 * `enables` (bit i: byte i). `data` is 0 for loads. Accesses outside of the memory do not take place and have no record.
 */
export const memoryAccess = struct({
  user: memoryUsers,
  store: bit,
  address: uint(32),
  enables: uint(16),
  data: uint(128),
})

/** One flit that crossed a module's boundary towards (`inject`) or from (`deliver`) the network, on one message class. */
export const flitCrossing = uint(flitBits)

/**
 * What the guards of a module's interface did in a cycle, a bit per message class. NoC section 10.7.
 *
 * - `stopped`: the transmit guard ends the packet of a module that was silent; flits of bsel 0x00 follow.
 * - `refused`: the receive guard fires; from the next cycle on packets may be dropped.
 * - `dropped`: a packet was forgotten, in part or as a whole.
 */
export const guardEvents = struct({ stopped: uint(4), refused: uint(4), dropped: uint(4) })

/**
 * Names of a module's probes, in replay order: `deliver` and `inject` of each message class that the network has, and `guards`.
 * Tiles without commands have them all; the host port only delivers.
 */
export const probeNames = Object.freeze([
  'deliver0',
  'deliver1',
  'deliver2',
  'deliver3',
  'memory',
  'commit',
  'inject0',
  'inject1',
  'inject2',
  'inject3',
  'guards',
] as const)
export type ProbeName = (typeof probeNames)[number]
