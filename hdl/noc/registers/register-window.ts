/** What a router tells about itself, and what may be set. */
import {
  allow,
  type Bit,
  input,
  instance,
  literal,
  module,
  mux,
  output,
  pick,
  reg,
  struct,
  uint,
  type UInt,
  unpack,
  when,
  bit,
} from '#edsl'
import { interfaceCounterWords, nocId, routerIdentity, routerRegisters, weightRegister } from '#layout'
import type { Network } from '#topology'
import { registerBank } from '#hdl/lib'
import { hasWeights, inputsOf } from '../router/router.ts'
import { interfaceCounters } from '../interface/interface-counters.ts'
import { rateLimit } from '../interface/rate-limiter.ts'
import { offsetBits } from './register-requests.ts'
import { trafficCounters } from './traffic-counters.ts'

/** Who may write configuration registers, by NoC id. Source: NoC section 10.9. */
export interface ConfigWriters {
  /** Module ids of the own chip. */
  readonly mods: readonly number[]
  /** Chips all of whose modules may: the host's. */
  readonly chips: readonly number[]
}

/** Indices of the modules at a router, register windows apart, in the order of the network. */
export const modulesAt = (network: Network, index: number): readonly number[] =>
  network.modules.flatMap(({ router, kind }, module) => (router === index && kind !== 'registers' ? [module] : []))

const arbitrations = ['roundRobin', 'sourceWeighted', 'age', 'priority'] as const

/**
 * The registers of a router and of the interfaces at it.
 *
 * Ports: `access` as `registerRequests` makes it, `data` what it reads, there with `dataReady`; per plane `received` and `waiting`
 * a bit per input, `ofClass` per class of the plane, `holding` a bit per output; `counters` of the modules at the router;
 * `dropped` the requests dropped a packet; `weights` per plane, output and input as the routers take them; `limits` the rates
 * of the modules.
 * Timing: counters of traffic are read within a round of all of them.
 * Reset: counters 0 and running, weights as computed, rates as described.
 * Source: NoC section 10.9.
 */
