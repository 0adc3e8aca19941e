/** The faults of NoC section 11.5, seeded one at a time into the network, which traffic, a proof or a check has to find. */
import fc from 'fast-check'
import { checkDesign } from '#check'
import { assert, bit, cat, cover, elaborate, implies, input, instance, module, reg, uint, when } from '#edsl'
import { openWasm, compileWasm } from '#engine'
import { narrow } from '#hdl/lib'
import { moduleCrossing, network } from '#hdl/noc'
import type { Design, Expression } from '#ir'
import { prove } from '#sim/prove'
import { drawsOf, Exchange, hardwareCarrier, trafficModules } from '#sim/traffic'
import { meshSystem, type NetworkDescription, planNetwork } from '#topology'
import { admission, targetsOf } from '../../hdl/noc/interface/admission.ts'
import { transmitGuard } from '../../hdl/noc/interface/transmit-guard.ts'
import { planRouter } from '../../hdl/noc/router/plan-router.ts'
import { turnsProof, zeroWeightProof } from '../hdl/noc/proofs/arbiter-rules.ts'
import { altered, remembering } from '../hdl/noc/proofs/faults.ts'

/** A fault, and where it is looked for. */
export interface NocMutant {
  readonly name: string
  /** What is wrong, as a sentence. */
  readonly fault: string
  readonly hunt: () => Promise<Found>
}

/** How a fault was found. */
export interface Found {
  readonly ok: boolean
  /** By what: traffic, a proof, a check of the design. */
  readonly by: string
  /** What it said. */
  readonly reason: string
  /** Packets and flits of the smallest traffic that shows it, or cycles of the shortest run. */
  readonly size: string
}

interface Sent {
  readonly source: number
  readonly target: number
  readonly messageClass: number
  readonly flits: number
}

const runs = 40

/** Sends lists of packets, shrinks one that does not arrive as it should. */
const byTraffic = (description: NetworkDescription, alter: (design: Design) => Design) => (): Promise<Found> => {
  const plan = planNetwork(description)
  const { classes } = plan
  const modules = trafficModules(plan).length
  const compiled = compileWasm(alter(elaborate(network(description))))
  let [carrier, faults] = [hardwareCarrier({ open: (seed) => openWasm(compiled, { seed }), modules, classes }), '']
  const arrives = (packets: readonly Sent[], takes: number): boolean => {
    carrier.reset()
    const draws = drawsOf(1)
    const exchange = new Exchange({
      ...{ carrier, network: plan },
      accept: (accepts) => {
        for (let stream = 0; stream < accepts.length; stream++) accepts[stream] = draws.happens(takes) ? 1 : 0
      },
    })
    for (const { source, target, messageClass, flits } of packets) exchange.send(source, target, messageClass, flits)
    try {
      const all = exchange.drain(600)
      faults = exchange.faults[0] ?? (all ? '' : 'packets did not arrive')
    } catch (error) {
      faults = error instanceof Error ? error.message : String(error)
      carrier = hardwareCarrier({ open: (seed) => openWasm(compiled, { seed }), modules, classes })
    }
    return faults === ''
  }
  const place = fc.nat(modules - 1)
  const sent = fc.record({
    ...{ source: place, target: place, messageClass: fc.nat(classes - 1) },
    flits: fc.constantFrom(1, 1, 2, 3, 4, 12),
  })
  const { counterexample } = fc.check(
    fc.property(fc.array(sent, { minLength: 1, maxLength: 80 }), fc.constantFrom(1, 0.5, 0.1), arrives),
    { seed: 1, numRuns: runs },
  )
  if (!counterexample) return Promise.resolve({ ok: false, by: 'traffic', reason: 'all packets arrived', size: '' })
  const [packets, takes] = counterexample
  arrives(packets, takes)
  const flits = packets.reduce((sum, one) => sum + one.flits, 0)
  const size = `${packets.length} packets, ${flits} flits`
  return Promise.resolve({ ok: faults !== '', by: 'traffic', reason: faults.split('\n')[0]!.slice(0, 160), size })
}

