/** Which flits of the host make packets that may enter the network. */
import { type Bit, bit, cat, input, literal, module, mux, output, reg, stream, struct, uint, when } from '#edsl'
import { burstBytes, burstLengthBits, flitBytes, hostId, lineBytes, modeClass, modes, nocId } from '#layout'
import type { HostBridgeParameters } from './host-parameters.ts'

/** Lines of the longest memory burst that enters the network as one packet. NoC section 2.5, NDEV-14. */
export const burstLines = burstBytes / lineBytes

/** What happens to the buffers of both classes; a set of bits has one for each. */
const arrivalWrite = struct({
  writes: uint(2),
  place: uint(5),
  byte: uint(8),
  /** The flit is complete with this byte, and stays. */
  push: uint(2),
  /** The packet, or a piece of it that can go alone, is complete with this flit. */
  release: uint(2),
  /** The flits since the last release are gone. */
  withdraw: uint(2),
})

const setOf = (holds: (mode: number) => boolean): bigint =>
  modeClass.reduce((set, _, mode) => (holds(mode) ? set | (1n << BigInt(mode)) : set), 0n)

/**
 * Puts bytes together to flits and packets, sorts them by message class, and lets go what is complete. Sources are stamped.
 * A packet is discarded as a whole when its mode belongs to bypass traffic, when it is longer than the largest packet, or when
 * its length is not the announced one. Memory bursts of more than 32 lines, which are cut later, go in pieces of 32 lines.
 *
 * Ports: `own` the bridge's id; `from` bytes of flits; `room` a bit per class: its buffer has room for a flit; `forget`
 * discards the open packet, not together with a byte; `change` for the buffers; `open` 1 inside of a packet or flit;
 * `invalid`, `incomplete` 1 for a cycle per discarded packet.
 * Timing: a byte per cycle. Byte 0 of a stored flit has bit 2 set in a head, bit 1 is the burst bit.
 * Reset: a packet begins.
 * Source: NoC sections 2.10, 8.3 and 10.5.
 */
export const packetAssembly = ({ largestPacket, sources }: HostBridgeParameters) =>
  module(
    `packet_assembly_${largestPacket}_${sources}`,
    {
      own: input(nocId),
      from: input(stream(uint(8))),
      room: input(uint(2)),
      forget: input(bit),
      change: output(arrivalWrite),
      open: output(bit),
      invalid: output(bit),
      incomplete: output(bit),
    },
    ({ own, from, room, forget, change, open, invalid, incomplete }) => {
      const place = reg(uint(5), 0)
      const inside = reg(bit, 0)
      const discarding = reg(bit, 0)
      const isResponse = reg(bit, 0)
      const isLong = reg(bit, 0)
      const left = reg(uint(burstLengthBits))
      const line = reg(uint(5))
      // Of the flit that comes.
      const burst = reg(bit)
      const mode = reg(uint(4))
      const lengthHigh = reg(uint(5))

      const atHead = inside.or(discarding).not().named('at_head')
      const atEnd = from.fire.and(place.eq(flitBytes - 1)).named('at_end')
      // The class is in byte 5: until then both buffers take a head.
      const classes = mux(inside, mux(isResponse, literal(2, 0b10), literal(2, 0b01)), 0b11).named('classes')
      from.ready.drive(forget.not().and(discarding.or(room.all())))

      const byte = from.payload
      const stamps = sources === 'stamped' ? atHead : literal(1, 0)
      const stored = mux(
        place.eq(0),
        cat(literal(5, 0), atHead, byte.bit(1), literal(1, 0)),
        mux(
          stamps.and(place.eq(2)),
          own.mod,
          mux(stamps.and(place.eq(3)), cat(literal(6, hostId.chip), byte.slice(0, 2)), byte),
        ),
      ).named('stored')

      when(from.fire, () => {
        place.next(mux(place.eq(flitBytes - 1), literal(5, 0), place.addWrap(1)))
        when(place.eq(0), () => burst.next(byte.bit(1)))
        when(place.eq(5), () => mode.next(byte.slice(0, 4)))
        when(place.eq(flitBytes - 2), () => lengthHigh.next(byte.slice(0, 5)))
      })

      const announced = cat(lengthHigh, byte).named('announced')
      const responds = literal(
        16,
        setOf((one) => modeClass[one] === 1),
      )
        .bit(mode)
        .named('responds')
      const bypass = literal(
        16,
        setOf((one) => (modeClass[one] ?? 0) > 1),
      )
        .bit(mode)
        .named('bypass')
      const toMemory = mode.in(modes.READ_RSP, modes.WRITE_POSTED).named('to_memory')
      const badLength = announced.eq(0).or(toMemory.not().and(announced.gt(largestPacket - 1)))
      const headIsBad = bypass.or(burst.and(badLength)).named('head_is_bad')
      const isLast = left.eq(1).named('is_last')
      const agrees = isLast.eq(burst.not()).named('agrees')

      const endsHead = atEnd.and(atHead).named('ends_head')
      const endsBody = atEnd.and(inside).named('ends_body')
      const bad = endsHead.and(headIsBad).or(endsBody.and(agrees.not())).named('bad')
      const pushes = endsHead.and(headIsBad.not()).or(endsBody.and(agrees)).named('pushes')
      const endsPiece = endsBody.and(isLong).and(line.all())
      const releases = pushes.and(burst.not().or(endsPiece)).named('releases')
      const withdraws = endsBody.and(agrees.not()).or(forget.and(inside)).named('withdraws')
      const concerned = mux(inside, classes, mux(responds, literal(2, 0b10), literal(2, 0b01))).named('concerned')
      const forConcerned = (happens: Bit) => mux(happens, concerned, literal(2, 0))

      change.drive({
        writes: mux(from.fire.and(discarding.not()), classes, literal(2, 0)),
        place,
        byte: stored,
        push: forConcerned(pushes),
        release: forConcerned(releases),
        withdraw: forConcerned(withdraws),
      })
      open.drive(inside.or(discarding).or(place.any()))
      invalid.drive(bad)
      incomplete.drive(forget.and(inside.or(discarding.not().and(place.any()))))

      when(endsHead, () => {
        isResponse.next(responds)
        isLong.next(toMemory.and(announced.gt(burstLines)))
        left.next(announced)
        line.next(0)
        inside.next(burst.and(headIsBad.not()))
        discarding.next(burst.and(headIsBad))
      })
      when(endsBody, () => {
        left.next(left.subWrap(1))
        line.next(line.addWrap(1))
        inside.next(burst.and(agrees))
        discarding.next(burst.and(agrees.not()))
      })
      when(atEnd.and(discarding), () => discarding.next(burst))
      when(forget, () => {
        place.next(0)
        inside.next(0)
        discarding.next(0)
      })
    },
  )
