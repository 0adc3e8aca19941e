/** What a TCU was built with, and which of it FEATURES has switched on. docs/contract.md, TCU sections 2.3 and 4.1. */
import { endpointCount } from '#layout'
import type { TcuChoice, TileModule } from '#layout'

const tlbEntries = 32
/** Bits of FEATURES. TCU section 2.4. */
const virtualMemoryBit = 2
const contextSwitchBit = 4

/** The choice of a module, with what it leaves to the defaults. */
export const choiceOf = (module: TileModule): Required<TcuChoice> => {
  const choice: TcuChoice = module.kind === 'compute' ? (module.tcu ?? {}) : {}
  const entries = choice.tlbEntries ?? tlbEntries
  if (!Number.isInteger(entries) || entries < 1 || entries > tlbEntries)
    throw new RangeError(`the TLB of ${module.name} has 1 to ${tlbEntries} entries, not ${entries}`)
  return {
    endpoints: choice.endpoints ?? endpointCount,
    virtualMemory: choice.virtualMemory ?? false,
    tlbEntries: entries,
    contextSwitching: choice.contextSwitching ?? false,
    pmp: choice.pmp ?? false,
    receiveTimeoutCycles: choice.receiveTimeoutCycles ?? 0,
  }
}

interface Switched {
  readonly choice: Required<TcuChoice>
  readonly features: number
}

/** Whether DATA_ADDR is virtual now. */
export const usesVirtualMemory = ({ choice, features }: Switched): boolean =>
  choice.virtualMemory && (features & virtualMemoryBit) !== 0

/** Whether endpoints belong to activities now. */
export const usesActivities = ({ choice, features }: Switched): boolean =>
  choice.contextSwitching && (features & contextSwitchBit) !== 0

/** Whether the registers of page 2 exist. TCU section 2.3. */
export const hasPrivileged = ({ choice }: Switched): boolean => choice.virtualMemory || choice.contextSwitching

/** Whether the registers of page 2 may be written now, access class P. TCU section 2.3. */
export const obeysPrivileged = (tcu: Switched): boolean => usesVirtualMemory(tcu) || usesActivities(tcu)
