/** Numbers of this kernel: sizes, endpoint plans and addresses for TCU 2.0.1. The same table, with reasons, is docs/kernel-numbers.md. */
import { endpointCount, memoryOffset } from '#layout'

/** Activities in the system; each owns one slot of the system-call endpoint. Kernel section 3.1. */
export const maxActivities = 32
/** Slots of a receive buffer. Kernel section 0.3, FPGA value. */
export const maxReceiveSlots = 32
/** Kernel-initiated requests outstanding at once. Kernel section 0.3. */
export const maxPendingMessages = 4
/** Requests that wait in one queue; hints to a multiplexer have to leave room for requests that matter. */
export const maxWaitingRequests = 64
export const maxWaitingHints = 16
/**
 * Nanoseconds that a multiplexer (its time slice) and a service have for an answer, after which a receiver without room is
 * tried again, and for which the slot of an answer that was given up stays reserved.
 */
export const requestTimes = Object.freeze({
  sideCall: 1_000_000n,
  service: 10_000_000n,
  retry: 20_000n,
  quarantine: 20_000n,
})
/** Argument words of an exchange with a service. Kernel section 0.3. */
export const maxExchangeArgs = 8
/** Activities named by one act_wait. Kernel section 0.3. */
export const maxWaitActivities = 32

/** Selectors that every table has, and the one that names nothing. Kernel section 0.3. */
export const selectors = Object.freeze({ tile: 0n, kernelMemory: 1n, activity: 2n, firstFree: 3n, invalid: 0xffffn })

/** Endpoints of every tile for the protection of its memory. Kernel section 0.3, PMEM_PROT_EPS. */
export const protectionEps = 4
/** First endpoint that activities can own, and the number of standard endpoints of each. Kernel section 0.3. */
export const firstUserEp = 8
export const standardEpCount = 7

/** Endpoints of the kernel tile. Kernel section 3.1. */
export const kernelEps = Object.freeze({ systemCalls: 4, replies: 5, scratch: 6, muxCalls: 7 })

/** Slots, slot size (as order) and first reply endpoint of the kernel's receive endpoints. Kernel section 3.1. */
export const kernelBuffers = Object.freeze({
  systemCalls: { slots: maxActivities, slotOrder: 9, replyEps: 8 },
  replies: { slots: maxPendingMessages, slotOrder: 8, replyEps: 40 },
  muxCalls: { slots: maxActivities, slotOrder: 7, replyEps: 44 },
})

/** Endpoints of every user tile that belong to its multiplexer. Kernel section 3.2. */
export const muxEps = Object.freeze({ toKernel: 4, kernelReplies: 5, sideCalls: 6, sideCallReply: 7 })

/** Standard endpoints of an activity, relative to its first. Kernel section 3.2. */
export const standardEps = Object.freeze({
  systemCall: 0,
  systemCallReply: 1,
  upcall: 2,
  upcallReply: 3,
  defaultReply: 4,
  pagerSend: 5,
  pagerReply: 6,
})

/** Slot sizes, as orders. Kernel section 0.3. */
export const bufferOrders = Object.freeze({ systemCall: 9, upcall: 7, default: 8, muxCall: 6, sideCall: 7, serial: 6 })

/** Where the standard receive buffers of an activity lie, relative to their page. Kernel section 3.2. */
export const standardBuffers = Object.freeze({ systemCallReply: 0, upcall: 512, defaultReply: 640 })

export const pageBytes = 4096
/** Environment block of every tile. Kernel section 0.3. */
export const environmentStart = memoryOffset + 0x1000
export const environmentBytes = 4096
/** The multiplexer's receive buffers, one page. Kernel section 0.3. */
export const muxBuffers = environmentStart + environmentBytes
/** Where the image of a program starts; the multiplexer's lies at the start of the memory. */
export const programStart = memoryOffset + 0x3000
/** Receive buffers at the end of a scratchpad: one standard page, then those of the program. Kernel section 0.3. */
const standardBufferBytes = 0x1000
const userBufferBytes = 0xe000
/** Upper bound, exclusive, of memory gates over a scratchpad. Kernel section 0.3. */
export const memoryGateEnd = 0xd000_0000n

/** First address of the standard receive buffers on a tile with `memoryBytes` of scratchpad. Kernel section 0.3. */
export const standardBufferStart = (memoryBytes: number): number =>
  memoryOffset + memoryBytes - (userBufferBytes + standardBufferBytes)

/** What the kernel uses of its own tile's memory, beside the environment block. */
export const kernelMemory = Object.freeze({
  /** Messages that the kernel sends. */
  messages: memoryOffset + 0x3000,
  /** Data of remote reads and writes, one page. */
  scratch: memoryOffset + 0x4000,
  /** Receive buffers, contiguous: 16 KiB, 1 KiB and 4 KiB. */
  buffers: memoryOffset + 0x8000,
})

/** Kernel memory charged for a capability and for the objects behind it. Kernel section 1.5. */
export const charges = Object.freeze({
  capability: 144,
  object: Object.freeze({
    rgate: 80,
    sgate: 80,
    mgate: 80,
    ep: 80,
    kmem: 80,
    semaphore: 80,
    serv: 80,
    sess: 80,
    tile: 160,
    activity: 576,
  }),
})

/** Kernel memory when the command line does not say otherwise (`-m`), and what the kernel keeps of it. */
export const defaultKernelMemoryBytes = 256 * 1024
export const fixedKernelMemoryBytes = 64 * 1024
/** Pool of root. Kernel section 4.2. */
export const rootMemoryBytes = 64 * 1024

export const tileEpCount = endpointCount
