/** Where the flits of a physical network wait for a module, class by class. */
import { allow, bit, cat, flip, input, instance, literal, module, output, stream, uint } from '#edsl'
import { type Network, type Plane, vcsOf } from '#topology'
import { channelOf, flitsUnderWay } from '../channel.ts'
import { flit } from '../flit.ts'
import { ejectionQueue } from './ejection-queue.ts'

/** The virtual channels of a class in all lanes. */
const vcsOfClass = (network: Network, plane: Plane, at: number): readonly number[] => {
  const one = plane.classes[at]!
  const both = [...vcsOf(network, plane, one, 0), ...(network.lanes === 2 ? vcsOf(network, plane, one, 1) : [])]
  return [...new Set(both)]
}

/**
 * Sorts the flits that arrive from a router by virtual channel, each with a queue of `depth` flits.
 *
 * Ports: `from` the network; `to` for each class of the plane a stream per virtual channel; `draining` per class, the module
 * refuses, so its packets are forgotten; `dropped` per class, how many packets were forgotten in this cycle.
 * Timing: a flit can leave in the cycle after it came.
 * Reset: empty.
 * Source: NoC sections 2.8 (R-CLASS-1), 10.4, 10.7.
 */
export const planeExit = (network: Network, plane: Plane, depth: number) => {
  const vcs = plane.classes.map((_, at) => vcsOfClass(network, plane, at))
  return module(
    `plane_exit_${plane.index}_${depth}`,
    {
      from: flip(channelOf(network.parameters, plane.vcs)),
      to: vcs.map((own) => own.map(() => output(stream(flit)))),
      draining: vcs.map(() => input(bit)),
      dropped: vcs.map((own) => output(uint(own.length))),
    },
    ({ from, to, draining, dropped }) => {
      if (from.age !== undefined) allow('HDL-0305', 'ages end where packets leave the network', from.age)
      const room = Array.from({ length: plane.vcs }, () => literal(1, 0))
      vcs.forEach((own, at) => {
        const events = own.map((vc, number) => {
          const queue = instance(ejectionQueue(depth, flitsUnderWay(network.parameters)), `queue${vc}`)
          queue.arrives.drive(from.valid.and(from.vc.eq(vc)))
          queue.from.drive(from.flit)
          queue.draining.drive(draining[at]!)
          const out = to[at]![number]!
          out.payload.drive(queue.to.payload)
          out.valid.drive(queue.to.valid)
          queue.to.ready.drive(out.ready)
          room[vc] = queue.room
          return queue.dropped
        })
        dropped[at]!.drive(cat(...events))
      })
      from.room.drive(cat(...room.reverse()))
    },
  )
}
