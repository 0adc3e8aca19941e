/** Distances in the network for the timed model: dimension order, one cycle per router and one to leave. NoC 1.1, 3.2. */

/** Number of routers that a packet visits between two modules. */
const routersBetween = (source: number, target: number): number => {
  const columns = Math.abs(((source >> 5) & 7) - ((target >> 5) & 7))
  const rows = Math.abs(((source >> 2) & 7) - ((target >> 2) & 7))
  return columns + rows + 1
}

/** Cycles from the injection of a flit to its delivery in an idle network: over k routers, k + 1. */
export const flitCycles = (source: number, target: number): number => routersBetween(source, target) + 1
