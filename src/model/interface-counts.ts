/** What the interface of a module has to have counted. NoC sections 10.5 to 10.7. */
export interface InterfaceCounts {
  /** Packets dropped because their mode belongs to another class. */
  wrongMode: number
  /** Packets for a target that does not exist. */
  missingTarget: number
  /** Bursts that announce no continuation flits. */
  emptyBurst: number
  /** Bursts longer, shorter than announced. */
  cutBurst: number
  filledBurst: number
  /** Packets that the transmit guard completed. */
  stoppedBurst: number
  /** How often the receive guard fired, and packets that were dropped then. */
  refused: number
  drained: number
}

/** Nothing was counted. */
export const noCounts = (): InterfaceCounts => ({
  wrongMode: 0,
  missingTarget: 0,
  emptyBurst: 0,
  cutBurst: 0,
  filledBurst: 0,
  stoppedBurst: 0,
  refused: 0,
  drained: 0,
})
