/** What stands between a module and the network. */
import { type Bit, connect, input, instance, module, output, probe, reg, stream, struct, uint } from '#edsl'
import { flitCrossing, nocId } from '#layout'
import { fifo, packetMerge } from '#hdl/lib'
import { admission } from './admission.ts'
import { ejection } from './ejection.ts'
import { flit } from './flit.ts'
import { lengthGuard } from './length-guard.ts'
import { missingAnswer } from './missing-answer.ts'
import type { NetworkPlan } from './plan.ts'

/** What a network interface has counted since reset, modulo 2**32: packets of both classes. */
export const interfaceCounters = struct({
  /** Dropped: the mode belongs to another class. */
  wrongMode: uint(32),
  /** Not sent, and answered where there is an answer: the target does not exist. */
  missingTarget: uint(32),
  /** Dropped: a burst that announces no continuation flits. */
  emptyBurst: uint(32),
  /** Longer than announced, the rest is dropped. */
  cutBurst: uint(32),
  /** Shorter than announced, completed with bsel 0x00. */
  filledBurst: uint(32),
  /** Dropped on the way out: for another module. */
  misdelivered: uint(32),
})

/**
 * Connects a module to its router. What enters the network has the module's own id as source, an existing target, a mode of
 * its class and the announced length; requests to missing modules are answered here.
 *
 *     inject  ──> length guard ──> admission ──> toNetwork
 *                                  └ missing (class 0) ──> answer ──┐
 *     deliver <── queue of 2 <── packet merge (class 1) <───────────┴── ejection <── fromNetwork
 *
 * Ports: `own` the module's id, a constant; `inject`, `deliver` the module's side and `toNetwork`, `fromNetwork` the router's
 * side, of message classes 0 and 1; `counters`.
 * Timing: into the network within the cycle, out of it one cycle later. `ready` of `fromNetwork` does not depend on the module.
 * Reset: empty, counters 0.
 * Source: NoC sections 5 and 10.5.
 */
export const networkInterface = (role: 'module' | 'gateway', plan: NetworkPlan) =>
  module(
    role === 'gateway' ? 'network_interface_gateway' : 'network_interface',
    {
      own: input(nocId),
      inject0: input(stream(flit)),
      inject1: input(stream(flit)),
      deliver0: output(stream(flit)),
      deliver1: output(stream(flit)),
      toNetwork0: output(stream(flit)),
      toNetwork1: output(stream(flit)),
      fromNetwork0: input(stream(flit)),
      fromNetwork1: input(stream(flit)),
      counters: output(interfaceCounters),
    },
    ({ own, inject0, inject1, deliver0, deliver1, toNetwork0, toNetwork1, fromNetwork0, fromNetwork1, counters }) => {
      const length0 = instance(lengthGuard)
      const admission0 = instance(admission(0, role, plan))
      connect(length0.from, inject0)
      connect(admission0.from, length0.to)
      connect(toNetwork0, admission0.to)
      admission0.own.drive(own)

      const length1 = instance(lengthGuard)
      const admission1 = instance(admission(1, role, plan))
      connect(length1.from, inject1)
      connect(admission1.from, length1.to)
      connect(toNetwork1, admission1.to)
      admission1.own.drive(own)
      // Nobody waits for an answer to an answer.
      admission1.missing.ready.drive(1)

      const ejection0 = instance(ejection(role))
      const queue0 = instance(fifo(flit, 2))
      connect(ejection0.from, fromNetwork0)
      connect(queue0.from, ejection0.to)
      connect(deliver0, queue0.to)
      ejection0.own.drive(own)

      const answers = instance(missingAnswer)
      const ejection1 = instance(ejection(role))
      const merge1 = instance(packetMerge(2))
      const queue1 = instance(fifo(flit, 2))
      connect(answers.from, admission0.missing)
      connect(ejection1.from, fromNetwork1)
      connect(merge1.from[0]!, ejection1.to)
      connect(merge1.from[1]!, answers.to)
      connect(queue1.from, merge1.to)
      connect(deliver1, queue1.to)
      ejection1.own.drive(own)

      counters.drive({
        wrongMode: count('wrong_mode', admission0.wrongMode, admission1.wrongMode),
        missingTarget: count('missing_target', admission0.missingTarget, admission1.missingTarget),
        emptyBurst: count('empty_burst', length0.empty, length1.empty),
        cutBurst: count('cut_burst', length0.cut, length1.cut),
        filledBurst: count('filled_burst', length0.filled, length1.filled),
        misdelivered: count('misdelivered', ejection0.misdelivered, ejection1.misdelivered),
      })

      probe('deliver0', deliver0.fire, flitCrossing, deliver0.payload)
      probe('deliver1', deliver1.fire, flitCrossing, deliver1.payload)
      probe('inject0', inject0.fire, flitCrossing, inject0.payload)
      probe('inject1', inject1.fire, flitCrossing, inject1.payload)
    },
  )

/** A counter of the cycles in which one or both of two events happen, twice when both. */
const count = (name: string, one: Bit, other: Bit) => {
  const total = reg(uint(32), 0, name)
  total.next(total.addWrap(one.add(other).extend(32)))
  return total
}
