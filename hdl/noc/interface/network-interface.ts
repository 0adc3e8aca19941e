/** What stands between a module and the network. */
import {
  type Bit,
  cat,
  connect,
  flip,
  input,
  instance,
  literal,
  module,
  output,
  type Port,
  probe,
  type Source,
  stream,
  type UInt,
  type UIntShape,
} from '#edsl'
import { flitBits, flitCrossing, guardEvents, nocId } from '#layout'
import type { MessageClass, Network } from '#topology'
import { packetMerge } from '#hdl/lib'
import { channelOf, flitsUnderWay } from '../channel.ts'
import { flit, isTail } from '../flit.ts'
import { connectChannel } from '../link/connect-channel.ts'
import { admission, targetsOf } from './admission.ts'
import { ejection } from './ejection.ts'
import { countEvents, interfaceCounters } from './interface-counters.ts'
import { hasAnswers, missingAnswer, streamOfAnswers } from './missing-answer.ts'
import { planeEntry } from './plane-entry.ts'
import { planeExit } from './plane-exit.ts'
import { rateLimit, rateLimiter } from './rate-limiter.ts'
import { receiveGuard } from './receive-guard.ts'
import { oncePer } from '../once.ts'
import { roleOf } from './streams.ts'
import { transmitGuard } from './transmit-guard.ts'

/** What may differ from module to module. */
export interface InterfaceOptions {
  /** Chips behind a gateway; none for other modules. @defaultValue [] */
  readonly chips?: readonly number[]
  /** Cycles of the guards, 0 = off. @defaultValue those of the network */
  readonly guards?: { readonly tx: number; readonly rx: number }
  /** Flits of each virtual channel that wait for the module. @defaultValue 2, and one more for routers with a register */
  readonly depth?: number
}

type Flits = Source<UIntShape<typeof flitBits>>

/**
 * Connects a module to its router. What enters the network has the module's own id as source, an existing target, a mode of
 * its class and the announced length, and ends within the transmit guard; requests to missing modules are answered here. What
 * the module refuses for longer than the receive guard is dropped, so that the network goes on.
 *
 *     inject[c]  ──> transmit guard ──> admission ──> plane entry ──> toNetwork[plane]
 *                                       └ missing ──> answer ──┐
 *     deliver[c] <── receive guard <── ejection <── merge <────┴── plane exit <── fromNetwork[plane]
 *
 * Ports: `own` the module's id, a constant; `inject`, `deliver` the module's streams, one per message class; `toNetwork`,
 * `fromNetwork` the router's channels, one per plane; `limit` the rate of requests (classes 0 and 2), without effect unless the
 * network has rate limits; `counters`.
 * Timing: into the network within the cycle, out of it one cycle later. `room` of `fromNetwork` depends on nothing of the same
 * cycle.
 * Reset: empty, counters 0.
 * Source: NoC sections 5, 10.5 to 10.7.
 */
