/** SHA3-256: the digest of the whole stream at its end. */
import { array, cat, connect, instance, literal, module, mux, pick, reg, states, uint, when } from '#edsl'
import { keccakRound, laneCount, roundConstants, roundCount } from './keccak.ts'
import { logicPorts } from './logic-ports.ts'
import { wordPacker } from './word-packer.ts'

/** Lanes of a block of 136 bytes, and of the digest. FIPS 202, section 6.1. */
const rateLanes = 17
/** The suffix 01 of SHA-3 and the first 1 of the padding, behind the last byte; the last 1 at the end of the block. */
const suffix = 0x06
const lastOne = 1n << 63n

/**
 * Absorbs the stream and gives its digest of 32 bytes, two lines, when it ends.
 *
 * Ports: those of every logic unit.
 * Timing: a word of 8 bytes per cycle, 24 cycles after each 17 of them.
 * Source: FIPS 202; services section 6.7.2.
 */
export const sha3Logic = module('logic_sha3_256', logicPorts, ({ clear, from, to, busy }) => {
  const phase = states('absorb', 'permute', 'low', 'high')
  const packer = instance(wordPacker)
  packer.clear.drive(clear)
  connect(packer.from, from)

  const lanes = reg(
    array(uint(64), laneCount),
    Array.from({ length: laneCount }, () => 0),
  )
  const lane = reg(uint(5), 0)
  const round = reg(uint(5), 0)
  const ended = reg(uint(1), 0)

  const { last, bytes, data } = packer.to.payload
  const padded = data.or(literal(64, suffix).shiftLeft(cat(bytes, literal(3, 0))))
  const word = mux(last, padded, data)
  const full = lane.eq(rateLanes - 1)
  const mixed = keccakRound(
    Array.from({ length: laneCount }, (_, index) => lanes[index]!),
    pick(
      roundConstants.map((value) => literal(64, value)),
      round,
    ),
  )

  packer.to.ready.drive(phase.is('absorb'))
  to.valid.drive(phase.isIn('low', 'high'))
  to.payload.drive({
    bytes: 16,
    data: mux(phase.is('low'), cat(lanes[1]!, lanes[0]!), cat(lanes[3]!, lanes[2]!)),
  })
  busy.drive(phase.is('absorb').not().or(packer.pending))

  const forget = () => {
    for (let index = 0; index < laneCount; index++) lanes[index]!.next(0)
    lane.next(0)
    ended.next(0)
  }

  phase.match({
    absorb: () =>
      when(packer.to.fire, () => {
        for (let index = 0; index < rateLanes; index++) {
          const here = mux(lane.eq(index), word, literal(64, 0))
          const end = index === rateLanes - 1 ? mux(last, literal(64, lastOne), literal(64, 0)) : literal(64, 0)
          lanes[index]!.next(lanes[index]!.xor(here).xor(end))
        }
        lane.next(mux(full, literal(5, 0), lane.addWrap(1)))
        ended.next(last)
        round.next(0)
        when(full.or(last), () => phase.go('permute'))
      }),
    permute: () => {
      mixed.forEach((value, index) => lanes[index]!.next(value))
      round.next(round.addWrap(1))
      when(round.eq(roundCount - 1), () => {
        when(ended, () => phase.go('low')).otherwise(() => phase.go('absorb'))
      })
    },
    low: () => when(to.fire, () => phase.go('high')),
    high: () =>
      when(to.fire, () => {
        forget()
        phase.go('absorb')
      }),
  })
  when(clear, () => {
    forget()
    phase.go('absorb')
  })
})
