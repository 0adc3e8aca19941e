/** The host's way into the network and out of it. */
import {
  bit,
  bitsFor,
  cat,
  connect,
  input,
  instance,
  literal,
  module,
  mux,
  output,
  reg,
  stream,
  uint,
  type Views,
  when,
} from '#edsl'
import { framed, packetMerge } from '#hdl/lib'
import { flitBits, flitBytes, nocId, windowUnit } from '#layout'
import { arrivalBuffer } from './host-arrival-buffer.ts'
import { burstCutter } from './host-burst-cutter.ts'
import { departureBuffer } from './host-departure-buffer.ts'
import { frameReceiver } from './host-frame-receiver.ts'
import { frameStore } from './host-frame-store.ts'
import { frameWriter } from './host-frame-writer.ts'
import { linkControl } from './host-link-control.ts'
import { packetAssembly } from './host-packet-assembly.ts'
import { packetSplit } from './host-packet-split.ts'
import { type HostBridgeOptions, type HostBridgeParameters, hostBridgeParameters } from './host-parameters.ts'
import { rawReceiver } from './host-raw-receiver.ts'
import { hostRegisterUnit } from './host-registers.ts'

/**
 * Connects a host behind a byte stream to the network: framed mode, or raw.
 *
 *     received ─> frame receiver ─> frame store ─> assembly ─┬> arrival buffer 0 ─> burst cutter ──────────> request to network
 *                      │ numbers, acknowledgements           └> arrival buffer 1 ─> burst cutter ─> merge ─> response to network
 *                      v                                                        registers ─────────┘  ^
 *     sent <─ frame writer <── link control, departure buffers 0 and 1 <── split <──────────────── request, response from network
 *
 * Into the network goes what is complete, and legal bursts only. From the network everything is taken: a flit per 18 cycles,
 * unless the buffer is full, which lasts 1 ms (`fullMicroseconds`) at most.
 *
 * Ports: `own` the bridge's id; `request`, `response` the module's side of the network interface, classes 0 and 1, from the
 * network (`...In`) and to it (`...Out`); `received`, `sent` bytes of frames or datagrams, the last one marked; `received` is
 * always taken, with gaps of a cycle in raw formats and waits when no room is left there; `restart` 1 for a cycle when the
 * chip is to restart; `up` the link is up.
 * Timing: a byte per cycle each way.
 * Reset: the link is down.
 * Rejects: RangeError for options that are out of range.
 * Source: NoC section 8.
 */
