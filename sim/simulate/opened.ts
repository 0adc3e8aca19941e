// Tells test frameworks about simulators that are opened.

import type { OpenSimulator } from './open-simulator.ts'
import type { PortRecord } from '#edsl'

type Listener = (simulator: OpenSimulator<PortRecord>) => void

const listeners = new Set<Listener>()

/** Has `listener` hear of every simulator that is opened from now on. */
export const onOpened = (listener: Listener): (() => void) => {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

/** Tells everybody who wants to know, and hands the simulator out. */
export const handOut = <P extends PortRecord>(simulator: OpenSimulator<P>): OpenSimulator<P> => {
  for (const listener of listeners) listener(simulator)
  return simulator
}
