// Storage
export { endpointBits, endpointFile } from './endpoint-file.ts'

// Endpoint words as fields
export {
  asMemory,
  asReceive,
  asSend,
  exists,
  firstFrom,
  invalidated,
  isType,
  replyRange,
  searchStart,
  slotMask,
} from './views.ts'
export type { MemoryView, ReceiveView, ReceiveWord0, SendView, Words } from './views.ts'
