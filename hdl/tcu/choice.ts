/** What a TCU is built with, and how its modules are called for it. */
import { endpointCount, type TcuChoice } from '#layout'

/** A choice with everything that was not said. */
export interface BuiltTcu extends Required<TcuChoice> {
  /** Page 2 is there: with virtual memory or context switching. Section 2.3. */
  readonly privileged: boolean
}

/** The choice with its defaults. Rejects: RangeError for parts that there are none of, or sizes that cannot be. */
export const builtWith = (choice: TcuChoice): BuiltTcu => {
  const { virtualMemory = false, contextSwitching = false, tlbEntries = 32 } = choice
  if (!Number.isInteger(tlbEntries) || tlbEntries < 1 || tlbEntries > 32)
    throw new RangeError(`a TLB of ${tlbEntries} entries: use 1 to 32`)
  // Nothing is left out silently: the model has these, the hardware does not.
  if (choice.pmp === true || (choice.receiveTimeoutCycles ?? 0) !== 0)
    throw new RangeError(
      'the hardware of the TCU has neither PMP nor time-outs of receptions yet: leave out pmp and receiveTimeoutCycles, or use the model',
    )
  return {
    endpoints: choice.endpoints ?? endpointCount,
    virtualMemory,
    tlbEntries,
    contextSwitching,
    pmp: choice.pmp ?? false,
    receiveTimeoutCycles: choice.receiveTimeoutCycles ?? 0,
    privileged: virtualMemory || contextSwitching,
  }
}

/** What the names of modules say about the choice, `_16eps_vm_ctxsw`; nothing for a plain TCU. */
export const choiceName = (choice: TcuChoice): string => {
  const { endpoints, virtualMemory, tlbEntries, contextSwitching, pmp, receiveTimeoutCycles } = builtWith(choice)
  return [
    endpoints === endpointCount ? '' : `_${endpoints}eps`,
    virtualMemory ? `_vm${tlbEntries === 32 ? '' : tlbEntries}` : '',
    contextSwitching ? '_ctxsw' : '',
    pmp ? '_pmp' : '',
    receiveTimeoutCycles === 0 ? '' : `_timeout${receiveTimeoutCycles}`,
  ].join('')
}
