/** The longest path between flip-flops or memories, in the designer's words. */

/** A signal on the path. */
export interface PathStep {
  /** Name of a signal of the design, with instances before dots, or the operator that made the value. */
  readonly signal: string
  /** File and line in the design's source, where yosys has kept it. */
  readonly place: string | undefined
}

/** What yosys says of the wires of a flattened design: their source, by name. */
export type WirePlaces = (wire: string) => string | undefined

/** `12: \unit.count [3] (via $abc$17)`, as `ltp` prints it. */
const stepLine = /^\s*\d+: (\S+)/
/** `$lt$hdl/lib/fifo.ts:41$9` inside of a name that yosys has made from an operator. */
const operatorName = /\$(\w+)\$([^$\s]+\.[cm]?[jtv]s?:\d+)[^$]*\$/

/**
 * The steps out of the text of `ltp` that say something: names of the design and operators with their place; the cells that
 * technology mapping has put between them have no names. What repeats the step before it is left out.
 */
export const criticalPath = (ltp: string, places: WirePlaces): readonly PathStep[] => {
  const steps = ltp.split('\n').flatMap((line): PathStep[] => {
    const name = stepLine.exec(line)?.[1]
    if (name === undefined) return []
    const operator = operatorName.exec(name)
    if (operator !== null) return [{ signal: `(${operator[1] as string})`, place: operator[2] }]
    if (!name.startsWith('\\')) return []
    const wire = name.slice(1)
    const place = places(wire)
    // `count_SB_LUT4_I1_O`: the mapping names its own wires after the cells that it has put behind those of the design
    return [
      { signal: wire.replace(/_(SB|TRELLIS)_.*/, ''), place: place?.includes('/share/yosys/') ? undefined : place },
    ]
  })
  return steps.filter((step, at) => step.signal !== steps[at - 1]?.signal || step.place !== steps[at - 1]?.place)
}

/** Cells on the path. */
export const pathLength = (ltp: string): number => Number(/length=(\d+)/.exec(ltp)?.[1] ?? 0)

interface Netlist {
  readonly modules: Readonly<
    Record<string, { readonly netnames: Readonly<Record<string, { readonly attributes: { readonly src?: string } }>> }>
  >
}

/** Looks wires up in a netlist that `write_json` has written; reads it only when it is asked. */
export const wirePlaces = (readNetlist: () => string, top: string): WirePlaces => {
  let names: Netlist['modules'][string]['netnames'] | undefined
  return (wire) => {
    names ??= (JSON.parse(readNetlist()) as Netlist).modules[top]?.netnames ?? {}
    // `file:line.column-line.column`, several of them with `|` between
    return /^([^|]*?:\d+)/.exec(names[wire]?.attributes.src ?? '')?.[1]
  }
}
