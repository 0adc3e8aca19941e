// Values as people read them.

import type { WaveSignal } from './recording.ts'

/** A value of a signal: the name of its case, a signed number in decimal, any other in hexadecimal. */
export const valueText = (signal: Pick<WaveSignal, 'bits' | 'signed' | 'cases'>, bits: bigint): string => {
  const name = caseName(signal, bits)
  if (name !== undefined) return name
  if (signal.cases !== undefined) return `?${bits.toString(16)}`
  return signal.signed ? BigInt.asIntN(signal.bits, bits).toString() : bits.toString(16)
}

/** The case that has the code `bits`. */
export const caseName = ({ cases }: Pick<WaveSignal, 'cases'>, bits: bigint): string | undefined => {
  if (cases === undefined) return undefined
  for (const [name, code] of Object.entries(cases)) if (BigInt(code) === bits) return name
  return undefined
}
