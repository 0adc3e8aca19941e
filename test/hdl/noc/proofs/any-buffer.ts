/** What a router may know of its buffers when its own part is proved. */
import { allow, cat, flip, input, literal, module, mux, output, uint, type UInt } from '#edsl'
import { flit } from '#hdl/noc'
import { channelOf } from '#hdl/noc'
import type { NetworkParameters } from '#topology'
import { front } from '../../../../hdl/noc/router/vc-buffer.ts'
import type { RouteKey } from '../../../../hdl/noc/router/route-table.ts'

/** Bits of a flit that name the input and virtual channel where it waited. */
export const tagBits = 8

/**
 * A buffer that shows anything: fronts and room are inputs. Its flits carry, in their lowest bits, the number of the input and
 * virtual channel they come from, and in their highest bit whether more of their packet follow; that is all a router can tell
 * of them, because it does not look at any other bit of a flit that leaves.
 */
export const anyBuffer = (parameters: NetworkParameters, usable: readonly boolean[], key: RouteKey, number: number) => {
  const vcs = usable.length
  return module(
    `any_buffer_${number}`,
    {
      from: flip(channelOf(parameters, vcs)),
      fronts: usable.map(() => output(front(key))),
      show: input(uint(vcs)),
      take: input(uint(vcs)),
      flit: output(flit),
      shown: usable.map(() => input(front(key))),
      hasRoom: input(uint(vcs)),
    },
    ({ from, fronts, show, take, flit: out, shown, hasRoom }) => {
      allow('HDL-0305', 'what comes in is decided by the free inputs', from.valid)
      allow('HDL-0305', 'what comes in is decided by the free inputs', from.vc)
      allow('HDL-0305', 'what comes in is decided by the free inputs', from.flit)
      allow('HDL-0305', 'what leaves is decided by the free inputs', take)
      from.room.drive(hasRoom)
      fronts.forEach((one, vc) => one.drive(shown[vc]!))
      const selected = (of: (vc: number) => UInt): UInt =>
        usable.map((_, vc): UInt => mux(show.bit(vc), of(vc), 0)).reduce((all, one) => all.or(one))
      const more = selected((vc) => shown[vc]!.more)
      const tag = selected((vc) => literal(tagBits, number * vcs + vc))
      out.drive(cat(more, literal(137 - tagBits, 0), tag) as never)
    },
  )
}
