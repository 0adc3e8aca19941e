/** Packets of one class on their way into the network. */
import { assert, bit, bitsFor, cat, input, module, mux, output, reg, states, stream, struct, uint, when } from '#edsl'
import { flitBits, flitBytes } from '#layout'
import { countRegister, flitBytesMemory, slotAfter, slotRegister } from './host-byte-memory.ts'

/** A flit, and whether it is the head of a packet. */
export const markedFlit = struct({ head: bit, flit: uint(flitBits) })

/**
 * Keeps `depth` flits as bytes in block RAM, and hands them on when they are released.
 *
 * Ports: `write` stores `byte` at `place` of the next flit; `push` makes it stay; `release` lets all flits go, also the one
 * that is pushed; `withdraw` takes back those that were pushed since; `used` flits; `room` 1 when there is room for one more;
 * `to` the flits.
 * Timing: a flit takes 20 cycles from the memory into the network; it leaves at the earliest 20 cycles after its release.
 * Reset: empty.
 */
export const arrivalBuffer = (depth: number) =>
  module(
    `arrival_buffer_${depth}`,
    {
      write: input(bit),
      place: input(uint(5)),
      byte: input(uint(8)),
      push: input(bit),
      release: input(bit),
      withdraw: input(bit),
      room: output(bit),
      used: output(uint(bitsFor(depth))),
      to: output(stream(markedFlit)),
    },
    (ports) => {
      const back = slotRegister(depth, 'back')
      const open = slotRegister(depth, 'open')
      const front = slotRegister(depth, 'front')
      const held = countRegister(depth, 'held')
      const pending = countRegister(depth, 'pending')
      const full = held.eq(depth).named('full')
      const memory = flitBytesMemory(depth, { slot: back, place: ports.place, full })
      when(ports.write, () => memory.write(ports.byte))

      const state = states('wait', 'fetch', 'last', 'show')
      const place = reg(uint(5), 0)
      const arrives = reg(bit, 0)
      const word = reg(uint(flitBits + 1))
      const byte = memory.read(front, place)
      const { to } = ports
      to.payload.drive({ head: word.bit(flitBits), flit: word.truncate(flitBits) })
      to.valid.drive(state.is('show'))
      arrives.next(state.is('fetch'))
      when(arrives, () => word.next(cat(word.truncate(flitBits - 7), byte)))
      state.match({
        wait: () => when(held.ne(pending), () => state.go('fetch')),
        fetch: () => {
          place.next(place.addWrap(1))
          when(place.eq(flitBytes - 1), () => {
            place.next(0)
            state.go('last')
          })
        },
        last: () => state.go('show'),
        show: () =>
          when(to.fire, () => {
            front.next(slotAfter(front, depth))
            state.go('wait')
          }),
      })

      const pushed = mux(ports.push, slotAfter(back, depth), back).named('pushed')
      const left = held.subWrap(to.fire.extend(held.width)).named('left')
      const pendingNow = pending.addWrap(ports.push.extend(held.width)).named('pending_now')
      back.next(mux(ports.withdraw, open, pushed))
      held.next(mux(ports.withdraw, left.subWrap(pending), left.addWrap(ports.push.extend(held.width))))
      pending.next(mux(ports.release.or(ports.withdraw).not(), pendingNow, 0))
      when(ports.release, () => open.next(pushed))
      ports.room.drive(full.not())
      ports.used.drive(held)

      assert(held.le(depth).and(pending.le(held)), 'holds at most its depth, and what is pending is held')
      assert(ports.write.and(full).not(), 'takes no flit without room')
      assert(ports.push.and(ports.withdraw).not(), 'a flit is pushed or withdrawn')
    },
  )