export const hostBridge = (options: HostBridgeOptions) => {
  const parameters = hostBridgeParameters(options)
  const { format, depth, largestPacket, outstanding, counterBits, sources } = parameters
  const { frameFlits, tickCycles, fullTicks, incompleteTicks } = parameters
  const name = `host_bridge_${format}_${depth}_${largestPacket}_${outstanding}_${sources}_${counterBits}_${tickCycles}`
  return module(
    name,
    {
      own: input(nocId),
      requestIn: input(stream(uint(flitBits))),
      responseIn: input(stream(uint(flitBits))),
      requestOut: output(stream(uint(flitBits))),
      responseOut: output(stream(uint(flitBits))),
      received: input(stream(framed(uint(8)))),
      sent: output(stream(framed(uint(8)))),
      restart: output(bit),
      up: output(bit),
    },
    (ports) => {
      const { own } = ports
      const countdown = reg(uint(bitsFor(tickCycles - 1)), 0)
      const tick = countdown.eq(tickCycles - 1).named('tick')
      countdown.next(mux(tick.not(), countdown.addWrap(1), 0))

      // --- from the host
      const store = instance(frameStore(flitBytes * (frameFlits + 2)), 'store')
      const assembly = instance(packetAssembly(parameters), 'assembly')
      assembly.own.drive(own)
      connect(assembly.from, store.to)
      const arrivals = [0, 1].map((index) => instance(arrivalBuffer(depth), `arrival${index}`))
      const { change } = assembly
      arrivals.forEach((arrival, index) => {
        arrival.write.drive(change.writes.bit(index))
        arrival.place.drive(change.place)
        arrival.byte.drive(change.byte)
        arrival.push.drive(change.push.bit(index))
        arrival.release.drive(change.release.bit(index))
        arrival.withdraw.drive(change.withdraw.bit(index))
      })
      const [arrival0, arrival1] = [arrivals[0]!, arrivals[1]!]
      assembly.room.drive(cat(arrival1.room, arrival0.room))
      const cutters = arrivals.map((arrival, index) => {
        const cutter = instance(burstCutter, `cutter${index}`)
        connect(cutter.from, arrival.to)
        return cutter
      })
      connect(ports.requestOut, cutters[0]!.to)

      // --- to the host, and to the registers
      const splits = [ports.requestIn, ports.responseIn].map((from, index) => {
        const split = instance(packetSplit, `split${index}`)
        connect(split.from, from)
        return split
      })
      const departures = splits.map((split, index) => {
        const departure = instance(departureBuffer(depth, fullTicks), `departure${index}`)
        connect(departure.from, split.toHost)
        departure.tick.drive(tick)
        return departure
      })
      const registers = instance(hostRegisterUnit(counterBits), 'registers')
      registers.own.drive(own)
      connect(registers.from, splits[0]!.toBridge)
      // The bridge asks nobody, so answers to it are none.
      const stray = splits[1]!.toBridge
      stray.ready.drive(1)
      const merge = instance(packetMerge(2), 'answers')
      connect(merge.from[0]!, cutters[1]!.to)
      connect(merge.from[1]!, registers.to)
      connect(ports.responseOut, merge.to)
      ports.restart.drive(registers.restart)

      const control = instance(linkControl(parameters), 'control')
      const writer = instance(frameWriter(parameters), 'writer')
      writer.chip.drive(own.chip)
      writer.start.drive(control.start)
      writer.header.drive(control.header)
      writer.byte.drive(mux(control.class, departures[1]!.byte, departures[0]!.byte))
      connect(ports.sent, writer.to)
      departures.forEach((departure, index) => {
        const command = control.commands[index]!
        const isChosen = index === 1 ? control.class : control.class.not()
        departure.drop.drive(control.up.not())
        departure.place.drive(writer.place)
        departure.step.drive(command.step.or(writer.step.and(isChosen)))
        departure.restart.drive(command.restart)
        departure.advance.drive(command.advance)
        departure.free.drive(command.free)
        departure.rewind.drive(control.rewind)
        departure.count.drive(
          depth >= 128 ? control.count.extend(bitsFor(depth)) : control.count.truncate(bitsFor(depth)),
        )
        control.ready[index]!.drive(departure.ready)
        control.sent[index]!.drive(departure.sent)
      })
      control.isTail.drive(cat(departures[1]!.byte.bit(1).not(), departures[0]!.byte.bit(1).not()))
      control.tick.drive(tick)
      control.done.drive(writer.done)
      control.settled.drive(store.empty)
      ports.up.drive(control.up)
      registers.up.drive(control.up)

      const link = format === 'framed' ? framedReceiver(parameters, control) : rawReceiverOf(format, control)
      connect(link.from, ports.received)
      store.write.drive(link.write)
      store.byte.drive(link.byte)
      store.commit.drive(link.commit)
      store.abandon.drive(link.abandon)
      link.full.drive(store.full)
      if (link.expire === undefined) {
        assembly.forget.drive(control.forget)
      } else {
        const silent = reg(uint(bitsFor(incompleteTicks)), 0)
        const expire = silent.eq(incompleteTicks).and(store.empty).named('expire')
        when(ports.received.fire.or(expire), () => silent.next(0)).elseWhen(tick.and(silent.ne(incompleteTicks)), () =>
          silent.next(silent.addWrap(1)),
        )
        link.expire.drive(expire)
        assembly.forget.drive(expire.and(assembly.open))
      }

      // Room in the fuller of both buffers, without the frame that is still on its way to them.
      const used = mux(arrival0.used.gt(arrival1.used), arrival0.used, arrival1.used).named('used')
      const coming = reg(uint(7), 0)
      when(link.commit, () => coming.next(link.flits))
      const expectedFlits = used.extend(10).addWrap(mux(store.empty.not(), coming, 0).extend(10))
      const units = literal(10, depth).subClamp(expectedFlits).shiftRight(Math.log2(windowUnit))
      control.window.drive(units.truncate(8))

      const strayHead = reg(bit, 1)
      when(stray.fire, () => strayHead.next(stray.payload.bit(flitBits - 1).not()))
      registers.events.drive({
        frames: link.good,
        wrongCrc: link.wrongCrc,
        wrongSequence: link.refused,
        wrongLength: link.wrongLength,
        resent: control.resent,
        flitsIn: ports.requestOut.fire.extend(2).addWrap(ports.responseOut.fire.and(merge.from[0]!.fire).extend(2)),
        flitOut: writer.flitOut.and(control.fresh),
        incomplete: assembly.incomplete,
        invalid: assembly.invalid.extend(2).addWrap(stray.fire.and(strayHead).extend(2)),
        lost: control.lost
          .extend(3)
          .addWrap(departures[0]!.dropped.extend(3))
          .addWrap(departures[1]!.dropped.extend(3)),
      })
    },
  )
}

type Control = Views<ReturnType<typeof linkControl>['ports'], 'outside'>

const framedReceiver = ({ frameFlits }: HostBridgeParameters, control: Control) => {
  const receiver = instance(frameReceiver(frameFlits), 'receiver')
  receiver.expected.drive(control.expected)
  receiver.accepting.drive(control.accepting)
  control.frame.drive(receiver.frame)
  const { valid, refused, flits } = receiver.frame
  return Object.assign(receiver, { good: valid, refused: valid.and(refused), flits, expire: undefined })
}

const rawReceiverOf = (format: 'rawDatagrams' | 'rawBytes', control: Control) => {
  const receiver = instance(rawReceiver(format === 'rawDatagrams' ? 'datagrams' : 'never'), 'receiver')
  // Raw links have neither numbers nor windows.
  control.frame.drive({
    ...{ valid: 0, accepted: 0, refused: 0, isHello: 0, isAcknowledgement: 0 },
    ...{ flits: 0, seq: 0, ack: 0, window: 0 },
  })
  const none = literal(1, 0)
  return Object.assign(receiver, { wrongCrc: none, refused: none, flits: literal(7, 0) })
}
