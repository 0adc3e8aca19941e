/** Memories: words behind an address. */
import type { Shape } from '#layout'
import type { Memory as MemoryNode } from '#ir'
import { type Assignable, pack, unpack, type ValueOf } from './bundle.ts'
import { addStatement, builder, claimName, ownedBy, reportMistake } from './context.ts'
import { main as mainDomain } from './domain.ts'
import { capture } from './origin.ts'
import { newSignal } from './signal.ts'
import { type Bit, UInt, type Width } from './value.ts'

export interface MemoryOptions {
  /** `now`: the word appears in the cycle of its address (distributed RAM). `next`: one cycle later (block RAM). */
  readonly read: 'now' | 'next'
  /** First contents of every word; without it they are unknown, and random in simulation. */
  readonly initial?: number | bigint
  readonly name?: string
}

export interface Memory<S> {
  /**
   * The word at `address` (ceil(log2(depth)) bits). With `read: 'next'` it appears after the next edge at which `enable`
   * (1 unless given) is 1, holds until the next such edge, and does not see the writes of that edge.
   */
  read(address: UInt, enable?: Bit): ValueOf<S>
  /** Writes at the clock edge, under the conditions around; `enables` has one bit per equal part of the word. */
  write(address: UInt, value: Assignable<S>, enables?: UInt): void
}

/** `depth` words of `shape`. */
export const memory = <const S extends Shape>(shape: S, depth: number, options: MemoryOptions): Memory<S> => {
  const owner = builder('memory()')
  const origin = capture(options.name)
  if (!Number.isInteger(depth) || depth < 1)
    reportMistake(
      'HDL-0107',
      `a memory of ${depth} words holds nothing`,
      { origin, note: 'the depth is a whole number, 1 or more' },
      [],
      ['memory(shape, 1, ...)'],
    )
  const addressBits = Math.max(1, Math.ceil(Math.log2(depth)))
  const node: MemoryNode = Object.freeze({
    kind: 'memory',
    name: claimName(owner, options.name ?? origin.name ?? 'store', origin),
    bits: shape.bits,
    depth: Math.max(1, Math.floor(depth) || 1),
    read: options.read,
    initial: options.initial === undefined ? undefined : BigInt(options.initial),
    style: 'auto',
    origin,
  })
  ownedBy.set(node, owner)
  owner.memories.push(node)
  const checked = (address: UInt): UInt => {
    if (address.expression.bits === addressBits) return address
    reportMistake(
      'HDL-0103',
      `an address of \`${node.name}\` has ${addressBits} bits, this one has ${address.expression.bits}`,
      { origin: capture(), note: `${address.expression.bits} bits` },
      [{ origin, note: `${depth} words here` }],
      [address.expression.bits > addressBits ? `.truncate(${addressBits})` : `.extend(${addressBits})`],
    )
    return new UInt(Object.freeze({ kind: 'literal', bits: addressBits, value: 0n, origin }))
  }
  return {
    read(address, enable) {
      const at = checked(address)
      const place = capture()
      if (options.read === 'now') {
        return unpack(
          shape,
          new UInt<Width<S['bits']>>(
            Object.freeze({
              kind: 'memoryRead',
              memory: node,
              address: at.expression,
              bits: shape.bits,
              origin: place,
            }),
          ),
        )
      }
      const output = newSignal(`${node.name}_read`, shape.bits, 'memoryOutput', place)
      owner.readPorts.push(
        Object.freeze({
          kind: 'readPort',
          memory: node,
          address: at.expression,
          enable: enable?.expression,
          output,
          domain: mainDomain,
          during: 'old',
          origin: place,
        }),
      )
      return unpack(shape, new UInt(output) as UInt<Width<S['bits']>>)
    },
    write(address, value, enables) {
      if (enables !== undefined && shape.bits % enables.expression.bits !== 0)
        reportMistake(
          'HDL-0103',
          `${enables.expression.bits} write enables do not divide the ${shape.bits} bits of a word of \`${node.name}\``,
          { origin: capture(), note: `${enables.expression.bits} enables` },
          [{ origin, note: `words of ${shape.bits} bits` }],
          [],
        )
      addStatement(
        owner,
        Object.freeze({
          kind: 'memoryWrite',
          memory: node,
          address: checked(address).expression,
          data: pack(shape, value).expression,
          enables: enables?.expression,
          domain: mainDomain,
          origin: capture(),
        }),
      )
    },
  }
}
