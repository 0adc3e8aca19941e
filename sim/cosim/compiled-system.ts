/** From a system description to a design in the WebAssembly engine: no tools, no builds. */
import { elaborate } from '#edsl'
import { type CompiledDesign, compileWasm, type ProbeInfo } from '#engine'
import { soc } from '#hdl/soc'
import type { SystemDescription } from '#layout'
import { ownerOf, type ProbeOwner, replayOrder } from './probe-owners.ts'

/** A system that the WebAssembly engine runs. */
export interface CompiledSystem {
  readonly system: SystemDescription
  readonly compiled: CompiledDesign
  /** Whose the probes are, in replay order. */
  readonly owners: readonly ProbeOwner[]
  /** Index in `owners` of a probe of the engine; -1 for probes that no replay looks at. */
  ownerOf(probe: ProbeInfo): number
  /** The same design with everything that has a name in reach, for waveforms; made once. */
  named(): CompiledDesign
}

/** Elaborates and compiles `system`. `make` may make other hardware than `soc`, to try faults. */
export const compileSystem = (
  system: SystemDescription,
  make: (system: SystemDescription) => ReturnType<typeof soc> = soc,
): CompiledSystem => {
  const design = elaborate(make(system))
  const compiled = compileWasm(design, { records: true })
  const found = compiled.probes.flatMap((probe) => {
    const owner = ownerOf(system, probe.path, probe.name)
    return owner === undefined ? [] : [{ probe: keyOf(probe), owner }]
  })
  const sorted = replayOrder(found, ({ owner }) => owner)
  const indexOf = new Map(sorted.map(({ probe }, index) => [probe, index]))
  let named: CompiledDesign | undefined
  return {
    system,
    compiled,
    owners: sorted.map(({ owner }) => owner),
    ownerOf: (probe) => indexOf.get(keyOf(probe)) ?? -1,
    named: () => (named ??= compileWasm(design, { records: true, watch: 'named' })),
  }
}

const keyOf = ({ path, name }: ProbeInfo): string => [...path, name].join('.')
