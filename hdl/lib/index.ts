// Queues
export { fifo } from './fifo.ts'
export type { Level, LevelPorts, QueuePorts } from './fifo.ts'
export { blockFifo } from './block-fifo.ts'
export { flowFifo } from './flow-fifo.ts'
export { registerSlice } from './register-slice.ts'
export type { Cut } from './register-slice.ts'

// Choosing
export { fixedPriority } from './fixed-priority.ts'
export { roundRobin } from './round-robin.ts'
export { weighted } from './weighted.ts'

// Streams into one, and into several
export { packetMerge, restartablePacketMerge } from './packet-merge.ts'
export { streamArbiter } from './stream-arbiter.ts'
export type { Policy, Together } from './stream-arbiter.ts'
export { fork } from './fork.ts'
export { join } from './join.ts'
export type { JoinedPorts } from './join.ts'
export { streamDemux, streamMux } from './stream-mux.ts'
export { filter, filtered, mapped, through } from './stream-helpers.ts'

// Packets and widths
export {
  burstByteCount,
  burstHasBytes,
  bytesOfBurstLine,
  isRun,
  lanesOfBurstLine,
  lowestLane,
  onesOf,
} from './lanes.ts'
export { framed, framedWord, framer } from './framing.ts'
export { narrow, widen } from './width.ts'

// Credits
export { creditLink, creditReceiver, creditSender, linkWord } from './credits.ts'

// From one clock to another
export { asyncFifo } from './async-fifo.ts'
export { handshakeCrossing } from './handshake-crossing.ts'
export { pulseCrossing } from './pulse-crossing.ts'
export { resetSynchroniser } from './reset-synchroniser.ts'
export { synchronised, synchroniser } from './synchroniser.ts'
export { fromGray, toGray } from './gray.ts'

// Properties
export { offerStays } from './stream-rules.ts'

// Memories
export { memoryRequest } from './memory-request.ts'

// Registers
export { registerBank } from './register-bank.ts'
export type { Bank, BankAccess, BankRegister } from './register-bank.ts'

// Naming modules after their parameters
export { shapeName } from './shape-name.ts'
