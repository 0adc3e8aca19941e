/** How memory data is cut into packets. TCU section 7.4, rules 1 to 4. */
import { burstBytes, lineBytes } from '#layout'

/**
 * Size of the packet that starts `offset` bytes into a transfer of `total` bytes from local address `source`. Packets of
 * up to 8 bytes are single flits, longer ones are bursts.
 */
export const packetBytes = (source: number, offset: number, total: number): number => {
  const remaining = total - offset
  if (total <= 8) return offset === 0 && (source % 8) + total > 8 ? 8 - (source % 8) : remaining
  if (total < burstBytes) return remaining
  return offset === 0 ? burstBytes - (source % lineBytes) : Math.min(burstBytes, remaining)
}

/** Largest packet that travels as a single flit. TCU section 7.3. */
export const singleBytes = 8