/** A proof that must fail, with a run that the engine confirms. */
const byProof = (design: () => Design, only: string) => async (): Promise<Found> => {
  const { verdicts } = await prove(design(), { only, secondsPerProperty: 60 })
  const found = verdicts.find(({ verdict }) => verdict === 'refuted')
  if (!found) return { ok: false, by: 'proof', reason: verdicts.map(({ verdict }) => verdict).join(', '), size: '' }
  return { ok: true, by: 'proof', reason: found.sentence, size: `${found.example!.frames.length} cycles` }
}

const small = (choice: NonNullable<NetworkDescription['network']> = {}): NetworkDescription => ({
  ...meshSystem({ columns: 2, rows: 1, modulesPerRouter: 2 }),
  network: { counters: false, ...choice },
})

const own = (design: { readonly name: string }): Design => elaborate(design)

/** Numbers in the name of a signal. */
const numbersIn = (name: string): readonly number[] => [...name.matchAll(/\d+/g)].map(([digits]) => Number(digits))

/** What a module sends and what its guard lets pass. */
const guardRules = () =>
  module(
    'guard_rules',
    { sends: input(bit), more: input(bit), takes: input(bit), data: input(uint(137)) },
    ({ sends, more, takes, data }) => {
      const guard = instance(transmitGuard(3), 'guard')
      const inside = reg(bit, 0)
      const begun = reg(bit, 0)
      guard.from.valid.drive(sends)
      guard.from.payload.drive(cat(more, data))
      guard.to.ready.drive(takes)
      guard.open.drive(takes)
      when(guard.from.fire, () => inside.next(more))
      when(guard.to.fire, () => begun.next(guard.to.payload.bit(137)))
      const heads = guard.to.fire.and(begun.not()).and(guard.from.fire)
      assert(implies(heads, inside.not()), 'only a head of the module is a head of the network')
      cover(heads, 'a packet begins')
    },
  )

/** A word that is taken apart. */
const narrowRules = () =>
  module('narrow_rules', { offer: input(bit), take: input(bit), data: input(uint(2)) }, ({ offer, take, data }) => {
    const part = instance(narrow(1, 2), 'part')
    part.from.valid.drive(offer)
    part.from.payload.drive({ last: 1, parts: 2, data })
    part.to.ready.drive(take)
    assert(implies(part.from.fire, part.to.fire), 'a word is gone only with its last part')
    cover(part.from.fire, 'a word is gone')
  })

const routeDescription: NetworkDescription = {
  ...meshSystem({ columns: 2, rows: 2, modulesPerRouter: 1 }),
  network: { counters: false },
}

/** Packets of the first router's module that go across leave upwards first. */
const acrossUpwards = (design: Design): Design => {
  const plan = planNetwork(routeDescription)
  const router = plan.routers.findIndex(({ name }) => name === 'x0_y0')
  const node = plan.routers[router]!
  const { places } = planRouter(plan, router, plan.planes[0]!).entries.find(({ name }) => name === 'module0')!.key
  const output = (direction: (name: string) => boolean): number => node.outputs.findIndex(({ name }) => direction(name))
  const [east, up] = [
    output((name) => name === 'east'),
    output((name) => name !== 'east' && !name.startsWith('module')),
  ]
  return altered(design, /^router_x0_y0$/, /^wants_module0_\d+_\d+$/, (right, tools, { name }) => {
    const [, vc, to] = numbersIn(name)
    const key = tools.signal(`buffer_module0_fronts_${vc}_key`)
    const across = places
      .flatMap((place, at) => (place === 5 || place === 2 ? [tools.bits(key, at, 1)] : []))
      .reduce((all, one) => tools.and(all, one))
    const head = tools.and(tools.not(tools.signal(`inside_module0_${vc}`)), across)
    if (to === east) return tools.and(right, tools.not(head))
    return to === up ? tools.or(right, head) : right
  })
}

