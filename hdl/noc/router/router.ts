/** The router: where packets wait, turn and are chosen. */
import {
  allow,
  assert,
  type Bit,
  cat,
  flip,
  implies,
  input,
  instance,
  literal,
  module,
  mux,
  onehotIndex,
  output,
  reg,
  uint,
  type UInt,
} from '#edsl'
import type { Network, Plane } from '#topology'
import { channelOf, flitsUnderWay, vcBits } from '../channel.ts'
import { oncePer } from '../once.ts'
import { allocate } from './allocate.ts'
import { packetState } from './packet-state.ts'
import { planRouter } from './plan-router.ts'
import { anyOf } from './ranking.ts'
import { rankings } from './rankings.ts'
import type { RouteKey } from './route-table.ts'
import { vcBuffer } from './vc-buffer.ts'
import { weightBits } from './source-weighted.ts'

/** What a router tells those who count: one bit per input or output, each cycle for itself. */
const events = (inputs: number, outputs: number, classes: number) => ({
  /** Inputs at which a flit arrives. */
  received: output(uint(inputs)),
  /** For each class of the plane, inputs at which a flit of it arrives. */
  ofClass: Array.from({ length: classes }, () => output(uint(inputs))),
  /** Inputs at which a flit waits that does not leave in this cycle. */
  waiting: output(uint(inputs)),
  /** Outputs in whose virtual channels a packet has begun and not ended. */
  holding: output(uint(outputs)),
})

interface EventPorts {
  readonly received: { drive(bits: UInt): void }
  readonly ofClass: readonly { drive(bits: UInt): void }[]
  readonly waiting: { drive(bits: UInt): void }
  readonly holding: { drive(bits: UInt): void }
}

/**
 * Forwards packets of the classes of `plane`: a wormhole router with virtual channels.
 *
 *     from ──> buffer ──> way out, found at the head ──> virtual channel, in turn ──> input, by policy ──> turns in use ──> to
 *
 * A packet keeps its class, and its virtual channel but for datelines. An output virtual channel stays with a packet from its
 * head to its tail; flits of different virtual channels interleave. Of a virtual channel that has ended a packet the next flit
 * is a head, whatever is in it, so nothing that comes can confuse the router: ids that do not exist have a way too, and only a
 * packet that never ends holds its channels for ever, which interfaces prevent.
 *
 * Ports: `from` a channel per input, `to` a channel per output of `network.routers[index]`, in their order. With policy
 * `sourceWeighted` and `counters`, `weights[o]`: a weight of 8 bits per entry of `inputsOf(network, index, plane)[o]`, 0 counts
 * as 1. With `counters`, `events`.
 * Timing: pipeline `one`: a flit that is in the buffer when a cycle begins is at the other end of the link when it ends;
 * `two`, or `outputRegister`: one cycle later. One flit per cycle through every input and output. `room` of `from` comes out
 * of registers, and `valid`, `vc` and `flit` of `to` depend on `room` of that output alone.
 * Reset: empty, no packet under way.
 * Source: NoC sections 10.2 to 10.4, 10.6, 10.9, 11.1, 12.4.
 */
