/** P-1, P-2, P-5 and P-6 of NoC section 11.1, between the buffers of a router and its outputs. */
import { assert, bit, type Bit, cover, elaborate, implies, input, module, mux, reg, uint, type UInt, when } from '#edsl'
import { flit, router, vcBits } from '#hdl/noc'
import type { Design, Instance, Signal } from '#ir'
import type { Network, Plane } from '#topology'
import { planRouter, type RouterPlan } from '../../../../hdl/noc/router/plan-router.ts'
import { anyOf, atMostOne } from '../../../../hdl/noc/router/ranking.ts'
import { anyBuffer, tagBits } from './any-buffer.ts'
import { replaced, signalOfTop, watched } from './surgery.ts'

/** A router whose buffers show anything, with the rules for what it makes of that. */
export const routerProof = (network: Network, index: number, plane: Plane): Design => {
  const plan = planRouter(network, index, plane)
  const whole = elaborate(router(network, index, plane))
  const inputOf = ({ name }: Instance): number => plan.entries.findIndex((entry) => name === `buffer_${entry.name}`)
  const open = replaced(whole, (instance) => {
    const at = inputOf(instance)
    if (at < 0) return undefined
    const { channels, key } = plan.entries[at]!
    return anyBuffer(
      network.parameters,
      channels.map(({ table }) => table !== undefined),
      key,
      at,
    )
  })
  const signals = new Map<string, Signal>()
  for (const instance of open.top.instances) {
    const at = inputOf(instance)
    if (at < 0) continue
    signals.set(`take_${at}`, instance.connections['take']!)
    for (let vc = 0; vc < plane.vcs; vc++)
      for (const field of ['valid', 'more', 'key'])
        signals.set(`fronts_${at}_${vc}_${field}`, instance.connections[`fronts_${vc}_${field}`]!)
    const { name, channels } = plan.entries[at]!
    for (const { vc, table, exits } of channels) {
      if (!table) continue
      signals.set(`inside_${at}_${vc}`, signalOfTop(open, `inside_${name}_${vc}`)!)
      if (exits.length > 1) signals.set(`head_key_${at}_${vc}`, signalOfTop(open, `head_key_${name}_${vc}`)!)
    }
  }
  return watched(open, routerRules(plan, plane.vcs), (port) => signals.get(port) ?? signalOfTop(open, port))
}

