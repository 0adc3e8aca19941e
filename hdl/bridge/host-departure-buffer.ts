/** Packets of one class on their way to the host. */
import { assert, bit, bitsFor, cat, input, literal, module, mux, output, reg, stream, uint, when } from '#edsl'
import { flitBits, flitBytes } from '#layout'
import { countRegister, flag, flitBytesMemory, slotAfter, slotRegister } from './host-byte-memory.ts'

/**
 * Takes packets from the network and keeps complete ones, as bytes in block RAM, until they are freed; may be read again
 * from the first one that is not. Never keeps the network waiting for more than `fullTicks`: then packets are dropped as long
 * as there is no room.
 *
 *     freed ... | free: sent before | sent: next to send ... look: being read | complete | open packet
 *
 * Ports: `from` flits; `drop` drops packets, also the one that comes; `tick` 1 for a cycle per tick. Reading: `place` of the
 * byte that `byte` shows in the next cycle, of the flit at `look`, or behind it with `step`; `look` goes back to the first
 * unsent flit with `restart`, and on to sent ones only with `rewind`; `advance` makes the `count` flits before `look` sent
 * ones; `free` forgets the oldest flit, not together with the others. `ready` complete flits that are not sent, `sent` those
 * that are sent and not free; `dropped` 1 for a cycle per dropped packet.
 * Timing: a flit from the network takes 18 cycles.
 * Reset: empty.
 * Source: NoC section 8.3, R-CLASS-4.
 */
export const departureBuffer = (depth: number, fullTicks: number) =>
  module(
    `departure_buffer_${depth}_${fullTicks}`,
    {
      from: input(stream(uint(flitBits))),
      drop: input(bit),
      tick: input(bit),
      place: input(uint(5)),
      step: input(bit),
      restart: input(bit),
      advance: input(bit),
      count: input(uint(bitsFor(depth))),
      rewind: input(bit),
      free: input(bit),
      byte: output(uint(8)),
      ready: output(uint(bitsFor(depth))),
      sent: output(uint(bitsFor(depth))),
      dropped: output(bit),
    },
    (ports) => {
      const { from } = ports
      const back = slotRegister(depth, 'back')
      const open = slotRegister(depth, 'open')
      const next = slotRegister(depth, 'next')
      const oldest = slotRegister(depth, 'oldest')
      const look = slotRegister(depth, 'look')
      const held = countRegister(depth, 'held')
      const pending = countRegister(depth, 'pending')
      const sent = countRegister(depth, 'sent_flits')
      const place = reg(uint(5), 0)
      const dropping = flag('dropping')
      /** Nothing was freed for too long. */
      const stuck = flag('stuck')
      const waited = reg(uint(bitsFor(fullTicks)), 0)

      // --- from the network
      const full = held.eq(depth).named('full')
      const memory = flitBytesMemory(depth, { slot: back, place, full })
      const inside = pending.any().named('inside')
      const waits = from.valid.and(full).and(dropping.not()).named('waits')
      // A packet that fills the whole buffer will never be complete.
      const givesUp = waits.and(stuck.or(held.eq(pending))).named('gives_up')
      const drops = ports.drop.and(dropping.not()).and(inside.or(from.valid)).or(givesUp).named('drops')
      const atEnd = place.eq(flitBytes - 1).named('at_end')
      const tail = from.payload
        .bit(flitBits - 1)
        .not()
        .named('tail')
      const stores = from.valid.and(full.not()).and(dropping.not()).and(drops.not()).named('stores')
      const takes = stores.and(atEnd).named('takes')
      from.ready.drive(dropping.or(stores.and(atEnd)))
      ports.dropped.drive(drops)

      const bytes = cat(literal(6, 0), from.payload)
      const byte = bytes.select(literal(5, flitBytes - 1).subWrap(place), 8)
      when(stores, () => {
        memory.write(byte)
        place.next(mux(atEnd, literal(5, 0), place.addWrap(1)))
      })
      const afterBack = slotAfter(back, depth)
      const completes = takes.and(tail).named('completes')
      when(takes, () => back.next(afterBack))
      when(completes, () => open.next(afterBack))
      when(drops, () => {
        back.next(open)
        place.next(0)
        // When nothing of it came yet, its head is still here.
        dropping.next(1)
      })
      when(dropping.and(from.fire).and(tail), () => dropping.next(0))

      when(ports.free.or(full.not()), () => waited.next(0)).elseWhen(ports.tick.and(waits).and(stuck.not()), () => {
        waited.next(waited.addWrap(1))
        when(waited.eq(fullTicks), () => stuck.next(1))
      })
      when(ports.free, () => stuck.next(0))

      // --- to the host
      const ready = held.subWrap(pending).subWrap(sent).named('unsent')
      const nothingSent = sent.eq(0).named('nothing_sent')
      const one = (happens: typeof drops) => happens.extend(held.width)
      const heldNow = held.addWrap(one(takes)).subWrap(one(ports.free)).named('held_now')
      held.next(mux(drops, heldNow.subWrap(pending), heldNow))
      pending.next(mux(drops.or(completes).not(), pending.addWrap(one(takes)), 0))
      sent.next(
        mux(
          ports.rewind.not(),
          sent.addWrap(mux(ports.advance, ports.count, 0)).subWrap(one(ports.free.and(nothingSent.not()))),
          0,
        ),
      )
      const afterOldest = slotAfter(oldest, depth)
      const moved = mux(ports.step, slotAfter(look, depth), look).named('moved')
      const nextNow = mux(
        ports.rewind,
        oldest,
        mux(ports.advance, moved, mux(ports.free.and(nothingSent), afterOldest, next)),
      ).named('next_now')
      const lookNow = mux(ports.restart.or(ports.rewind).or(ports.free), nextNow, moved).named('look_now')
      when(ports.free, () => oldest.next(afterOldest))
      next.next(nextNow)
      look.next(lookNow)
      ports.byte.drive(memory.read(lookNow, ports.place))
      ports.ready.drive(ready)
      ports.sent.drive(sent)

      assert(pending.le(held).and(held.le(depth)), 'holds at most its depth, and what is pending is held')
      assert(sent.le(held.subWrap(pending)), 'only what is complete is sent')
    },
  )
