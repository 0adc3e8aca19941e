/** Long queues, in block RAM. */
import {
  bitsFor,
  assert,
  bit,
  implies,
  input,
  memory,
  module,
  type ModuleDefinition,
  mux,
  output,
  pack,
  reg,
  type Shape,
  type Sink,
  type Source,
  stream,
  uint,
  type UInt,
  unpack,
  when,
  type Width,
} from '#edsl'
import { atLeast } from './arguments.ts'
import { assertAtMost } from './at-most.ts'
import { type Level, type LevelPorts, placeAfter, type QueuePorts } from './fifo.ts'
import { give } from './generic-payload.ts'
import { shapeName } from './shape-name.ts'
import { offerStays } from './stream-rules.ts'

/**
 * Hands payloads on in the order in which they came, holding up to `depth` of them in a memory that FPGA tools put into block
 * RAM. Any depth; a power of two saves two comparisons.
 *
 * Ports: `from` the payloads that come; `to` the payloads that leave; with `level: 'shown'` also `level`, how many it holds.
 * Timing: a payload can leave in the second cycle after it came. One payload per cycle. `to.ready` leads to the address of
 * the memory, and no path from one port to the other.
 * Reset: empty; the words are not reset.
 * Rejects: RangeError when `depth` is below 2.
 */
export function blockFifo<const S extends Shape>(
  shape: S,
  depth: number,
  level?: 'hidden',
): ModuleDefinition<QueuePorts<S>>
export function blockFifo<const S extends Shape>(
  shape: S,
  depth: number,
  level: 'shown',
): ModuleDefinition<LevelPorts<S>>
export function blockFifo<const S extends Shape>(
  shape: S,
  depth: number,
  level: Level = 'hidden',
): ModuleDefinition<QueuePorts<S>> | ModuleDefinition<LevelPorts<S>> {
  atLeast(2, depth, `blockFifo(): a depth of ${depth} needs no block RAM`)
  const name = `block_fifo_${shapeName(shape)}x${depth}`
  const ports = { from: input(stream(shape)), to: output(stream(shape)) }
  return level === 'hidden'
    ? module(name, ports, ({ from, to }) => void queue(shape, depth, from, to))
    : module(`${name}_level`, { ...ports, level: output(uint(bitsFor(depth))) }, ({ from, to, level: shown }) =>
        shown.drive(queue(shape, depth, from, to)),
      )
}

/** Returns how many payloads there are. */
const queue = <S extends Shape>(shape: S, depth: number, from: Source<S>, to: Sink<S>): UInt => {
  // Written and read at other addresses in the same cycle: the front is read again only while there are words behind it.
  const words = memory(uint(shape.bits), depth, { read: 'next', during: 'never', style: 'block' })
  const addressBits = Math.ceil(Math.log2(depth))
  const front = reg(uint(addressBits), 0)
  const back = reg(uint(addressBits), 0)
  const used = reg(uint(bitsFor(depth)), 0)
  /** The memory's output is the payload at the front. */
  const shown = reg(bit, 0)

  const remaining = mux(to.fire, used.subWrap(1), used).named('remaining')
  const nextFront = mux(to.fire, placeAfter(front, depth), front).named('next_front')
  const more = remaining.any().named('more')
  const full = used.eq(depth).named('full')
  // Always 1 where `more` is: it shows tools that no word is read while it is written, and they need nothing beside the block.
  const apart = nextFront.ne(back).or(full).named('apart')
  const word = words.read(nextFront, { enable: more.and(apart) })

  from.ready.drive(full.not())
  to.valid.drive(shown)
  give(to.payload, unpack(shape, word as UInt<Width<S['bits']>>))

  when(from.fire, () => {
    words.write(back, pack(shape, from.payload as never))
    back.next(placeAfter(back, depth))
  })
  front.next(nextFront)
  shown.next(more)
  used.next(mux(from.fire, remaining.addWrap(1), remaining))

  assertAtMost(used, depth, 'never holds more than its depth')
  assert(implies(more, apart), 'reads where nothing is written')
  assert(shown.not().or(used.any()), 'offers only what it holds')
  assert(offerStays(to), 'what is offered stays until it is taken')
  return used
}