/** Something is granted in an output virtual channel. */
const leaves = (tools: Parameters<Parameters<typeof altered>[3]>[1], name: string): Expression => {
  const [output, vc] = numbersIn(name)
  return tools.and(tools.signal(`to_${output}_valid`), tools.eq(tools.signal(`to_${output}_vc`), tools.number(1, vc!)))
}

const link = small({ linkStages: 1 })
const credits = (lost: boolean) => (design: Design) =>
  altered(design, /^link_/, /^credit_\d_0$/, (right, tools, { name }) => {
    const spends = tools.signal(`spends_${numbersIn(name)[0]}`)
    return lost ? tools.and(right, tools.not(spends)) : tools.or(right, spends)
  })

export const nocMutants: readonly NocMutant[] = [
  {
    name: 'lock-early',
    fault: 'a lock is released before the last flits of its packet',
    hunt: byTraffic(small(), (design) =>
      altered(design, /^router_/, /^held_/, (right, tools, target) =>
        tools.and(right, tools.not(tools.and(target, leaves(tools, target.name)))),
      ),
    ),
  },
  {
    name: 'lock-stays',
    fault: 'a lock is never released after a packet of one flit',
    hunt: byTraffic(small(), (design) =>
      altered(design, /^router_/, /^held_/, (right, tools, target) => tools.or(right, leaves(tools, target.name))),
    ),
  },
  {
    name: 'pointer-without-grant',
    fault: 'the order of an arbiter moves without a grant',
    hunt: byProof(
      () =>
        altered(turnsProof(3), /^least_recent_3$/, /^first_\d_\d$/, (right, tools, target) =>
          tools.mux(tools.any(tools.signal('served')), right, tools.not(target)),
        ),
      'P-11: requester',
    ),
  },
  {
    name: 'credit-twice',
    fault: 'a credit is returned twice when a flit is sent at the same time',
    hunt: byTraffic(link, credits(false)),
  },
  {
    name: 'credit-lost',
    fault: 'a credit is lost when a flit is sent at the same time',
    hunt: byTraffic(link, credits(true)),
  },
  {
    name: 'full-off-by-one',
    fault: 'a buffer says that it has room for one flit too many',
    hunt: byTraffic(small(), (design) =>
      altered(design, /^vc_buffer_/, /^room_\d$/, (right, tools, { name }) => {
        const count = tools.signal(`count_${numbersIn(name)[0]}`)
        return tools.or(right, tools.not(tools.eq(count, tools.number(count.bits, 8))))
      }),
    ),
  },
  {
    name: 'y-before-x',
    fault: 'one router sends packets up before it sends them across',
    hunt: byTraffic(routeDescription, acrossUpwards),
  },
  {
    name: 'body-as-head',
    fault: 'what a module sends of a packet that was ended for it is taken for a head',
    hunt: byProof(
      () => altered(own(guardRules()), /^transmit_guard_/, /^orphaned$/, (_, tools) => tools.number(1, 0)),
      'only a head of the module',
    ),
  },
  {
    name: 'wrong-class',
    fault: 'a flit takes the virtual channel of the other class when both have one',
    hunt: byTraffic(small(), (design) =>
      altered(design, /^plane_entry_/, /^to_vc$/, (right, tools) =>
        tools.mux(tools.and(tools.signal('from_0_valid'), tools.signal('from_1_valid')), tools.not(right), right),
      ),
    ),
  },
  {
    name: 'two-grants-after-reset',
    fault: 'everybody is granted in the cycle after reset',
    hunt: byTraffic(small(), (design) =>
      altered(
        remembering(design, /^round_robin_2$/, 'is_running', (tools) => tools.number(1, 1)),
        /^round_robin_2$/,
        /^grant$/,
        (right, tools) => tools.mux(tools.signal('is_running'), right, tools.signal('request')),
      ),
    ),
  },
  {
    name: 'source-not-stamped',
    fault: 'the head of a packet right behind another one keeps the source that the module wrote',
    hunt: byProof(() => {
      const plan = planNetwork(small())
      const part = own(admission(0, plan.classes, targetsOf(plan), []))
      const fires = remembering(part, /^admission_/, 'fired_before', (tools) =>
        tools.and(tools.signal('from_valid'), tools.signal('from_ready')),
      )
      return altered(fires, /^admission_/, /^to_payload$/, (right, tools) =>
        tools.mux(tools.signal('fired_before'), tools.signal('from_payload'), right),
      )
    }, 'own source'),
  },
  {
    name: 'guard-one-short',
    fault: 'a guard closes packets one flit before their announced end',
    hunt: byTraffic(small(), (design) =>
      altered(design, /^transmit_guard_/, /^to_payload$/, (right, tools) => {
        const left = tools.signal('left')
        const short = tools.and(tools.signal('inside_'), tools.eq(left, tools.number(left.bits, 2)))
        return tools.cat(tools.and(tools.bits(right, 137, 1), tools.not(short)), tools.bits(right, 0, 137))
      }),
    ),
  },
  {
    name: 'gray-unsynchronised',
    fault: 'a pointer of the other side is compared before it went through its synchroniser',
    hunt: () => {
      const right = own(moduleCrossing(1))
      const faulty = altered(right, /^crossing_queue_/, /^(taken|written)_seen$/, (_, tools, { name }) =>
        tools.signal(name === 'taken_seen' ? 'taken_gray' : 'written_gray'),
      )
      const before = checkDesign(right).length
      const found = checkDesign(faulty).filter(({ code }) => code.startsWith('HDL-05'))
      const ok = before === 0 && found.length > 0
      const reason = found[0] ? `${found[0].code} ${found[0].title}` : 'no rule objects'
      return Promise.resolve({ ok, by: 'check', reason, size: `${found.length} places` })
    },
  },
  {
    name: 'weight-0-starves',
    fault: 'an input with weight 0 never has a share',
    hunt: byProof(() => {
      const zeros = (design: Design): Design =>
        altered(design, /^source_weighted_/, /^over$/, (right, tools) =>
          tools.or(right, tools.cat(...[1, 0].map((one) => tools.not(tools.any(tools.signal(`weights_${one}`)))))),
        )
      return altered(zeros(zeroWeightProof()), /^source_weighted_/, /^far_(over_)?\d$/, (right, tools, { name }) =>
        tools.or(right, tools.not(tools.any(tools.signal(`weights_${numbersIn(name)[0]}`)))),
      )
    }, 'P-11'),
  },
  {
    name: 'last-phit-lost',
    fault: 'the last part of a word is lost when it is not taken at once',
    hunt: byProof(
      () => altered(own(narrowRules()), /^narrow_/, /^from_ready$/, (_, tools) => tools.signal('final_')),
      'a word is gone only',
    ),
  },
  {
    name: 'pair-overtakes',
    fault: 'packets of a source and target take any virtual channel of their class',
    hunt: byTraffic(small({ vcsPerClass: 2 }), (design) =>
      altered(design, /^plane_entry_/, /^sub\d$/, (right, tools, { name }) => {
        const one = name.slice(3)
        return tools.mux(
          tools.signal(`sub${one}_inside`),
          right,
          tools.bits(tools.signal(`from_${one}_payload`), 137, 1),
        )
      }),
    ),
  },
  {
    name: 'two-eject',
    fault: 'two flits are taken for a module that gets one',
    hunt: byTraffic(small({ vcsPerClass: 2 }), (design) =>
      altered(design, /^packet_merge_2$/, /^from_1_ready$/, (right, tools) =>
        tools.or(right, tools.and(tools.signal('from_0_ready'), tools.signal('from_1_valid'))),
      ),
    ),
  },
]
