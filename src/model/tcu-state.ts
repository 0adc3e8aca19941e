/** The architectural state of one TCU and the activities it carries out. TCU section 0.4. */
import { featuresReset, printBufferWords } from '#layout'
import type { SystemDescription, TcuChoice, TileModule } from '#layout'
import { currentActivityReset } from './activities.ts'
import { CoreRequests } from './core-requests.ts'
import type { CutPacket } from './cut-packet.ts'
import { Drops } from './drops.ts'
import { FlitCounts } from './flit-counts.ts'
import type { Incoming } from './incoming.ts'
import { LocalMemory } from './memory.ts'
import { Queue } from './queue.ts'
import { choiceOf } from './tcu-choice.ts'
import type { Timer } from './timer.ts'
import type { PassedPacket } from './tcu-pmp.ts'
import { Tlb } from './tlb.ts'
import type { Transfer } from './transfer.ts'

/** An unprivileged command that was started and has not written COMMAND yet. TCU sections 2.5 and 4. */
export interface Command {
  readonly op: number
  readonly ep: number
  readonly arg0: number
  /** Latched at the start. */
  readonly dataAddress: bigint
  readonly dataSize: bigint
  readonly arg1: bigint
  readonly started: number
  /** Set by the checks when packets have to be sent. */
  transfer: Transfer | undefined
  /** READ_REQ that has not been injected yet. */
  request: bigint | undefined
  /** The checks were made and packets are on their way. */
  checked: boolean
  target: number
  /** Remote and local range of READ and WRITE. */
  remote: number
  local: number
  bytes: number
  /** Low 16 bits of the label of a message. */
  label: number
  /** A READ may take data: its request has left. */
  waiting: boolean
  /** Error code of the acknowledgement or ERROR packet; below 0 while there is none. */
  answer: number
  /** ABORT_CMD asked it to stop. TCU section 4.11. */
  aborted: boolean
  /** The end that was due when it was asked to; below 0 if none was. */
  dueBefore: number
  /** Packets of a WRITE that have begun to leave, and acknowledgements that came for them. */
  packets: number
  answers: number
  /** Bytes acknowledged by a WRITE's target, or received and stored by a READ. */
  acknowledged: number
  received: number
  stored: number
  /** SEND with limited credits: takes one at its end. */
  takesCredit: boolean
  /** A reply returned a credit before its message was acknowledged: NoC R-ORDER-1, way 1. */
  deferredCredit: boolean
  /** Cycles of the last two events that restart the send timeout. TCU section 7.9. */
  progress: number
  earlierProgress: number
}

/** A privileged command that was started and has not written PRIV_CMD yet. TCU section 5.1. */
export interface PrivilegedCommand {
  readonly op: number
  readonly arg0: bigint
  /** PRIV_CMD_ARG, latched at the start. */
  readonly argument: bigint
  readonly started: number
  /** The command that ABORT_CMD asked to stop. */
  aborting: Command | undefined
}

/** PRINT at work. TCU section 4.9. */
export interface Printing {
  readonly bytes: number
  readonly address: number
  /** Words of the buffer that were read so far, in order. */
  readonly words: bigint[]
  /** Flits that were injected. */
  sent: number
}

/** A message that found a slot. TCU section 7.6. */
export interface Reception {
  readonly ep: number
  readonly slot: number
  readonly act: number
  readonly replyEps: number
}

/** An answer to a remote read that was taken from the requests and has not left completely. TCU section 7.5. */
export type Response =
  { readonly kind: 'flit'; readonly flit: bigint } | { readonly kind: 'data'; readonly transfer: Transfer }

export interface TcuState {
  readonly index: number
  readonly module: TileModule
  /** NoC id. */
  readonly id: number
  /** Tiles without commands have only a few registers and the target side. TCU section 2.3. */
  readonly hasCommands: boolean
  readonly choice: Required<TcuChoice>
  readonly memory: LocalMemory
  readonly clockHz: number
  readonly timeIncrement: number
  readonly sendTimeoutCycles: number

  /** Low byte of FEATURES. */
  features: number
  externalCommand: bigint
  command: bigint
  dataAddress: bigint
  dataSize: bigint
  arg1: bigint
  print: bigint
  readonly eps: BigUint64Array
  readonly printBuffer: BigUint64Array
  readonly coreConfig: Uint8Array
  coreRequest: bigint
  /** Bit 0 of PRIV_CTRL. */
  privilegedControl: number
  privilegedCommand: bigint
  privilegedArgument: bigint
  currentActivity: bigint
  readonly tlb: Tlb
  timer: Timer | undefined
  readonly coreRequests: CoreRequests
  /** Packets of the core that passed PMP and have not begun to leave. */
  readonly passed: Queue<PassedPacket>

