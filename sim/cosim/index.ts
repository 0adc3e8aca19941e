// Platforms on the RTL
export { createRtlPlatform, RtlPlatform } from './rtl-platform.ts'
export type { Observer, RtlPlatformOptions } from './rtl-platform.ts'

// RTL and golden model side by side
export { createLockstepPlatform, LockstepError } from './lockstep-platform.ts'

// The hardware under them
export { buildSystem, generateSystem } from './generated-system.ts'
export type { GeneratedSystem, ProbeOwner } from './generated-system.ts'
