/** Where the classes of a module share a physical network. */
import {
  assert,
  bit,
  cat,
  input,
  instance,
  literal,
  module,
  mux,
  output,
  reg,
  stream,
  uint,
  type UInt,
  when,
} from '#edsl'
import { type Network, type Plane, vcsOf } from '#topology'
import { roundRobin } from '#hdl/lib'
import { ageBits, channelOf, vcBits } from '../channel.ts'
import { asHead, flit, perPacket } from '../flit.ts'
import { oncePer } from '../once.ts'
import { subChannel } from './sub-channel.ts'

/**
 * Sends the packets of the classes of a plane over one channel, flit by flit in turn, of those that have a flit and room.
 *
 * A packet takes the virtual channel of its class and lane 0 that `subChannelOf` gives for its source and target, to its tail.
 *
 * Ports: `from` legal packets, one stream per class of the plane; `allowed` a packet of the class may begin (rate limit);
 * `open` there is room for a flit of the class's packet; `to` the network.
 * Timing: flits pass within the cycle; a class waits for at most one flit of each other class while it has room.
 * Reset: packets begin, the first class goes first.
 * Source: NoC sections 2.8, 10.2, 10.6.
 */
export const planeEntry = oncePer((network: Network, plane: Plane) => {
  const { classes } = plane
  return module(
    `plane_entry_${plane.index}`,
    {
      from: classes.map(() => input(stream(flit))),
      allowed: classes.map(() => input(bit)),
      open: classes.map(() => output(bit)),
      to: channelOf(network.parameters, plane.vcs),
    },
    ({ from, allowed, open, to }) => {
      const requests = classes.map((one, index) => {
        const source = from[index]!
        const vcs = vcsOf(network, plane, one, 0)
        const head = asHead(source.payload)
        const sub = subChannel(head.sourceMod, head.targetMod, vcs.length)
        const { atHead, decision } = perPacket(source, sub, `sub${one}`)
        const is = (number: number) => (vcs.length === 1 ? literal(1, 1) : decision.eq(number))
        const room = vcs
          .map((vc, number) => is(number).and(to.room.bit(vc)))
          .reduce((any, each) => any.or(each))
          .named(`room${one}`)
        const vc = vcs
          .map((number, at): UInt => mux(is(at), literal(vcBits(plane.vcs), number), 0))
          .reduce((all, each) => all.or(each))
        open[index]!.drive(room)
        // How long a head has stood here, for the policy `age`.
        const age = to.age === undefined ? undefined : reg(uint(ageBits), 0, `age${one}`)
        if (age !== undefined)
          when(source.fire, () => age.next(0)).elseWhen(source.valid.and(atHead).and(age.all().not()), () =>
            age.next(age.addWrap(1)),
          )
        return { source, vc, age, wants: source.valid.and(room).and(allowed[index]!.or(atHead.not())) }
      })

      const arbiter = instance(roundRobin(classes.length), 'turn')
      const { grant } = arbiter
      arbiter.request.drive(cat(...requests.map(({ wants }) => wants).reverse()))
      arbiter.accepted.drive(1)
      requests.forEach(({ source }, index) => source.ready.drive(grant.bit(index)))

      const chosen = (value: (request: (typeof requests)[number]) => UInt): UInt =>
        requests
          .map((request, index): UInt => mux(grant.bit(index), value(request), 0))
          .reduce((all, each) => all.or(each))
      to.valid.drive(grant.any())
      to.flit.drive(chosen(({ source }) => source.payload))
      to.vc.drive(chosen(({ vc }) => vc))

      to.age?.drive(chosen(({ age }) => age ?? literal(ageBits, 0)))

      // P-9, P-10
      assert(grant.and(grant.subWrap(1)).eq(0), 'one flit at most enters per cycle')
      assert(to.valid.not().or(to.room.bit(to.vc as UInt)), 'a flit enters only where there is room')
    },
  )
})