export const router = (network: Network, index: number, plane: Plane) => {
  const { parameters } = network
  const plan = planRouter(network, index, plane)
  const node = network.routers[index]!
  const { vcs } = plane
  const adjustable = hasWeights(network)
  const [inputs, outputs] = [node.inputs.length, node.outputs.length]
  return module(
    `router_${node.name}${network.planes.length > 1 ? `_p${plane.index}` : ''}`,
    {
      from: node.inputs.map(() => flip(channelOf(parameters, vcs))),
      to: node.outputs.map(() => channelOf(parameters, vcs)),
      ...(adjustable && { weights: plan.inputsOf.map((of) => of.map(() => input(uint(weightBits)))) }),
      ...(parameters.counters && { events: events(inputs, outputs, plane.classes.length) }),
    },
    (ports) => {
      const { from, to } = ports
      const buffers = plan.entries.map(({ input: at, name, channels, key }) => {
        const usable = channels.map(({ table }) => table !== undefined)
        const buffer = instance(bufferOf(network, usable, key), `buffer_${name}`)
        const outside = from[at]!
        buffer.from.valid.drive(outside.valid)
        buffer.from.vc.drive(outside.vc)
        buffer.from.flit.drive(outside.flit)
        if (outside.age !== undefined) buffer.from.age?.drive(outside.age as never)
        outside.room.drive(buffer.from.room)
        return buffer
      })

      const rooms = to.map(({ room }) => room)
      const state = packetState(plan, buffers, rooms)
      const given = (ports as { weights?: readonly (readonly UInt[])[] }).weights
      const ranks = rankings(network, index, plan, state, given, buffers)
      plan.inputsOf.forEach((of, at) =>
        of.forEach((source, one) => {
          const contested = plan.exits[at]!.some(({ inputs: all }) => all.includes(source) && all.length > 1)
          if (given !== undefined && !contested)
            allow('HDL-0305', 'a packet that competes with nobody needs no weight', given[at]![one])
        }),
      )
      const moves = allocate(plan, state, ranks, parameters.rounds)
      state.advance(moves)

      const told = (ports as { events?: EventPorts }).events
      if (told) {
        const perInput = (of: (at: number) => Bit): UInt => cat(...node.inputs.map((_, at) => of(at)).toReversed())
        const { vcsPerClass } = parameters
        told.received.drive(perInput((at) => from[at]!.valid))
        told.ofClass.forEach((one, number) => {
          const channels = Array.from({ length: vcsPerClass }, (_, sub) => number * vcsPerClass + sub)
          one.drive(perInput((at) => from[at]!.valid.and(anyOf(channels.map((vc) => (from[at]!.vc as UInt).eq(vc))))))
        })
        told.waiting.drive(
          perInput((at) => anyOf(buffers[at]!.fronts.map(({ valid }) => valid)).and(anyOf(moves.taken[at]!).not())),
        )
        told.holding.drive(cat(...node.outputs.map((_, at) => state.holding(at)).toReversed()))
      }

      buffers.forEach((buffer, at) => {
        buffer.show.drive(cat(...moves.shown[at]!.toReversed()))
        buffer.take.drive(cat(...moves.taken[at]!.toReversed()))
      })
      to.forEach((out, at) => {
        const { from: sources, vcs: channels } = moves.outputs[at]!
        const late = (value: UInt, name: string): UInt => {
          if (parameters.pipeline !== 'two') return value
          const kept = reg(uint(value.expression.bits), 0, name)
          kept.next(value as never)
          return kept
        }
        const chosen = late(cat(...sources.map(({ here }) => here).toReversed()), `from_${node.outputs[at]!.name}`)
        const number = channels.map(({ vc, here }): UInt => mux(here, literal(vcBits(vcs), vc), 0 as never))
        const vc = late(
          number.reduce((all, one) => all.or(one)),
          `vc_${node.outputs[at]!.name}`,
        )
        const selected = (of: (source: number) => UInt): UInt =>
          selectOne(
            chosen,
            sources.map(({ input: source }) => of(source)),
          )
        const payload = selected((source) => buffers[source]!.flit)
        const registered = parameters.pipeline !== 'two' && parameters.outputRegister
        const put = <T extends UInt>(value: T, first: number | undefined, name: string): T => {
          if (!registered) return value
          const kept = reg(uint(value.expression.bits), first as never, name)
          kept.next(value as never)
          return kept as unknown as T
        }
        const { name } = node.outputs[at]!
        out.valid.drive(put(chosen.any(), 0, `valid_${name}`))
        // P-9. With a register behind the choice the receiver's own assumption says it.
        if (flitsUnderWay(parameters) === 0)
          assert(
            implies(chosen.any(), anyOf(channels.map(({ vc: one, here }) => here.and(out.room.bit(one))))),
            `${node.outputs[at]!.name} sends only where there is room`,
          )
        out.vc.drive(put(vc, undefined, `to_vc_${name}`) as never)
        out.flit.drive(put(payload, undefined, `flit_${name}`) as never)
        if (out.age !== undefined)
          out.age.drive(
            put(
              selected((source) => (buffers[source] as { age?: UInt }).age!),
              undefined,
              `age_${name}`,
            ) as never,
          )
      })
    },
  )
}

/** Buffers with the same virtual channels and the same bits of targets are the same in all routers. */
const bufferOf = oncePer((network: Network, usable: readonly boolean[], key: RouteKey) =>
  vcBuffer(network.parameters, usable, key),
)

/**
 * The value that a one-hot choice names, anything when there is none. Four values chosen by two bits fill a LUT of six inputs;
 * more of them are cheaper with one bit each.
 */
const selectOne = (chosen: UInt, values: readonly UInt[]): UInt => {
  if (values.length > 4)
    return values.map((value, one): UInt => mux(chosen.bit(one), value, 0)).reduce((all, one) => all.or(one))
  const code = onehotIndex(chosen)
  const among = (left: readonly UInt[], place: number): UInt => {
    const [only] = left
    if (left.length === 1 && only !== undefined) return only
    const half = 2 ** place
    if (left.length <= half) return among(left, place - 1)
    return mux(code.bit(place), among(left.slice(half), place - 1), among(left.slice(0, half), place - 1))
  }
  return among(values, code.expression.bits - 1)
}

/** Whether the routers of a network take their weights from a port. */
export const hasWeights = ({ parameters }: Pick<Network, 'parameters'>): boolean =>
  parameters.counters && parameters.arbitration === 'sourceWeighted'

/** The inputs whose packets leave at each output of a router, in the order of its `weights`. */
export const inputsOf = (network: Network, index: number, plane: Plane): readonly (readonly number[])[] =>
  planRouter(network, index, plane).inputsOf
