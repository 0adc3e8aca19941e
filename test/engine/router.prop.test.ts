/** A router of the default system in the engine: every packet leaves where its target is, whole, once and in order. */
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { elaborate } from '#edsl'
import { planNetwork, router } from '#hdl/noc'
import { defaultSystem, encode, headFlit } from '#layout'
import { bench } from './support.ts'

test('packets of one flit leave a router at the output of their target, once, in the order of their input', () => {
  const network = planNetwork(defaultSystem)
  const plan = network.routers[0]
  if (plan === undefined) throw new Error('the default system has no router')
  const made = bench(elaborate(router(plan, network, 4)))
  made.set('rst', 1)
  made.step(2)
  made.set('rst', 0)
  const exitOf = (mod: number): number => plan.outputs.findIndex((exit) => (plan.targets(exit) >> BigInt(mod)) & 1n)
  const reachable = plan.inputs.map((entry) =>
    defaultSystem.modules
      .map(({ mod }) => mod)
      .filter((mod) => plan.turns(entry, plan.outputs[exitOf(mod)] ?? 'east') && exitOf(mod) >= 0),
  )
  let packets = 0
  const packet = (input: number, choice: number): bigint => {
    const targets = reachable[input] ?? []
    const targetMod = targets[choice % targets.length] ?? 0
    const { chip } = defaultSystem
    const head = { burst: 0, arq: 0, bsel: 0, sourceMod: input, sourceChip: chip, targetMod, targetChip: chip } as const
    return encode(headFlit, { ...head, mode: 0, address: packets++, data0: 0n })
  }
  /** What is under way from an input to an output. */
  const underWay = new Map<string, bigint[]>()
  const wayOf = (flit: bigint, exit: number): bigint[] => {
    const key = `${(flit >> 120n) & 0xffn}>${exit}`
    const found = underWay.get(key) ?? []
    underWay.set(key, found)
    return found
  }
  const offers: (bigint | undefined)[] = plan.inputs.map(() => undefined)
  const cycles = fc.sample(fc.tuple(fc.array(fc.nat({ max: 7 }), { minLength: 8, maxLength: 8 }), fc.nat()), {
    seed: 1,
    numRuns: 600,
  })
  let left = 0

  for (const [choices, ready] of [...cycles, ...Array.from({ length: 100 }, () => [[], -1] as const)]) {
    plan.inputs.forEach((_, input) => {
      const choice = choices[input] ?? 0
      if (offers[input] === undefined && choice > 3) offers[input] = packet(input, choice)
      made.set(`from_${input}_valid`, offers[input] !== undefined)
      made.set(`from_${input}_payload`, offers[input] ?? 0n)
    })
    plan.outputs.forEach((_, exit) => made.set(`to_${exit}_ready`, (ready >> exit) & 1))
    plan.outputs.forEach((_, exit) => {
      if (made.get(`to_${exit}_valid`) === 0n || ((ready >> exit) & 1) === 0) return
      const flit = made.get(`to_${exit}_payload`)
      expect(flit).toBe(wayOf(flit, exit).shift())
      left += 1
    })
    offers.forEach((flit, input) => {
      if (flit === undefined || made.get(`from_${input}_ready`) === 0n) return
      wayOf(flit, exitOf(Number((flit >> 106n) & 0xffn))).push(flit)
      offers[input] = undefined
    })
    expect(made.step()).toBe(1)
  }

  expect(left).toBe(packets)
  expect(left).toBeGreaterThan(200)
})
