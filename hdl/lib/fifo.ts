/** Queues between two streams. */
import {
  bitsFor,
  bit,
  input,
  memory,
  module,
  type ModuleDefinition,
  mux,
  output,
  pack,
  type Port,
  reg,
  type Shape,
  type Sink,
  type Source,
  stream,
  type StreamShape,
  uint,
  type UInt,
  type UIntShape,
  unpack,
  when,
  type Width,
} from '#edsl'
import { assertAtMost } from './at-most.ts'
import { give } from './generic-payload.ts'
import { shapeName } from './shape-name.ts'

/** The ports of a queue. */
export type QueuePorts<S extends Shape> = {
  readonly from: Port<'in', StreamShape<S>>
  readonly to: Port<'out', StreamShape<S>>
}

/** Those of a queue that shows how many payloads it holds. */
export type LevelPorts<S extends Shape> = QueuePorts<S> & {
  readonly level: Port<'out', UIntShape>
}

/** Whether a queue has an output `level`, the number of payloads that it holds. */
export type Level = 'hidden' | 'shown'

/**
 * Hands payloads on in the order in which they came, holding up to `depth` of them.
 *
 * Ports: `from` the payloads that come; `to` the payloads that leave; with `level: 'shown'` also `level`, how many it holds.
 * Timing: a payload can leave in the cycle after it came. One payload per cycle, every second cycle with depth 1. No path
 * leads from one port to the other within a cycle, so a queue of depth 2 separates two modules at full rate.
 * Reset: empty; the words are not reset.
 * Rejects: RangeError when `depth` is below 1.
 * Source: NoC section 10.4.
 */
export function fifo<const S extends Shape>(shape: S, depth: number, level?: 'hidden'): ModuleDefinition<QueuePorts<S>>
export function fifo<const S extends Shape>(shape: S, depth: number, level: 'shown'): ModuleDefinition<LevelPorts<S>>
export function fifo<const S extends Shape>(
  shape: S,
  depth: number,
  level: Level = 'hidden',
): ModuleDefinition<QueuePorts<S>> | ModuleDefinition<LevelPorts<S>> {
  if (!Number.isInteger(depth) || depth < 1)
    throw new RangeError(`fifo(): a depth of ${depth} holds no payload, use a whole number from 1`)
  const name = `fifo_${shapeName(shape)}x${depth}`
  const ports = { from: input(stream(shape)), to: output(stream(shape)) }
  const body = depth === 1 ? single : several
  return level === 'hidden'
    ? module(name, ports, ({ from, to }) => void body(shape, depth, from, to))
    : module(`${name}_level`, { ...ports, level: output(uint(bitsFor(depth))) }, ({ from, to, level: shown }) =>
        shown.drive(body(shape, depth, from, to)),
      )
}

/** One payload; returns how many there are. */
const single = <S extends Shape>(shape: S, _: number, from: Source<S>, to: Sink<S>): UInt => {
  const full = reg(bit, 0)
  const word = reg(uint(shape.bits))

  from.ready.drive(full.not())
  to.valid.drive(full)
  give(to.payload, unpack(shape, word as UInt<Width<S['bits']>>))
  when(from.fire, () => word.next(pack(shape, from.payload as never)))
  when(from.fire.or(to.fire), () => full.next(full.not()))
  return full
}

/** Two and more payloads, in a memory; returns how many there are. */
const several = <S extends Shape>(shape: S, depth: number, from: Source<S>, to: Sink<S>): UInt => {
  const words = memory(uint(shape.bits), depth, { read: 'now' })
  const addressBits = Math.ceil(Math.log2(depth))
  const front = reg(uint(addressBits), 0)
  const back = reg(uint(addressBits), 0)
  const used = reg(uint(Math.ceil(Math.log2(depth + 1))), 0)

  from.ready.drive(used.ne(depth))
  to.valid.drive(used.ne(0))
  give(to.payload, unpack(shape, words.read(front) as UInt<Width<S['bits']>>))

  when(from.fire, () => {
    words.write(back, pack(shape, from.payload as never))
    back.next(placeAfter(back, depth))
  })
  when(to.fire, () => front.next(placeAfter(front, depth)))
  when(from.fire.and(to.fire.not()), () => used.next(used.addWrap(1)))
  when(to.fire.and(from.fire.not()), () => used.next(used.subWrap(1)))

  assertAtMost(used, depth, 'never holds more than its depth')
  return used
}

/** The address behind `place`, 0 behind the last one. */
export const placeAfter = (place: UInt, depth: number): UInt =>
  depth === 2 ** place.expression.bits ? place.addWrap(1) : mux(place.ne(depth - 1), place.addWrap(1), 0)
