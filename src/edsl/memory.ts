/** Memories: words behind an address. */
import type { Shape } from '#layout'
import type { Memory as MemoryNode, Origin, ReadPort } from '#ir'
import { pack, unpack } from './bundle.ts'
import { type Contents, firstWords } from './contents.ts'
import { addStatement, builder, type Builder, claimName, ownedBy, reportMistake } from './context.ts'
import { currentDomain, seeDomain } from './domain.ts'
import { reportForeign } from './foreign.ts'
import { capture } from './origin.ts'
import { newSignal } from './signal.ts'
import type { Assignable, ValueOf } from './shapes-to-values.ts'
import { type Bit, UInt, type Width } from './value.ts'

/** What every memory may have. */
interface CommonOptions<S extends Shape> {
  /** First value of every word. Without it and `contents` the words are unknown, and random in simulation. */
  readonly initial?: Assignable<S>
  /** First words, from address 0 on, 0 behind them: values, or a file (`contentsOf`). */
  readonly contents?: readonly Assignable<S>[] | Contents
  /** What FPGA tools make of it: `auto` (unless given) leaves it to them. */
  readonly style?: MemoryNode['style']
  readonly name?: string
}

/** What a read sees of a write to its address at the same edge. */
export type During = ReadPort['during']

export type MemoryOptions<S extends Shape = Shape> =
  | (CommonOptions<S> & {
      /** The word appears in the cycle of its address (distributed RAM). */
      readonly read: 'now'
    })
  | (CommonOptions<S> & {
      /** The word appears one cycle after its address (block RAM). */
      readonly read: 'next'
      /**
       * What a read sees of a write to its address at the same edge: `old` (unless given) the word before it, `new` the word
       * after it, `never`: it does not happen, which an assertion checks.
       */
      readonly during?: During
    })

/** Of one read port of a memory with `read: 'next'`. */
export interface ReadOptions {
  /** The port takes a word at the edges at which this is 1, and keeps it at the others; each edge unless given. */
  readonly enable?: Bit
  /** That of the memory unless given. */
  readonly during?: During
  readonly name?: string
}

export interface Memory<S> {
  /**
   * The word at `address` (ceil(log2(depth)) bits); each call is a port of its own. With `read: 'next'` it appears after
   * the next edge at which `enable` is 1 and stays until the next such edge. The port belongs to the domain of the
   * statement.
   */
  read(address: UInt, options?: Bit | ReadOptions): ValueOf<S>
  /**
   * Writes at the clock edge of the statement's domain, under the conditions around; of several writes to one address the
   * later statement wins. `enables` has one bit per equal part of the word, bit 0 for the lowest.
   */
  write(address: UInt, value: Assignable<S>, enables?: UInt): void
}

/**
 * `depth` words of `shape`. Ports may belong to different domains.
 *
 * Rejects: HDL-0103 for an address or enables of another width; HDL-0107 for a depth below 1; HDL-0108 for first contents
 * that do not fit.
 */
export const memory = <const S extends Shape>(shape: S, depth: number, options: MemoryOptions<S>): Memory<S> => {
  const owner = builder('memory()')
  const origin = capture(options.name)
  const node = makeNode(owner, shape, depth, options, origin)
  return {
    read(address, given) {
      const place = capture()
      const here = currentOwner(owner, node, place, 'read')
      const at = checkedAddress(node, address).expression
      if (options.read === 'now') {
        return unpack(
          shape,
          new UInt<Width<S['bits']>>(
            Object.freeze({ kind: 'memoryRead', memory: node, address: at, bits: shape.bits, origin: place }),
          ),
        )
      }
      const { enable, during, name } = given instanceof UInt ? { enable: given } : (given ?? {})
      const named = name ?? place.name
      // What the variable is called tells the second port from the first, and not its number.
      const wanted = owner.names.has(`${node.name}_read`) && named !== undefined ? `${node.name}_${named}` : undefined
      const output = newSignal(name ?? wanted ?? `${node.name}_read`, shape.bits, 'memoryOutput', place)
      const port: ReadPort = Object.freeze({
        kind: 'readPort',
        memory: node,
        address: at,
        enable: enable?.expression,
        output,
        domain: currentDomain(here),
        during: during ?? options.during ?? 'old',
        origin: place,
      })
      owner.readPorts.push(port)
      return unpack(shape, new UInt(output) as UInt<Width<S['bits']>>)
    },
    write(address, value, enables) {
      const place = capture()
      const here = currentOwner(owner, node, place, 'set')
      if (enables !== undefined && shape.bits % enables.expression.bits !== 0)
        reportMistake(
          'HDL-0103',
          `${enables.expression.bits} write enables do not divide the ${shape.bits} bits of a word of \`${node.name}\``,
          { origin: place, note: `${enables.expression.bits} enables` },
          [{ origin, note: `words of ${shape.bits} bits` }],
          [],
        )
      const at = checkedAddress(node, address).expression
      const domain = currentDomain(here)
      seeDomain(here, domain, place, 'clocked')
      addStatement(
        here,
        Object.freeze({
          kind: 'memoryWrite',
          memory: node,
          address: at,
          data: pack(shape, value).expression,
          enables: enables?.expression,
          domain,
          origin: place,
        }),
      )
    },
  }
}

const makeNode = (owner: Builder, shape: Shape, depth: number, options: MemoryOptions, origin: Origin): MemoryNode => {
  const name = claimName(owner, options.name ?? origin.name ?? 'store', origin)
  const words = Math.max(1, Math.floor(depth) || 1)
  if (words !== depth)
    reportMistake(
      'HDL-0107',
      `a memory of ${depth} words holds nothing`,
      { origin, note: 'the depth is a whole number, 1 or more' },
      [],
      ['memory(shape, 1, ...)'],
    )
  const node: MemoryNode = Object.freeze({
    kind: 'memory',
    name,
    bits: shape.bits,
    depth: words,
    read: options.read,
    initial: firstWords(shape, words, name, options, origin),
    style: options.style ?? 'auto',
    origin,
  })
  ownedBy.set(node, owner)
  owner.memories.push(node)
  return node
}

/** The module whose body is running, which has to be that of the memory. */
const currentOwner = (owner: Builder, node: MemoryNode, place: Origin, use: 'read' | 'set'): Builder => {
  const here = builder(use === 'read' ? 'read()' : 'write()')
  if (here !== owner) reportForeign(here, node, place, use)
  return here
}

const checkedAddress = (node: MemoryNode, address: UInt): UInt => {
  const bits = Math.max(1, Math.ceil(Math.log2(node.depth)))
  if (address.expression.bits === bits) return address
  reportMistake(
    'HDL-0103',
    `an address of \`${node.name}\` has ${bits} bits, this one has ${address.expression.bits}`,
    { origin: capture(), note: `${address.expression.bits} bits` },
    [{ origin: node.origin, note: `${node.depth} words here` }],
    [address.expression.bits > bits ? `.truncate(${bits})` : `.extend(${bits})`],
  )
  return new UInt(Object.freeze({ kind: 'literal', bits, value: 0n, origin: node.origin }))
}
