/** The ports of a top as constraints name them. */
import type { Design } from '#ir'
import type { Pins } from '../boards/boards.ts'
import { SynthesisError } from './synthesis-error.ts'

const portOf = (domain: string, signal: 'clk' | 'rst'): string => (domain === 'main' ? signal : `${domain}_${signal}`)

/** Names of the clock inputs of a design's top. */
export const clockPorts = ({ top }: Design): readonly string[] => top.domains.map(({ name }) => portOf(name, 'clk'))

/** One bit of a port, and its pin: `leds[0]` at `B5`. */
export interface PinnedBit {
  readonly bit: string
  readonly pin: string
}

/** The pins bit by bit. Rejects: SYN-0105 when a port has not as many pins as bits, or there is no such port. */
export const pinnedBits = (design: Design, pins: Pins): readonly PinnedBit[] => {
  const { top } = design
  const bits = new Map<string, number>(top.ports.map((port) => [port.name, port.bits]))
  for (const { name, reset } of top.domains) {
    bits.set(portOf(name, 'clk'), 1)
    if (reset !== 'none') bits.set(portOf(name, 'rst'), 1)
  }
  return Object.entries(pins).flatMap(([port, given]) => {
    const list = typeof given === 'string' ? [given] : given
    const expected = bits.get(port)
    if (expected !== list.length)
      throw new SynthesisError(
        'SYN-0105',
        expected === undefined
          ? `\`${top.name}\` has no port \`${port}\``
          : `\`${port}\` has ${expected} bits, there are ${list.length} pins for it`,
        `the ports are ${[...bits].map(([name, width]) => `${name} (${width})`).join(', ')}`,
      )
    return list.map((pin, index) => ({ bit: expected === 1 ? port : `${port}[${index}]`, pin }))
  })
}
