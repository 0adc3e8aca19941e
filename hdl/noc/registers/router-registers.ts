/** The module z = 3 of a router. */
import { allow, cat, connect, flip, input, instance, literal, module, output, uint, type UInt } from '#edsl'
import { nocId } from '#layout'
import { type Network, vcsOf } from '#topology'
import { packetMerge } from '#hdl/lib'
import { channelOf, flitsUnderWay } from '../channel.ts'
import { ejectionQueue } from '../interface/ejection-queue.ts'
import { interfaceCounters } from '../interface/interface-counters.ts'
import { planeEntry } from '../interface/plane-entry.ts'
import { rateLimit } from '../interface/rate-limiter.ts'
import { connectChannel } from '../link/connect-channel.ts'
import { hasWeights, inputsOf } from '../router/router.ts'
import { registerRequests } from './register-requests.ts'
import { type ConfigWriters, modulesAt, registerWindowOf } from './register-window.ts'

/**
 * A router's registers behind its own channels. It serves class 0 and answers in class 1; packets of other classes are taken and
 * forgotten.
 *
 * Ports: `own` the window's id; `from`, `to` the router's channels, one per plane; the others as `registerWindowOf` has them.
 * Timing: one request at a time.
 * Reset: counters 0 and running, weights as computed, rates as described.
 * Source: NoC section 10.9.
 */
export const routerRegisterModule = (network: Network, index: number, writers: ConfigWriters) => {
  const node = network.routers[index]!
  const { planes, parameters } = network
  const here = modulesAt(network, index)
  const underWay = flitsUnderWay(parameters)
  const planeOf = (one: number): number => planes.findIndex(({ classes }) => classes.includes(one as 0))
  const answerClass = network.classes === 1 ? 0 : 1
  const weights = hasWeights(network)
    ? planes.map((plane) => inputsOf(network, index, plane).map((of) => of.map(() => output(uint(8)))))
    : undefined
  const limits = parameters.rateLimit ? here.map(() => output(rateLimit)) : undefined

  return module(
    `router_registers_${node.name}`,
    {
      own: input(nocId),
      from: planes.map(({ vcs }) => flip(channelOf(parameters, vcs))),
      to: planes.map(({ vcs }) => channelOf(parameters, vcs)),
      received: planes.map(() => input(uint(node.inputs.length))),
      waiting: planes.map(() => input(uint(node.inputs.length))),
      ofClass: planes.map(({ classes }) => classes.map(() => input(uint(node.inputs.length)))),
      holding: planes.map(() => input(uint(node.outputs.length))),
      counters: here.map(() => input(interfaceCounters)),
      ...(weights && { weights }),
      ...(limits && { limits }),
    },
    (ports) => {
      const { own, from, to, received, waiting, ofClass, holding, counters } = ports
      const window = instance(registerWindowOf(network, index, writers), 'window')
      const requests = instance(registerRequests(), 'requests')
      requests.own.drive(own)
      window.access.drive(requests.access)
      requests.data.drive(window.data)
      requests.dataReady.drive(window.dataReady)
      window.dropped.drive(requests.dropped)
      planes.forEach((plane, at) => {
        window.received[at]!.drive(received[at]!)
        window.waiting[at]!.drive(waiting[at]!)
        window.holding[at]!.drive(holding[at]!)
        plane.classes.forEach((_, place) => window.ofClass[at]![place]!.drive(ofClass[at]![place]!))
      })
      counters.forEach((one, at) => window.counters[at]!.drive(one))
      const outside = ports as unknown as Settings
      const inside = window as unknown as Readings
      outside.weights?.forEach((outputs, plane) =>
        outputs.forEach((of, at) => of.forEach((one, place) => one.drive(inside.weights![plane]![at]![place]!))),
      )
      outside.limits?.forEach((one, at) => one.drive(inside.limits![at]))

      planes.forEach((plane, at) => {
        const arriving = from[at]!
        if (arriving.age !== undefined) allow('HDL-0305', 'ages end where packets leave the network', arriving.age)
        const asks = plane.classes.includes(0) ? [0, 1].flatMap((lane) => vcsOf(network, plane, 0, lane as 0 | 1)) : []
        const own = [...new Set(network.lanes === 2 ? asks : asks.slice(0, asks.length / 2))]
        const rooms = Array.from({ length: plane.vcs }, () => literal(1, 1))
        const queues = own.map((vc) => {
          const queue = instance(ejectionQueue(2 + underWay, underWay), `queue${vc}`)
          queue.arrives.drive(arriving.valid.and((arriving.vc as UInt).eq(vc)))
          queue.from.drive(arriving.flit)
          queue.draining.drive(0)
          rooms[vc] = queue.room
          return queue
        })
        ;(arriving.room as unknown as { drive(value: UInt): void }).drive(cat(...rooms.reverse()))
        if (queues.length === 0) {
          const reason = 'a window asks for nothing, so nothing comes in planes without requests'
          for (const part of [arriving.valid, arriving.vc, arriving.flit]) allow('HDL-0305', reason, part)
          return
        }
        const merge = instance(packetMerge(queues.length), 'merge')
        queues.forEach((queue, place) => connect(merge.from[place]!, queue.to))
        connect(requests.from, merge.to)
      })

      planes.forEach((plane, at) => {
        const entry = instance(planeEntry(network, plane), `entry${plane.index}`)
        connectChannel(to[at]!, entry.to)
        plane.classes.forEach((one, place) => {
          entry.allowed[place]!.drive(1)
          if (at === planeOf(answerClass) && one === answerClass) return connect(entry.from[place]!, requests.to)
          entry.from[place]!.valid.drive(0)
          entry.from[place]!.payload.drive(0)
        })
      })
    },
  )
}

interface Settings {
  readonly weights?: readonly (readonly (readonly { drive(value: UInt): void }[])[])[]
  readonly limits?: readonly { drive(value: unknown): void }[]
}

interface Readings {
  readonly weights?: readonly (readonly (readonly UInt[])[])[]
  readonly limits?: readonly unknown[]
}
