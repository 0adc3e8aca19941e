/** A compute tile whose network is the test: packets come and go when the test says so. */
import { computeTile } from '#hdl/tile'
import { bodyFlit, encode, field, headFlit, messageHeader01, messageHeader23, modes } from '#layout'
import { simulate } from '#sim/simulate'

const own = { chip: 3, mod: 0x06 }
const partner = { chip: 3, mod: 0x25 }

/** Ids of the tile and of the one that it talks to. */
export const ids = { own, partner }

const flit = (given: { burst: 0 | 1; address?: number; data0?: bigint; mode?: number }): bigint =>
  encode(headFlit, {
    ...{ burst: given.burst, arq: 0, bsel: 0xff, address: given.address ?? 0, mode: given.mode ?? 0 },
    ...{ sourceMod: partner.mod, sourceChip: partner.chip, targetMod: own.mod, targetChip: own.chip },
    data0: given.data0 ?? 0n,
  })

const line = (burst: 0 | 1, bits: bigint): bigint =>
  encode(bodyFlit, { burst, arq: 0, bsel: 0xff, data1: bits >> 64n, data0: bits & 0xffff_ffff_ffff_ffffn })

/** A reply of no bytes to a message that was sent through endpoint `creditEp`, for the receive endpoint `ep`. */
export const replyPacket = (ep: number, creditEp: number): readonly bigint[] => [
  { ...{ head: flit({ burst: 1, mode: modes.TCU_MSG, address: ep, data0: 2n }) } }.head,
  line(
    1,
    encode(messageHeader01, {
      ...{ replyLabel: 0n, replyEp: creditEp, senderEp: 9, length: 0 },
      ...{ chip: partner.chip, tile: partner.mod, replyOrder: 0, isReply: 1 },
    }),
  ),
  line(0, encode(messageHeader23, { zero: 0n, label: 7n })),
]

/** The acknowledgement of a message with this label, without error. */
export const acknowledgement = (label: bigint): readonly bigint[] => [
  flit({ burst: 0, mode: modes.TCU_ACK, address: Number(label & 0xffffn) }),
]

/** The tile, and what software and network can do with it. Nothing happens between the calls. */
export const openTile = () => {
  const memory = { memoryBase: 0, memoryBytes: 64 * 1024 }
  const sim = simulate(computeTile({ ...memory, clockHz: 100_000_000, sendTimeoutCycles: 100_000 }), { watch: 'ports' })
  const { io } = sim
  io.own.value = own
  io.descriptor.value = 0n
  io.requestOut.ready.value = 1
  io.responseOut.ready.value = 1

  const access = (write: 0 | 1, address: number, data: bigint): bigint => {
    io.core.payload.value = { write, address, enables: 0xff, data }
    io.core.valid.value = 1
    sim.until(io.core.ready)
    if (write === 1) {
      sim.step()
      io.core.valid.value = 0
      sim.until(() => io.coreAnswer.value.valid === 1)
      return 0n
    }
    sim.step()
    io.core.valid.value = 0
    sim.until(() => io.coreAnswer.value.valid === 1)
    return io.coreAnswer.value.data
  }
  const put = (stream: 'requestIn' | 'responseIn', flits: readonly bigint[]): void => {
    for (const one of flits) {
      io[stream].payload.value = one
      io[stream].valid.value = 1
      sim.until(io[stream].ready)
      sim.step()
      io[stream].valid.value = 0
    }
  }
  return {
    sim,
    read: (address: number): bigint => access(0, address, 0n),
    write: (address: number, data: bigint): void => void access(1, address, data),
    request: (flits: readonly bigint[]): void => {
      put('requestIn', flits)
    },
    response: (flits: readonly bigint[]): void => {
      put('responseIn', flits)
    },
    /** Waits for a packet that leaves, to its tail. */
    leaves: (stream: 'requestOut' | 'responseOut'): void => {
      for (;;) {
        sim.until(() => io[stream].valid.value === 1, { limit: 5000 })
        const isTail = field(headFlit, 'burst', io[stream].payload.value) === 0
        sim.step()
        if (isTail) return
      }
    },
    wait: (cycles: number): void => {
      sim.step(cycles)
    },
    [Symbol.dispose]: () => {
      sim.close()
    },
  }
}
