import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { simulate } from '#sim/simulate'
import { processor, sums } from '../../examples/risc.ts'
import { assemble, interpret, type Machine } from './support/rv32i.ts'

const dataWords = 16

/** Few registers, so that an instruction often needs what the one before it makes. */
const register = fc.nat(5)
const funct3 = fc.nat(7)
const immediate = fc.integer({ min: -2048, max: 2047 })
const offset = fc.integer({ min: -6, max: 8 }).map((instructions) => 4 * instructions)

const instruction = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.tuple(funct3, fc.boolean(), register, register, register).map((all) => assemble.register(...all)),
  },
  {
    weight: 4,
    arbitrary: fc.tuple(funct3, fc.boolean(), register, register, immediate).map((all) => assemble.immediate(...all)),
  },
  { weight: 2, arbitrary: fc.tuple(register, register, immediate).map((all) => assemble.load(...all)) },
  { weight: 2, arbitrary: fc.tuple(register, register, immediate).map((all) => assemble.store(...all)) },
  { weight: 1, arbitrary: fc.tuple(register, fc.nat(0xfffff)).map((all) => assemble.loadUpper(...all)) },
  { weight: 1, arbitrary: fc.tuple(register, fc.nat(0xfffff)).map((all) => assemble.addPc(...all)) },
  {
    weight: 3,
    arbitrary: fc
      .tuple(fc.constantFrom(0, 1, 4, 5, 6, 7), register, register, offset)
      .map((all) => assemble.branch(...all)),
  },
  { weight: 1, arbitrary: fc.tuple(register, offset).map((all) => assemble.jump(...all)) },
  {
    weight: 1,
    arbitrary: fc.tuple(register, fc.nat(24)).map(([rd, index]) => assemble.jumpRegister(rd, 0, 4 * index)),
  },
  { weight: 1, arbitrary: fc.constantFrom(assemble.system(), 0) },
)

/** Runs a program on the hardware for at most so many cycles. */
const run = (program: readonly number[], cycles: number): Machine => {
  using sim = simulate(processor({ program, dataWords }))
  const stores: { address: number; data: number }[] = []
  const detach = sim.attach({
    before: () => {
      const { valid, address, data } = sim.io.store.value
      if (valid === 1) stores.push({ address, data })
    },
  })
  for (let cycle = 0; cycle < cycles && sim.io.halted.value === 0; cycle++) sim.step()
  detach()
  const words = (name: string, count: number) =>
    Array.from({ length: count }, (_, index) => Number(sim.memory(name).read(index)))
  return {
    registers: words('registers', 32),
    data: words('data', dataWords),
    stores,
    ended: sim.io.halted.value === 1,
  }
}

test('random programs end with the registers, data and stores of an interpreter', () => {
  let ended = 0
  fc.assert(
    fc.property(fc.array(instruction, { minLength: 1, maxLength: 24 }), (random) => {
      const program = [...random, assemble.system()]
      const expected = interpret(program, dataWords, 100)
      // One that goes round forever is compared with nothing.
      fc.pre(expected.ended)
      ended++

      // Three cycles for each instruction are enough: two are dropped after a jump.
      expect(run(program, 310)).toEqual(expected)
    }),
    { seed: 1, numRuns: 100 },
  )
  expect(ended).toBe(100)
})

test('adds the numbers from 1 to 10', () => {
  const { immediate: addI, register: add, branch, store, system } = assemble
  const program = [
    addI(0, false, 1, 0, 10),
    add(0, false, 2, 2, 1),
    addI(0, false, 1, 1, -1),
    branch(1, 1, 0, -8),
    store(2, 0, 0x40),
    system(),
  ]

  expect(run(program, 100).stores).toEqual([{ address: 0x40, data: 55 }])
})

test('an instruction per cycle, and two more for a branch that is taken', () => {
  const { immediate: addI, branch, system } = assemble
  const straight = [...Array.from({ length: 8 }, () => addI(0, false, 1, 1, 1)), system()]
  const branching = [...Array.from({ length: 8 }, () => branch(0, 0, 0, 4)), system()]
  const cyclesOf = (program: readonly number[]) => {
    using sim = simulate(processor({ program, dataWords }))
    return sim.until(sim.io.halted)
  }

  expect([cyclesOf(straight), cyclesOf(branching)]).toEqual([11, 27])
})

test('the program of the example stores 1, 3, 6 and so on', () => {
  using sim = simulate(sums)

  const stored = Array.from({ length: 4 }, () => {
    sim.until(() => sim.io.store.value.valid === 1)
    const { data } = sim.io.store.value
    sim.step()
    return data
  })

  expect(stored).toEqual([1, 3, 6, 10])
})