  /** FLITS_CTRL. */
  readonly flits: FlitCounts
  readonly drops: Drops
  /** FLITS_BYP. */
  readonly bypassFlits: FlitCounts

  running: Command | undefined
  privileged: PrivilegedCommand | undefined
  /** Latched value of the external command. */
  external: bigint | undefined
  printing: Printing | undefined
  reception: Reception | undefined
  /** Requests (class 0) in order of arrival; the front one is being processed. */
  readonly requests: Queue<Incoming>
  /** Read data (class 1) whose bytes have not been stored yet. */
  readonly readData: Queue<Incoming>
  /** Packets that are being delivered, per class. */
  readonly arriving: [Incoming | undefined, Incoming | undefined]
  readonly responses: Queue<Response>
  /** Answers with data that have lines left to load, in order. */
  readonly unloaded: Queue<Transfer>
  /** The answer whose last line was loaded last, and whether this TCU loads a line again for its second single flit. */
  lastLoaded: Transfer | undefined
  reloads: boolean
  readonly acknowledgements: Queue<bigint>
  /** Who is in the middle of a packet on each class's stream. */
  sending0: 'command' | 'print' | undefined
  sending1: boolean

  /** Cycle of the last TCU_RESET, first cycle in which a step may come again, and what was leaving on each class. */
  resetCycle: number
  quietUntil: number
  readonly cut: [CutPacket | undefined, CutPacket | undefined]
}

/** Registers named CORE_CFG that exist: core enable and the two interrupt lines. TCU section 2.4. */
export const coreConfigCount = 3

/** Power-up state. TCU section 2.3. */
export const createTcuState = (system: SystemDescription, index: number): TcuState => {
  const module = system.modules[index]
  if (module === undefined || module.kind === 'host')
    throw new RangeError(`module ${index} of ${system.name} has no TCU`)
  const choice = choiceOf(module)
  return {
    index,
    module,
    id: (system.chip << 8) | module.mod,
    hasCommands: module.kind !== 'memory',
    choice,
    memory: new LocalMemory(module.memoryBase, module.memoryBytes),
    clockHz: system.clockHz,
    timeIncrement: Math.floor((1000 * 1024) / (system.clockHz / 1_000_000)),
    sendTimeoutCycles: system.sendTimeoutCycles,
    features: Number(featuresReset & 7n),
    externalCommand: 0n,
    command: 0n,
    dataAddress: 0n,
    dataSize: 0n,
    arg1: 0n,
    print: 0n,
    eps: new BigUint64Array(3 * choice.endpoints),
    printBuffer: new BigUint64Array(printBufferWords),
    coreConfig: new Uint8Array(coreConfigCount),
    coreRequest: 0n,
    privilegedControl: 0,
    privilegedCommand: 0n,
    privilegedArgument: 0n,
    currentActivity: currentActivityReset,
    tlb: new Tlb(choice.tlbEntries),
    timer: undefined,
    coreRequests: new CoreRequests(),
    passed: new Queue(),
    flits: new FlitCounts(),
    drops: new Drops(),
    bypassFlits: new FlitCounts(),
    running: undefined,
    privileged: undefined,
    external: undefined,
    printing: undefined,
    reception: undefined,
    requests: new Queue(),
    readData: new Queue(),
    arriving: [undefined, undefined],
    responses: new Queue(),
    unloaded: new Queue(),
    lastLoaded: undefined,
    reloads: false,
    acknowledgements: new Queue(),
    sending0: undefined,
    sending1: false,
    resetCycle: -1,
    quietUntil: 0,
    cut: [undefined, undefined],
  }
}

/** CUR_TIME in a cycle: an accumulator of 2^-10 ns without its fraction. TCU section 2.4. */
export const timeAt = (tcu: TcuState, cycle: number): bigint => {
  const units = cycle * tcu.timeIncrement
  if (units <= Number.MAX_SAFE_INTEGER) return BigInt(Math.floor(units / 1024))
  return BigInt.asUintN(64, (BigInt(cycle) * BigInt(tcu.timeIncrement)) >> 10n)
}

/** Low 16 bits of CUR_TIME, which messages and their acknowledgements carry. TCU sections 7.6 and 7.7. */
export const stampAt = (tcu: TcuState, cycle: number): number => Number(timeAt(tcu, cycle) & 0xffffn)