export const networkInterface = oncePer((network: Network, options: InterfaceOptions = {}) => {
  const { chips = [], guards = network.parameters.guards, depth = 2 + flitsUnderWay(network.parameters) } = options
  const { classes, planes } = network
  const targets = targetsOf(network)
  const streams = Array.from({ length: classes }, (_, index) => index as MessageClass)
  const limited = network.parameters.rateLimit !== undefined
  const limitPort = (limited ? { limit: input(rateLimit) } : {}) as { readonly limit: Port<'in', typeof rateLimit> }

  return module(
    `network_interface_${roleOf(chips)}_tx${guards.tx}_rx${guards.rx}`,
    {
      own: input(nocId),
      inject: streams.map(() => input(stream(flit))),
      deliver: streams.map(() => output(stream(flit))),
      toNetwork: planes.map(({ vcs }) => channelOf(network.parameters, vcs)),
      fromNetwork: planes.map(({ vcs }) => flip(channelOf(network.parameters, vcs))),
      counters: output(interfaceCounters),
      ...limitPort,
    },
    ({ own, inject, deliver, toNetwork, fromNetwork, counters, limit }) => {
      const yes = literal(1, 1)
      const limiter = limited ? instance(rateLimiter(), 'limiter') : undefined
      limiter?.limit.drive(limit)

      const entries = planes.map((plane) => instance(planeEntry(network, plane), `entry${plane.index}`))
      const exits = planes.map((plane) => instance(planeExit(network, plane, depth), `exit${plane.index}`))
      entries.forEach((entry, index) => connectChannel(toNetwork[index]!, entry.to))
      exits.forEach((exit, index) => connectChannel(exit.from, fromNetwork[index]!))
      const places = streams.map((one) => {
        const plane = planes.findIndex(({ classes: own }) => own.includes(one))
        return { entry: entries[plane]!, exit: exits[plane]!, at: planes[plane]!.classes.indexOf(one) }
      })

      const answers = streams.map((): Flits[] => [])
      const sent: Bit[] = []
      const outgoing = streams.map((one) => {
        const guard = instance(transmitGuard(guards.tx), `guard${one}`)
        const gate = instance(admission(one, classes, targets, chips), `admission${one}`)
        const { entry, at } = places[one]!
        const pays = limiter !== undefined && one % 2 === 0
        connect(guard.from, inject[one]!)
        connect(gate.from, guard.to)
        connect(entry.from[at]!, gate.to)
        entry.allowed[at]!.drive(pays ? limiter.allowed : yes)
        guard.open.drive(entry.open[at]!)
        gate.own.drive(own)
        if (pays) sent.push(gate.to.fire)
        if (hasAnswers(one, classes)) {
          const part = instance(missingAnswer(one, classes), `answers${one}`)
          connect(part.from, gate.missing)
          answers[streamOfAnswers(one, classes)]!.push(part.to)
        } else gate.missing.ready.drive(1)
        return { guard, gate }
      })
      limiter?.sent.drive(sent.reduce((any, one) => any.or(one)))

      const incoming = streams.map((one) => {
        const { exit, at } = places[one]!
        const sources = [...exit.to[at]!, ...answers[one]!]
        const merge = instance(packetMerge(sources.length), `merge${one}`)
        const check = instance(ejection(chips), `ejection${one}`)
        sources.forEach((source, index) => connect(merge.from[index]!, source))
        connect(check.from, merge.to)
        connect(deliver[one]!, check.to)
        check.own.drive(own)

        const guard = guards.rx === 0 ? undefined : instance(receiveGuard(guards.rx), `receive_guard${one}`)
        guard?.offered.drive(check.to.valid)
        guard?.taken.drive(check.to.fire)
        guard?.tail.drive(isTail(check.to.payload))
        exit.draining[at]!.drive(guard ? guard.draining : 0)
        return { check, guard, dropped: exit.dropped[at]! as UInt }
      })

      streams.forEach((one) => {
        probe(`deliver${one}`, deliver[one]!.fire, flitCrossing, deliver[one]!.payload)
        probe(`inject${one}`, inject[one]!.fire, flitCrossing, inject[one]!.payload)
      })
      const byClass = (events: readonly UInt[]): UInt => cat(...[3, 2, 1, 0].map((one) => events[one] ?? literal(1, 0)))
      const events = {
        stopped: byClass(outgoing.map(({ guard }) => guard.stopped)),
        refused: byClass(incoming.map(({ guard }) => (guard ? guard.fired : literal(1, 0)))),
        dropped: byClass(incoming.map(({ dropped }) => dropped.any())),
      }
      probe('guards', events.stopped.any().or(events.refused.any()).or(events.dropped.any()), guardEvents, events)

      counters.drive({
        wrongMode: countEvents(
          'wrong_mode',
          outgoing.map(({ gate }) => gate.wrongMode),
        ),
        missingTarget: countEvents(
          'missing_target',
          outgoing.map(({ gate }) => gate.missingTarget),
        ),
        emptyBurst: countEvents(
          'empty_burst',
          outgoing.map(({ guard }) => guard.empty),
        ),
        cutBurst: countEvents(
          'cut_burst',
          outgoing.map(({ guard }) => guard.cut),
        ),
        filledBurst: countEvents(
          'filled_burst',
          outgoing.map(({ guard }) => guard.filled),
        ),
        stoppedBurst: countEvents(
          'stopped_burst',
          outgoing.map(({ guard }) => guard.stopped),
        ),
        misdelivered: countEvents(
          'misdelivered',
          incoming.map(({ check }) => check.misdelivered),
        ),
        refused: countEvents(
          'refused',
          incoming.map(({ guard }) => (guard ? guard.fired : literal(1, 0))),
        ),
        drained: countEvents(
          'drained',
          incoming.map(({ dropped }) => dropped),
        ),
      })
    },
  )
})