export const registerWindowOf = (network: Network, index: number, writers: ConfigWriters) => {
  const node = network.routers[index]!
  const { parameters, planes } = network
  const here = modulesAt(network, index)
  const ports = node.inputs.length
  const counted = Math.min(16, ports)
  const perPlane = planes.map((plane) => inputsOf(network, index, plane))
  const weighted = hasWeights(network)
  const limit = parameters.rateLimit

  return module(
    `registers_${node.name}`,
    {
      access: input(struct({ read: bit, write: bit, source: nocId, offset: uint(offsetBits), data: uint(64) })),
      data: output(uint(64)),
      dataReady: output(bit),
      received: planes.map(() => input(uint(ports))),
      waiting: planes.map(() => input(uint(ports))),
      ofClass: planes.map(({ classes }) => classes.map(() => input(uint(ports)))),
      holding: planes.map(() => input(uint(node.outputs.length))),
      counters: here.map(() => input(interfaceCounters)),
      dropped: input(bit),
      ...(weighted && { weights: perPlane.map((outputs) => outputs.map((of) => of.map(() => output(uint(8))))) }),
      ...(limit && { limits: here.map(() => output(rateLimit)) }),
    },
    (all) => {
      const { access, data, dataReady, received, waiting, ofClass, holding, counters, dropped } = all
      const { weights } = all as unknown as { weights?: readonly (readonly (readonly Driven[])[])[] }
      const { limits } = all as unknown as { limits?: readonly { drive(value: unknown): void }[] }
      if (writers.mods.length + writers.chips.length === 0)
        allow('HDL-0322', 'a system without configuration writers has registers that only read')
      const { source } = access
      const isWriter = source.chip
        .eq(network.chip)
        .and(anyEqual(source.mod, writers.mods))
        .or(anyEqual(source.chip, writers.chips))
        .named('is_writer')

      const active = access.read.or(access.write)
      const bank = registerBank(routerRegisters, {
        by: { writer: active.and(isWriter), other: active.and(isWriter.not()) },
        write: access.write,
        address: access.offset,
        data: access.data,
        enables: literal(8, 0xff),
      })
      const { register } = bank

      register.ID.show({ version: routerIdentity.version, magic: routerIdentity.magic })
      register.SHAPE.show({
        arbitration: arbitrations.indexOf(parameters.arbitration),
        pipeline: parameters.pipeline === 'one' ? 1 : 2,
        depth: parameters.depth,
        vcsPerClass: parameters.vcsPerClass,
        classes: network.classes,
        ports,
      })
      const control = register.CONTROL.keep()
      const clear = register.CONTROL.writes.and(access.data.bit(1)).named('clear')
      when(register.CONTROL.writes, () => control.next({ clear: 0, run: access.data.bit(0) }))
      const wide = (vector: UInt): UInt =>
        vector.expression.bits > 16 ? vector.truncate(16) : vector.expression.bits < 16 ? vector.extend(16) : vector
      const either = (vectors: readonly UInt[]): UInt => vectors.reduce((one, other) => one.or(other))
      register.PORTS.show({ waiting: wide(either(waiting)), holding: wide(either(holding)) })

      // Counters of traffic: flits and waits by port, flits by class.
      const sums = (vectors: readonly UInt[], port: number): UInt => joined(vectors.map((vector) => vector.bit(port)))
      const list: { readonly offset: number; readonly events: UInt }[] = []
      const { FLITS, WAITS, CLASS_FLITS } = routerRegisters.registers
      for (let port = 0; port < counted; port++)
        list.push(
          { offset: FLITS.at + 8 * port, events: sums(received, port) },
          { offset: WAITS.at + 8 * port, events: sums(waiting, port) },
        )
      planes.forEach((plane, at) =>
        plane.classes.forEach((one, place) =>
          list.push({ offset: CLASS_FLITS.at + 8 * one, events: ofClass[at]![place]! }),
        ),
      )
      const traffic = instance(
        trafficCounters(
          node.name,
          list.map(({ events }) => events.expression.bits),
        ),
        'traffic',
      )
      list.forEach(({ events }, at) => traffic.events[at]!.drive(events))
      traffic.run.drive(control.run)
      traffic.clear.drive(clear)
      const word = access.offset.slice(3, offsetBits - 3)
      const shown = pick(
        list.map(({ offset }) => literal<number>(offsetBits - 3, offset / 8)),
        traffic.at,
      )
      const isTraffic = anyEqual(
        word,
        list.map(({ offset }) => offset / 8),
      ).named('is_traffic')
      for (const counter of [register.FLITS, register.WAITS, register.CLASS_FLITS])
        counter.show(pickWhen(isTraffic, traffic.value))
      dataReady.drive(isTraffic.not().or(shown.eq(word)))

      // Errors: the window's own, then those of the interfaces.
      const rejected = access.write.and(isWriter.not()).named('rejected')
      const own = [counterOf('rejected_writes', rejected), counterOf('dropped_packets', dropped)]
      const none = literal(16, 0) as UInt
      const errors = [
        [own[0]!, own[1]!, none, none],
        ...counters.slice(0, Math.floor(31 / interfaceCounterWords)).flatMap((one) => {
          const fields = Object.values(one) as unknown as UInt[]
          return Array.from({ length: interfaceCounterWords }, (_, at) =>
            Array.from({ length: 4 }, (_, place) => fields[4 * at + place] ?? none),
          )
        }),
      ]
      register.ERRORS.show(pick(errors, register.ERRORS.index) as never)

      if (weights !== undefined) {
        const kept = new Map<number, UInt>()
        const values: UInt[] = []
        const keep = (output: number, from: number): UInt => {
          const at = weightRegister(output, from)
          const known = kept.get(at)
          if (known !== undefined) return known
          const first = Math.min(255, network.weight(index, from, output))
          const weight = reg(uint(8), first, `weight_${output}_${from}`)
          when(register.WEIGHT.writes.and(register.WEIGHT.index.eq(at)), () => weight.next(access.data.truncate(8)))
          values.push(mux(register.WEIGHT.index.eq(at), weight, 0))
          kept.set(at, weight)
          return weight
        }
        weights.forEach((outputs, plane) =>
          outputs.forEach((of, output) =>
            of.forEach((weight, place) => weight.drive(keep(output, perPlane[plane]![output]![place]!))),
          ),
        )
        const selected = values.reduce((one, other) => one.or(other), literal(8, 0) as UInt)
        register.WEIGHT.show(selected)
      }

      if (limits !== undefined && limit !== undefined) {
        const rates = limits.slice(0, 16).map((out, at) => {
          const rate = reg(rateLimit, { burst: limit.burst, flits: limit.flits }, `rate_${at}`)
          when(register.RATE.writes.and(register.RATE.index.eq(at)), () =>
            rate.next(unpack(rateLimit, access.data.truncate(rateLimit.bits))),
          )
          out.drive(rate)
          return rate
        })
        limits.slice(16).forEach((out) => out.drive({ burst: limit.burst, flits: limit.flits }))
        // Behind a router without modules there is nothing to be limited.
        if (rates.length === 0) register.RATE.show({ burst: 0, flits: 0 })
        else register.RATE.show(pick(rates as never[], register.RATE.index))
      }
      data.drive(bank.data)
    },
  )
}

interface Driven {
  drive(value: UInt): void
}

const anyEqual = (value: UInt, numbers: readonly number[]): Bit =>
  numbers.map((one): Bit => value.eq(one)).reduce((any, one) => any.or(one), literal(1, 0))

const joined = (bits: readonly UInt[]): UInt => bits.reduce((one, other) => one.cat(other))

const pickWhen = (condition: Bit, value: UInt): UInt =>
  pick([literal<number>(value.expression.bits, 0), value], condition)

/** A counter of 16 bits that stops at half of its range. */
const counterOf = (name: string, event: Bit): UInt => {
  const total = reg(uint(16), 0, name)
  when(event.and(total.bit(15).not()), () => total.next(total.addWrap(1)))
  return total
}
