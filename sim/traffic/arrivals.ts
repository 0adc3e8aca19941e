// When a source has a new packet, and how long it is. NoC section 12.1.

import type { Draws } from './draws.ts'

/** Lengths of packets in flits: one, or 1 and 34 with the same probability. */
export type Lengths = number | 'bimodal' | readonly number[]

/** How packets come: evenly at random, or in bursts, 200 cycles on and 800 off on average. */
export type Arrival = 'bernoulli' | 'onOff'

/** Draws a length. */
export const lengthOf = (lengths: Lengths, draws: Draws): number => {
  if (typeof lengths === 'number') return lengths
  const choices = lengths === 'bimodal' ? bimodal : lengths
  return choices[draws.below(choices.length)]!
}

/** Mean of the lengths in flits. */
export const meanLength = (lengths: Lengths): number => {
  if (typeof lengths === 'number') return lengths
  const choices = lengths === 'bimodal' ? bimodal : lengths
  return choices.reduce((sum, length) => sum + length, 0) / choices.length
}

const bimodal = [1, 34] as const
const onCycles = 200
const offCycles = 800

/** Whether a source makes a packet in this cycle. With bursts it does so at full rate when on, so `rate` says nothing. */
export const arrivals = (arrival: Arrival, rate: number, lengths: Lengths, draws: Draws): (() => boolean) => {
  const probability = Math.min(1, rate / meanLength(lengths))
  if (arrival === 'bernoulli') return () => draws.happens(probability)
  let isOn = false
  const full = 1 / meanLength(lengths)
  return () => {
    isOn = draws.happens(1 / (isOn ? onCycles : offCycles)) ? !isOn : isOn
    return isOn && draws.happens(full)
  }
}
