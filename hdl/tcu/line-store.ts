/** Puts incoming lines where they belong in local memory, whatever the alignment on either side. */
import { cat, input, literal, module, mux, output, reg, stream, uint, bit, when } from '#edsl'
import { memoryRequest, storeLine } from './interfaces.ts'

/**
 * Rotates lines from the lanes of their source to those of their destination and stores them, one line per cycle. Bytes
 * that belong into the following line are carried over and stored with the next one; a last store flushes them.
 *
 * Ports: `line` in; `request` to the memory port, `granted` from it; `idle` high when nothing is carried; `restart` forgets what
 * is carried.
 * Timing: a line is taken in the cycle of its store; one more store after the last line if bytes are left.
 * Source: TCU interface 2.0.1, section 7.3.
 */
export const lineStore = module(
  'line_store',
  {
    line: input(stream(storeLine)),
    request: output(memoryRequest),
    granted: input(bit),
    idle: output(bit),
    restart: input(bit),
  },
  ({ line, request, granted, idle, restart }) => {
    const { first, last, origin, enables, data } = line.payload
    const carriedData = reg(uint(128))
    const carriedEnables = reg(uint(16), 0)
    const flushing = reg(bit, 0)
    const nextAddress = reg(uint(32))
    const heldShift = reg(uint(4))

    const shift = mux(first, origin.truncate(4), heldShift)
    const lineAddress = mux(first, cat(origin.slice(4, 28), literal(4, 0)), nextAddress)
    const shiftedData = data.extend(256).shiftLeft(cat(shift, literal(3, 0)))
    const shiftedEnables = enables.extend(32).shiftLeft(shift)

    const storeEnables = mux(flushing, literal(16, 0), shiftedEnables.truncate(16)).or(carriedEnables)
    const bytes = Array.from({ length: 16 }, (_, index) =>
      mux(carriedEnables.bit(index), carriedData.slice(8 * index, 8), shiftedData.slice(8 * index, 8)),
    )

    request.drive({
      valid: flushing.or(line.valid.and(storeEnables.any())),
      store: 1,
      address: mux(flushing, nextAddress, lineAddress),
      enables: storeEnables,
      data: cat(...bytes.reverse()),
    })
    line.ready.drive(flushing.not().and(storeEnables.any().not().or(granted)))
    idle.drive(flushing.not())

    when(line.fire, () => {
      const left = shiftedEnables.slice(16, 16)
      carriedData.next(shiftedData.slice(128, 128))
      carriedEnables.next(left)
      nextAddress.next(lineAddress.addWrap(16))
      heldShift.next(shift)
      flushing.next(last.and(left.any()))
    }).elseWhen(flushing.and(granted), () => {
      flushing.next(0)
      carriedEnables.next(0)
    })
    when(restart, () => {
      flushing.next(0)
      carriedEnables.next(0)
    })
  },
)
