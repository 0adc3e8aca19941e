// Networks that carry traffic
export { carrierArrays, flitWords } from './carrier.ts'
export type { Carrier } from './carrier.ts'
export { buildNetwork, compileNetwork, hardwareCarrier } from './hardware-carrier.ts'
export type { CompiledNetwork } from './hardware-carrier.ts'
export { modelCarrier } from './model-carrier.ts'

// Packets over a carrier, checked
export { Exchange } from './exchange.ts'
export type { ExchangeSettings } from './exchange.ts'
export { notYet, PacketTable } from './packet-table.ts'

// Loads
export { drawsOf } from './draws.ts'
export type { Draws } from './draws.ts'
export { arrivals, lengthOf, meanLength } from './arrivals.ts'
export type { Arrival, Lengths } from './arrivals.ts'
export { chooser, orderOf, patternNames, trafficModules } from './patterns.ts'
export type { Chooser, Pattern } from './patterns.ts'
export { requestAnswer, requestAnswerRows } from './request-answer.ts'
export type { RequestAnswer, RequestAnswerResult } from './request-answer.ts'
export { rpcMix, rpcRoles } from './rpc-mix.ts'
export type { RpcMix, RpcMixResult } from './rpc-mix.ts'

// Measuring
export { measure } from './measure.ts'
export type { Load, Measurement } from './measure.ts'
export { acceptedMaximum, saturation } from './saturation.ts'
export type { Saturation } from './saturation.ts'
export { fairnessOf, timesOf } from './metrics.ts'
export type { Fairness, Times } from './metrics.ts'

export { searchWorstCase } from './adversary.ts'
export type { AdversaryOptions, WorstFound } from './adversary.ts'

// Watching packets
export { PacketMonitor } from './packet-monitor.ts'
export type { SeenPacket } from './packet-monitor.ts'
export { watchChannels } from './watch-channels.ts'
