// The kernel
export { kernelTileProgram, runKernel } from './kernel.ts'
export type { KernelObserver } from './kernel.ts'
export { load, nocIdOf, tilesOf } from './loader.ts'
export type { BootFiles, ModuleFile } from './loader.ts'
export { kernelMemoryArgument } from './machine.ts'

// Who can affect whom
export { influences } from './influence.ts'
export type { Influence, InfluenceKind } from './influence.ts'

// Talking to it
export { Tcu } from './tcu.ts'
export type { Message } from './tcu.ts'
export {
  activityOperations,
  decodeFields,
  encodeFields,
  encodeRequest,
  semaphoreOperations,
  systemCalls,
} from './system-calls.ts'
export type { FieldCodecs, Received, Sent, SystemCall } from './system-calls.ts'
export { activityControls, encodeSideCall, exitCall, sideCallReply, sideCalls } from './side-calls.ts'
export { serviceRequests } from './service-requests.ts'
export { upcalls } from './upcalls.ts'
export { CallError, codeName, codes } from './errors.ts'

// Messages
export { Malformed, WordReader, WordWriter } from './words.ts'
export { selectorRange, text, word, words } from './codecs.ts'
export type { Codec } from './codecs.ts'

// What programs find when they start
export { decodeEnvironment, encodeEnvironment } from './environment.ts'
export type { ActivityEnvironment, BootEnvironment } from './environment.ts'
export { decodeRootInfo, infoSize } from './boot-info.ts'
export type { RootInfo } from './boot-info.ts'

// Numbers
export {
  bufferOrders,
  environmentBytes,
  environmentStart,
  maxActivities,
  muxBuffers,
  muxEps,
  pageBytes,
  programStart,
  selectors,
  standardBufferStart,
  standardBuffers,
  standardEps,
} from './numbers.ts'
