/** Which module of a system a probe belongs to, and in which order the records of a cycle are replayed. */
import { type ProbeName, probeNames, type SystemDescription } from '#layout'

/** Which module of the system, and which of its probes, a probe of the simulator is. */
export interface ProbeOwner {
  readonly module: string
  readonly probe: ProbeName
}

/** Order of a cycle's records in a replay: what a step reads was written by records before it. See docs/contract.md. */
const replayRank = new Map<string, number>(probeNames.map((name, rank) => [name, rank]))
const rankOf = ({ probe }: ProbeOwner): number => replayRank.get(probe) as number

/**
 * The owner of a probe in the instance at `path`; undefined when no replay looks at it. Instances that belong to a module
 * of the system carry its name: `tile_kernel`, `ni_kernel`.
 */
export const ownerOf = (system: SystemDescription, path: readonly string[], name: string): ProbeOwner | undefined => {
  if (!replayRank.has(name)) return undefined
  const names = new Set(system.modules.map((module) => module.name))
  for (const part of path) {
    const module = /^(?:tile|ni)_(.+)$/.exec(part)?.[1]
    if (module !== undefined && names.has(module)) return { module, probe: name as ProbeName }
  }
  return undefined
}

/** `items` in replay order, otherwise as they were. */
export const replayOrder = <T>(items: readonly T[], owner: (item: T) => ProbeOwner): readonly T[] =>
  items
    .map((item, index) => ({ item, index }))
    .sort((a, b) => rankOf(owner(a.item)) - rankOf(owner(b.item)) || a.index - b.index)
    .map(({ item }) => item)
