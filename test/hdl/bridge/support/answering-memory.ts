/** A module that answers the host as a memory tile does, written from NoC section 2.6 and in another way than the host's software. */
import { decode, encode, errorCodes, headFlit, hostId, modes } from '#layout'
import { body, head } from '../../noc/support/packets.ts'
import { bridgeId, type LinkBench } from './link-bench.ts'

const size = 0x4000

/** Has a module answer what enters the network for it; registers are words of their own. */
export const answeringMemory = (bench: LinkBench, mod: number) => {
  const memory = { bytes: new Uint8Array(size), longest: 0 }
  const registers = new Map<number, bigint>()
  const back = { sourceMod: mod, sourceChip: bridgeId.chip, targetChip: hostId.chip, targetMod: bridgeId.mod }
  const answer = (...flits: readonly bigint[]) => bench.offered[1].push(...flits)

  bench.onRequest = (packet) => {
    const { mode, address, data0, bsel, burst, targetMod } = decode(headFlit, packet[0]!)
    if (targetMod !== mod) return
    memory.longest = Math.max(memory.longest, packet.length)
    const isRegister = address >= 0xf000_0000
    if (mode === modes.READ_REQ) {
      const bytes = Number(data0 >> 32n)
      const to = Number(data0 & 0xffff_ffffn)
      if (isRegister) answer(head({ ...back, mode: modes.READ_RSP, address: to, data0: registers.get(address) ?? 0n }))
      else if (address + bytes > size)
        answer(head({ ...back, mode: modes.ERROR, address: to, data0: BigInt(errorCodes.TIMEOUT_MEM) }))
      else
        for (let from = 0; from < bytes; from += 256) {
          const part = memory.bytes.subarray(address + from, address + Math.min(bytes, from + 256))
          const lines = Math.ceil(part.length / 16)
          const lastLane = (part.length - 1) % 16
          answer(
            head({
              ...back,
              burst: 1,
              mode: modes.READ_RSP,
              address: to + from,
              bsel: (lastLane << 4) | 15,
              data0: BigInt(lines),
            }),
            ...Array.from({ length: lines }, (_, line) => {
              const words = new BigUint64Array(2)
              new Uint8Array(words.buffer).set(part.subarray(16 * line, 16 * line + 16))
              return body({ burst: line < lines - 1 ? 1 : 0, data0: words[0]!, data1: words[1]! })
            }),
          )
        }
      return
    }
    if (mode !== modes.WRITE_POSTED) return
    if (isRegister) return void registers.set(address, data0)
    // Every valid lane in the order of the lines, from the first one on.
    const lanes = packet
      .slice(burst)
      .flatMap((flit) =>
        Array.from({ length: burst ? 16 : 8 }, (_, lane) => Number((flit >> BigInt(8 * lane)) & 0xffn)),
      )
    const valid = burst
      ? lanes.slice(15 - (bsel & 15), lanes.length - 15 + (bsel >> 4))
      : lanes.filter((_, lane) => (bsel >> lane) & 1)
    const fits = address + valid.length <= size
    if (fits) memory.bytes.set(valid, address)
    const result = fits ? BigInt(valid.length) : BigInt(errorCodes.TIMEOUT_MEM) << 33n
    answer(
      encode(headFlit, {
        ...decode(headFlit, head({ ...back, mode: modes.TCU_ACK, address })),
        data0: (1n << 32n) | result,
      }),
    )
  }
  return memory
}
