// Searches the rate at which a network saturates. NoC section 12.2.

import type { Network } from '#topology'
import type { Carrier } from './carrier.ts'
import { type Load, measure, type Measurement } from './measure.ts'

/** What the search found. */
export interface Saturation {
  /** Highest offered rate, in steps of 0.01, with accepted >= 0.97 x offered and mean latency <= 3 x zero-load. */
  readonly rate: number
  /** Mean latency at rate 0.02, in cycles. */
  readonly zeroLoad: number
}

const step = 100

/** Searches between the rates that do and that do not saturate, from `near` on; the mean of the seeds decides. */
export const saturation = (
  carrier: Carrier,
  network: Network,
  load: Omit<Load, 'rate' | 'seed'>,
  seeds: readonly number[],
  onMeasured?: (rate: number) => void,
  near = 0.5,
): Saturation => {
  const at = (rate: number): readonly Measurement[] =>
    seeds.map((seed) => measure(carrier, network, { ...load, rate, seed }))
  const zeroLoad = mean(at(0.02).map(({ latency }) => latency.mean))
  const keepsUp = (hundredths: number): boolean => {
    const found = at(hundredths / step)
    onMeasured?.(hundredths / step)
    const [offered, accepted] = [mean(found.map((one) => one.offered)), mean(found.map((one) => one.accepted))]
    return accepted >= 0.97 * offered && mean(found.map(({ latency }) => latency.mean)) <= 3 * zeroLoad
  }
  let [good, bad] = [2, step + 1]
  for (let at = Math.round(near * step), stride = 4; bad - good > stride && at > good && at < bad; stride *= 2) {
    const isGood = keepsUp(at)
    if (isGood) good = at
    else bad = at
    at += isGood ? stride : -stride
    if ((isGood && bad <= step) || (!isGood && good > 2)) break
  }
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2)
    if (keepsUp(middle)) good = middle
    else bad = middle
  }
  return { rate: good / step, zeroLoad }
}

/** Mean accepted rate of the seeds at full offered rate. */
export const acceptedMaximum = (
  carrier: Carrier,
  network: Network,
  load: Omit<Load, 'rate' | 'seed'>,
  seeds: readonly number[],
): number => mean(seeds.map((seed) => measure(carrier, network, { ...load, rate: 1, seed }).accepted))

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
