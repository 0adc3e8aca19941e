// Platforms on the RTL
export { createRtlPlatform, RtlPlatform } from './rtl-platform.ts'
export type { EngineChoice, Observer, RtlPlatformOptions, SystemHardware } from './rtl-platform.ts'

// RTL and golden model side by side
export { createLockstepPlatform, LockstepError } from './lockstep-platform.ts'

// Random programs on both
export { checkAgreement, failureText } from './agree.ts'
export type { AgreeFailure, AgreeOptions, AgreeReport } from './agree.ts'
export { AgreeCoverage } from './agree-coverage.ts'
export { programs } from './agree-arbitraries.ts'
export { attacks } from './agree-commands.ts'
export { roles, surroundingsOf } from './agree-values.ts'
export { meetingOf, tileProgram } from './agree-program.ts'
export { runAgreement } from './agree-run.ts'
export type { AgreeRunOptions } from './agree-run.ts'
export { operationCount, programText } from './agree-operation.ts'
export type { AgreeProgram, Operation } from './agree-operation.ts'
export type { HostPacket } from './host-agent.ts'

// The hardware under them
export { buildSystem, generateSystem } from './generated-system.ts'
export type { GeneratedSystem } from './generated-system.ts'
export { compileSystem } from './compiled-system.ts'
export type { CompiledSystem } from './compiled-system.ts'
export { stalledSoc } from './stalled-soc.ts'
export type { ProbeOwner } from './probe-owners.ts'
