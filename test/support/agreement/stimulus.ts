/** What happens to designs in every cycle: the same clocks and resets for all, inputs of their own. */
import type { Design, Signal } from '#ir'

/** Bit 0 is `main`, bit 1 is `other`. */
export interface Cycle {
  readonly clocks: number
  readonly resets: number
}

const mix = (seed: number, index: number): number => {
  let value = (seed ^ Math.imul(index + 1, 0x9e3779b9)) | 0
  value = Math.imul(value ^ (value >>> 16), 0x21f0aaad)
  value = Math.imul(value ^ (value >>> 15), 0x735a2d97)
  return (value ^ (value >>> 15)) >>> 0
}

const lengthOfReset = 2

/** Both clocks in reset first; then either, or both at the same instant, and now and then a reset. */
export const cyclesOf = (count: number): readonly Cycle[] =>
  Array.from({ length: count }, (_, index) => {
    if (index < lengthOfReset) return { clocks: 3, resets: 3 }
    const random = mix(1, index)
    return { clocks: [1, 1, 2, 3, 3][random % 5] ?? 3, resets: (index % 17 === 0 ? 1 : 0) + (index % 11 === 0 ? 2 : 0) }
  })

const bitsAt = (seed: number, index: number, bits: number): bigint => {
  let value = 0n
  for (let limb = 0; limb * 32 < bits; limb++) value = (value << 32n) | BigInt(mix(seed, index * 97 + limb))
  return BigInt.asUintN(bits, value)
}

/** The inputs in each cycle: any value, edge cases, small numbers, or what they were before. */
export const inputsOf = (inputs: readonly Signal[], seed: number, count: number): readonly (readonly bigint[])[] => {
  let before: readonly bigint[] = inputs.map(() => 0n)
  return Array.from({ length: count }, (_, cycle) => {
    before = inputs.map(({ bits }, index) => {
      const [own, kind] = [mix(seed, index), mix(seed + 1, cycle * 31 + index) % 8]
      if (kind === 0) return 0n
      if (kind === 1) return (1n << BigInt(bits)) - 1n
      if (kind === 2) return before[index] ?? 0n
      if (kind === 3) return bitsAt(own, cycle, Math.min(bits, 3))
      return bitsAt(own, cycle, bits)
    })
    return before
  })
}

export const inputPorts = ({ top }: Design): readonly Signal[] => top.ports.filter(({ role }) => role === 'input')
export const outputPorts = ({ top }: Design): readonly Signal[] => top.ports.filter(({ role }) => role === 'output')

/** Bits of ports side by side. */
export const widthOf = (ports: readonly Signal[]): number => ports.reduce((sum, { bits }) => sum + bits, 0)

/** Values of ports side by side, the first uppermost, as hexadecimal digits. */
export const digitsOf = (ports: readonly Signal[], values: readonly bigint[]): string => {
  const all = ports.reduce((sum, { bits }, index) => (sum << BigInt(bits)) | (values[index] ?? 0n), 0n)
  return all.toString(16).padStart(Math.ceil(widthOf(ports) / 4), '0')
}