const routerRules = (plan: RouterPlan, vcs: number) =>
  module(
    'router_rules',
    {
      take: plan.entries.map(() => input(uint(vcs))),
      fronts: plan.entries.map(({ key }) =>
        Array.from({ length: vcs }, () => ({
          valid: input(bit),
          more: input(bit),
          key: input(uint(Math.max(1, key.places.length))),
        })),
      ),
      /** Registers of the router: what they say of a packet is what is seen of it from outside. */
      ...ownRegisters(plan),
      to: plan.exits.map(() => ({
        valid: input(bit),
        vc: input(uint(vcBits(vcs))),
        flit: input(flit),
        room: input(uint(vcs)),
      })),
    },
    (ports) => {
      const { take, fronts, to } = ports
      const own = ports as unknown as Readonly<Record<string, UInt>>
      const places = plan.entries.flatMap(({ input: at, name, channels }) =>
        channels.flatMap(({ vc, table, exits }) => {
          if (!table) return []
          const seen = fronts[at]![vc]!
          const takes = take[at]!.bit(vc)
          /** The packet at this place has begun: its head's key is kept. */
          const begun = reg(bit, 0, `begun_${at}_${vc}`)
          const kept = reg(uint(seen.key.expression.bits), 0, `kept_${at}_${vc}`)
          when(takes, () => begun.next(seen.more))
          when(takes.and(begun.not()), () => kept.next(seen.key as never))
          const key: UInt = mux(begun, kept, seen.key)
          const tag = at * vcs + vc
          const leaves = to.map((out) => out.valid.and(out.flit.truncate(tagBits).eq(tag)))
          assert(takes.eq(anyOf(leaves)), `P-1, P-2: what is taken of ${name} ${vc} leaves, and nothing else`)
          assert(atMostOne(leaves), `P-2: what is taken of ${name} ${vc} leaves once`)
          assert(implies(takes, seen.valid), `P-2: only what waits at ${name} ${vc} is taken`)
          exits.forEach(({ output, vc: outputVc }, way) => {
            const goesThere = anyOf(table.wayOf.flatMap((found, one) => (found === way ? [key.eq(one as never)] : [])))
            const right = table.ways.length === 1 ? undefined : goesThere
            const out = to[output]!
            const there = leaves[output]!
            const inVc = plan.exits[output]!.length === 0 ? undefined : out.vc.eq(outputVc as never)
            assert(
              implies(there.and(inVc!), right ?? takes),
              `P-5: only packets for output ${output} ${outputVc} leave there from ${name} ${vc}`,
            )
          })
          const known = exits.map(({ output, vc: outputVc }) =>
            leaves[output]!.and(to[output]!.vc.eq(outputVc as never)),
          )
          assert(
            anyOf(leaves).eq(anyOf(known)),
            `P-5: what leaves from ${name} ${vc} leaves where packets from there go`,
          )
          cover(takes.and(begun).and(seen.more.not()), `a packet of several flits from ${name} ${vc} ends`)
          assert(
            begun.eq(own[`inside_${at}_${vc}`] as Bit),
            `P-6: the router knows when a packet of ${name} ${vc} has begun`,
          )
          const headKey = own[`head_key_${at}_${vc}`]
          if (headKey !== undefined)
            assert(implies(begun, headKey.eq(kept as never)), `P-5: the router knows the head of ${name} ${vc}`)
          const ways = exits.map(({ output, vc: outputVc }, way) => ({
            ...{ output, vc: outputVc },
            kept:
              table.ways.length === 1
                ? begun
                : begun.and(anyOf(table.wayOf.flatMap((found, one) => (found === way ? [kept.eq(one as never)] : [])))),
          }))
          return [{ at, vc, tag, takes, begun, seen, ways }]
        }),
      )
      plan.exits.forEach((exits, output) => {
        const out = to[output]!
        for (const { vc } of exits) {
          const here = out.valid.and(out.vc.eq(vc as never))
          const open = reg(bit, 0, `open_${output}_${vc}`)
          const owner = reg(uint(tagBits), 0, `owner_${output}_${vc}`)
          const tag = out.flit.truncate(tagBits)
          when(here, () => {
            open.next(out.flit.bit(137))
            owner.next(tag as never)
          })
          assert(
            open.eq(own[`held_${output}_${vc}`] as Bit),
            `P-6: output ${output} ${vc} is held while a packet has begun there`,
          )
          for (const one of places)
            for (const way of one.ways)
              if (way.output === output && way.vc === vc)
                assert(
                  way.kept.eq(open.and(owner.eq(one.tag as never))),
                  `P-6: whoever has begun in output ${output} ${vc} is known: ${one.tag}`,
                )
          const begins = anyOf(places.map((one): Bit => tag.eq(one.tag as never).and(one.begun.not())))
          assert(
            implies(here.and(open), tag.eq(owner)),
            `P-6: in output ${output} ${vc} a packet is followed by itself until its tail`,
          )
          assert(
            implies(here, begins.eq(open.not())),
            `P-6: in output ${output} ${vc} what begins is a head, and no other flit is`,
          )
          assert(implies(here, out.room.bit(vc)), `P-9: output ${output} sends to ${vc} only with room`)
        }
      })
    },
  )

const ownRegisters = (plan: RouterPlan) => {
  const ports: Record<string, ReturnType<typeof input>> = {}
  for (const { input: at, key, channels } of plan.entries)
    for (const { vc, table, exits } of channels) {
      if (!table) continue
      ports[`inside_${at}_${vc}`] = input(bit)
      if (exits.length > 1) ports[`head_key_${at}_${vc}`] = input(uint(Math.max(1, key.places.length)))
    }
  for (const { output, vc } of plan.exits.flat()) ports[`held_${output}_${vc}`] = input(bit)
  return ports
}
