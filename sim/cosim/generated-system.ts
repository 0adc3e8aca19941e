/** From a system description to a simulator: generated Verilog, built once per content. */
import { elaborate } from '#edsl'
import { simulationSource } from '#emit'
import { soc } from '#hdl/soc'
import { probeNames, type ProbeName, type SystemDescription } from '#layout'
import { build, type BuildOptions, type BuiltSimulation, type SimulationSource } from '#sim/build'

/** Which module of the system, and which of its probes, a probe of the simulator is. */
export interface ProbeOwner {
  readonly module: string
  readonly probe: ProbeName
}

export interface GeneratedSystem {
  readonly system: SystemDescription
  readonly source: SimulationSource
  /** Owners of `source.probes`, index by index. */
  readonly owners: readonly ProbeOwner[]
}

/** Order of a cycle's records in a replay: what a step reads was written by records before it. See docs/contract.md. */
const replayRank = new Map<string, number>(probeNames.map((name, rank) => [name, rank]))
const rankOf = ({ owner }: { readonly owner: ProbeOwner }): number => replayRank.get(owner.probe) as number

/** Instances that belong to a module of the system carry its name: `tile_kernel`, `ni_kernel`. */
const ownerIn = (system: SystemDescription, path: string): string | undefined => {
  const names = new Set(system.modules.map((module) => module.name))
  for (const part of path.split('.')) {
    const found = /^(?:tile|ni)_(.+)$/.exec(part)?.[1]
    if (found !== undefined && names.has(found)) return found
  }
  return undefined
}

/** Memories that programs, and checks at rest, look into; the others stay private to the simulator, which makes it faster. */
const visible = /^tile_[^.]+\.(?:spm|ram)\.store$/

/** Generates the Verilog of `system`. `change` may replace the source, to try faults. */
export const generateSystem = (
  system: SystemDescription,
  change: (source: SimulationSource) => SimulationSource = (source) => source,
): GeneratedSystem => {
  const source = change(simulationSource(elaborate(soc(system))))
  const probes = source.probes
    .flatMap((probe) => {
      const module = ownerIn(system, probe.path)
      const name = probe.name.split('.').at(-1) as ProbeName
      return module !== undefined && replayRank.has(name) ? [{ probe, owner: { module, probe: name } }] : []
    })
    .map((entry, index) => ({ ...entry, index }))
    .sort((a, b) => rankOf(a) - rankOf(b) || a.index - b.index)
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
