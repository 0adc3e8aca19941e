// Shapes and their plain values
export { array, bit, bitsFor, sint, struct, uint } from './shape.ts'
export { oneOf } from './one-of.ts'
export { none, union } from './union.ts'
export type {
  ArrayShape,
  Fields,
  LeafShape,
  NoneShape,
  OneOfShape,
  Plain,
  Shape,
  SIntShape,
  StructShape,
  UIntShape,
  UnionShape,
  Variants,
} from './shape.ts'
export type { Add } from './width-types.ts'
export { decode, encode, field, withField } from './codec.ts'
export { show } from './show.ts'
export { isVerilogName } from './verilog-name.ts'

// Register maps
export { accessOf, mapBytes, offsetOf, registerMap } from './register-map.ts'
export type { Access, RegisterDescription, RegisterMap, Registers } from './register-map.ts'
export { registerAccessors } from './register-access.ts'
export type { RegisterAccessor, RegisterAccessors, RegisterBus } from './register-access.ts'

// TCU registers
export {
  command,
  coreConfigRegister,
  coreConfigWords,
  coreRequestQueue,
  coreRequestTypes,
  currentActivity,
  dropCounters,
  endpointCount,
  endpointRegister,
  externalCommand,
  externalOpcodes,
  features,
  featuresReset,
  flitCounters,
  foreignMessageRequest,
  insertArgument,
  invalidateArgument,
  noActivity,
  noEndpoint,
  opcodes,
  pageOrder,
  pmpBase,
  pmpFailureRequest,
  pmpWindowOrder,
  printBufferRegister,
  printBufferWords,
  privilegedOpcodes,
  registers,
  registerWindow,
  tcuRegisters,
  tileAttributes,
  tileDescriptor,
  tileTypes,
  translationFlags,
} from './registers.ts'
export { interfaceCounterWords, routerIdentity, routerRegisters, weightRegister } from './router-registers.ts'
export { errorCodes, errorName } from './error-codes.ts'
export type { ErrorName } from './error-codes.ts'

// Endpoints
export {
  endpointTypes,
  endpointWord0,
  largestMessageOrder,
  largestSlotsOrder,
  memoryPermissions,
  memoryWord0,
  memoryWord1,
  memoryWord2,
  receiveWord0,
  receiveWord1,
  receiveWord2,
  sendWord0,
  sendWord1,
  sendWord2,
  smallestMessageOrder,
  unlimitedCredits,
} from './endpoints.ts'

// Packets and messages
export {
  bodyFlit,
  burstBytes,
  burstLengthBits,
  burstSelect,
  flitBits,
  headFlit,
  hostId,
  lineBytes,
  messageAcknowledgement,
  messageHeader,
  messageHeader01,
  messageHeader23,
  messageHeaderBytes,
  modeClass,
  modes,
  nocId,
  readRequest,
  writeAcknowledgement,
} from './packets.ts'

// The link to a host
export {
  flitBytes,
  frameBytes,
  frameFlits,
  frameOutstanding,
  frameResends,
  frameTypes,
  hostLinkState,
  hostLinkVersion,
  hostRegisters,
  windowUnit,
} from './host-link.ts'

// Systems, and what a simulated one reports
export { coreWindowBase, coreWindowBytes, defaultSystem, descriptorOf, memoryOffset } from './system.ts'
export { systems } from './systems.ts'
export {
  acceleratorBufferBytes,
  acceleratorEps,
  acceleratorIsas,
  acceleratorLabels,
  acceleratorLeastBytes,
  acceleratorLogics,
  acceleratorMemory,
  acceleratorSlots,
  fftPoints,
} from './accelerator.ts'
export type { AcceleratorLogic } from './accelerator.ts'
export type {
  AcceleratorTile,
  ComputeTile,
  EndpointCount,
  CoreTile,
  CoreWindow,
  DramTile,
  HostBridgeChoice,
  HostPort,
  MemoryTile,
  SystemDescription,
  SystemModule,
  TcuChoice,
  TileModule,
} from './system.ts'
export type {
  Arbitration,
  CustomChannel,
  MessageClass,
  NetworkChoice,
  NetworkParameters,
  Routing,
  Topology,
} from './network.ts'
export { commit, commitKinds, flitCrossing, guardEvents, memoryAccess, memoryUsers, probeNames } from './commit.ts'
export type { ProbeName } from './commit.ts'
