/** Between a module and its network interface, when their clocks differ. */
import { connect, inDomain, input, instance, module, output, stream } from '#edsl'
import { flit } from '../flit.ts'
import { transmitGuard } from '../interface/transmit-guard.ts'
import { left, right } from './crossing-domains.ts'
import { crossingQueue } from './crossing-queue.ts'
import { resetHandshake } from './reset-handshake.ts'

/**
 * Brings the streams of a module in domain `left` to its interface in domain `right`, and back, each class through a queue of its
 * own. Either side may be reset alone at any time: a packet in the middle is completed with flits of bsel 0x00, towards the
 * network by the transmit guard of the interface, towards the module here; or it is forgotten to its tail.
 *
 * Ports: `inject` from the module, `injected` to the interface; `delivered` from the interface, `deliver` to the module; one stream
 * per class.
 * Timing: three cycles of the other side, when the clocks are equal; one flit per cycle of the slower clock.
 * Reset: of either side, at any time.
 * Rejects: RangeError when `depth` is no power of two, or below 2.
 * Source: NoC section 10.8.
 */
export const moduleCrossing = (classes: number, depth = 8) => {
  const streams = Array.from({ length: classes }, (_, index) => index)
  return module(
    `module_crossing_${classes}x${depth}`,
    {
      inject: streams.map(() => input(stream(flit), { domain: left })),
      deliver: streams.map(() => output(stream(flit), { domain: left })),
      injected: streams.map(() => output(stream(flit), { domain: right })),
      delivered: streams.map(() => input(stream(flit), { domain: right })),
    },
    ({ inject, deliver, injected, delivered }) => {
      const sides = instance(resetHandshake(), 'sides')
      const queue = crossingQueue(depth)
      for (const one of streams) {
        const out = instance(queue, { name: `out${one}`, domains: { write: left, read: right } })
        connect(out.from, inject[one]!)
        connect(injected[one]!, out.to)
        out.writeActive.drive(sides.leftActive)
        out.writeClears.drive(sides.leftClears)
        out.readActive.drive(sides.rightActive)
        out.readClears.drive(sides.rightClears)

        const back = instance(queue, { name: `back${one}`, domains: { write: right, read: left } })
        const whole = inDomain(left, () => instance(transmitGuard(0), `whole${one}`))
        connect(back.from, delivered[one]!)
        connect(whole.from, back.to)
        connect(deliver[one]!, whole.to)
        whole.open.drive(1)
        back.writeActive.drive(sides.rightActive)
        back.writeClears.drive(sides.rightClears)
        back.readActive.drive(sides.leftActive)
        back.readClears.drive(sides.leftClears)
      }
    },
  )
}
