import type { SystemDescription } from '../../../src/layout/index.ts'
import type { Platform } from '../../../src/model/index.ts'

/** Opens the platform on which a suite runs. */
export type Opened = (system: SystemDescription) => Platform | Promise<Platform>
