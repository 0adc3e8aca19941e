// What traffic needs of a network, whoever carries it: the hardware in an engine, or the timed model.

/** Words of 32 bits of a flit of 138 bits, least significant first. */
export const flitWords = 5

/**
 * A network of which one cycle after the other is run. Streams are numbered `module * classes + class`; all arrays have one
 * element (`offered` and `arrived`: `flitWords`) per stream and stay the same objects.
 */
export interface Carrier extends Disposable {
  readonly modules: number
  readonly classes: number
  /** 1 where a module offers a flit: it stays, unchanged, until it was taken. */
  readonly offers: Uint8Array
  /** The flits that are offered. */
  readonly offered: Uint32Array
  /** 1 where a module takes a flit in the next cycle, when there is one. */
  readonly accepts: Uint8Array
  /** 1 where the last cycle took the flit that was offered. */
  readonly taken: Uint8Array
  /** 1 where the last cycle handed a flit over. */
  readonly arrives: Uint8Array
  /** The flits that were handed over. */
  readonly arrived: Uint32Array
  /** Runs one cycle. */
  cycle(): void
  /** Empties the network and begins again. */
  reset(): void
}

/** The arrays of a carrier. */
export const carrierArrays = (
  modules: number,
  classes: number,
): Omit<Carrier, 'cycle' | 'reset' | typeof Symbol.dispose> => {
  const streams = modules * classes
  return {
    modules,
    classes,
    offers: new Uint8Array(streams),
    offered: new Uint32Array(streams * flitWords),
    accepts: new Uint8Array(streams),
    taken: new Uint8Array(streams),
    arrives: new Uint8Array(streams),
    arrived: new Uint32Array(streams * flitWords),
  }
}
