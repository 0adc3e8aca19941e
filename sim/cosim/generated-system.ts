/** From a system description to a simulator: generated Verilog, built once per content. */
import { elaborate } from '#edsl'
import { simulationSource } from '#emit'
import { soc } from '#hdl/soc'
import type { SystemDescription } from '#layout'
import { build, type BuildOptions, type BuiltSimulation, type SimulationSource } from '#sim/build'
import { ownerOf, type ProbeOwner, replayOrder } from './probe-owners.ts'

export interface GeneratedSystem {
  readonly system: SystemDescription
  readonly source: SimulationSource
  /** Owners of `source.probes`, index by index. */
  readonly owners: readonly ProbeOwner[]
}

/** Memories that programs, and checks at rest, look into; the others stay private to the simulator, which makes it faster. */
const visible = /^tile_[^.]+\.(?:spm|ram)\.store$/

/** Generates the Verilog of `system`. `change` may replace the source, to try faults. */
export const generateSystem = (
  system: SystemDescription,
  change: (source: SimulationSource) => SimulationSource = (source) => source,
): GeneratedSystem => {
  const source = change(simulationSource(elaborate(soc(system))))
  const found = source.probes.flatMap((probe) => {
    const owner = ownerOf(system, probe.path.split('.'), probe.name.split('.').at(-1) ?? '')
    return owner === undefined ? [] : [{ probe, owner }]
  })
  const probes = replayOrder(found, ({ owner }) => owner)
  return {
    system,
    source: {
      ...source,
      probes: probes.map(({ probe }) => probe),
      memories: source.memories.filter(({ name }) => visible.test(name)),
    },
    owners: probes.map(({ owner }) => owner),
  }
}

/** Builds the simulator of a generated system, or takes it from the cache. */
export const buildSystem = (generated: GeneratedSystem, options: BuildOptions = {}): Promise<BuiltSimulation> =>
  build(generated.source, options)
