import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decode, encode, foreignMessageRequest, pmpFailureRequest } from '#layout'
import { simulate } from '#sim/simulate'
import { coreRequests } from '../../../hdl/tcu/core-requests.ts'

const seed = 11

/** The queue with the registers that it uses: software answers when the test says so. */
const open = (pmp: boolean) => {
  const sim = simulate(coreRequests(pmp))
  const { io } = sim
  let word = 0n
  let interrupt = 0
  const shown: bigint[] = []
  const cycle = (given: { push?: bigint; clearsInterrupt?: boolean; answers?: boolean; turn?: boolean }): boolean => {
    if (given.clearsInterrupt) interrupt = 0
    if (given.answers) word = 1n
    io.interrupt.value = interrupt
    io.shown.value = Number(word & 7n)
    const pushed = given.push !== undefined && io.room.value === 1
    const request = given.push ?? 0n
    io.push.value = {
      valid: pushed ? 1 : 0,
      request: {
        failure: Number(request & 1n),
        upper: Number(request >> 32n),
        middle: Number((request >> 3n) & 0xffffn),
      },
    }
    const granted = given.turn !== false && io.wants.value === 1
    io.granted.value = granted ? 1 : 0
    if (granted && io.raises.value === 1) {
      expect(interrupt).toBe(0)
      word = io.request.value
      interrupt = 1
      shown.push(word)
    }
    if (granted && io.clears.value === 1) word = 0n
    sim.step()
    return pushed
  }
  return { sim, io, cycle, shown, waits: () => word !== 0n }
}

const foreign = (act: number, ep: number): bigint => encode(foreignMessageRequest, { act, unused: 0, ep, type: 2 })

test('a foreign message for EP 11 of activity 7 reads 0x0007_0000_0000_005A', () => {
  const { cycle, shown } = open(false)

  cycle({ push: foreign(7, 11) })
  cycle({})

  expect(shown).toEqual([0x0007_0000_0000_005an])
})

test('a PMP failure shows address, error and kind of access', () => {
  const { cycle, shown } = open(true)
  const failure = { address: 0xdead_bee0, unused: 0, error: 9, write: 1, type: 3 }

  cycle({ push: encode(pmpFailureRequest, failure) })
  cycle({})

  expect(decode(pmpFailureRequest, shown[0]!)).toEqual(failure)
})

test('the queue has room for eight, the one that is shown included', () => {
  const { cycle, io } = open(false)

  const taken = Array.from({ length: 12 }, (_, ep) => cycle({ push: foreign(1, ep) }))

  expect(taken.filter((one) => one)).toHaveLength(8)
  cycle({ answers: true })
  cycle({})
  expect(io.room.value).toBe(1)
})

describe('whatever software does and when', () => {
  test('every request is shown once, in order, after interrupt and response of the one before', () => {
    const step = fc.record({
      pushes: fc.boolean(),
      clearsInterrupt: fc.boolean(),
      answers: fc.boolean(),
      turn: fc.boolean(),
    })

    fc.assert(
      fc.property(fc.array(step, { maxLength: 150 }), (steps) => {
        const { cycle, shown, waits, sim } = open(false)
        const pushed: bigint[] = []
        steps.forEach(({ pushes, clearsInterrupt, answers, turn }, index) => {
          const request = foreign(index, index % 128)
          const given = { clearsInterrupt, answers: answers && waits(), turn }
          if (cycle(pushes ? { ...given, push: request } : given)) pushed.push(request)
        })
        for (let index = 0; index < 60; index++) cycle({ clearsInterrupt: true, answers: waits() })

        expect(shown).toEqual(pushed)
        sim.close()
      }),
      { seed, numRuns: 12 },
    )
  })
})

test('a restart empties the queue in as many cycles as it has places', () => {
  const { cycle, io, sim, shown } = open(false)
  for (let ep = 0; ep < 8; ep++) cycle({ push: foreign(1, ep), turn: false })

  io.push.value = { valid: 0, request: { failure: 0, upper: 0, middle: 0 } }
  io.restart.value = 1
  sim.step(8)
  io.restart.value = 0
  for (let index = 0; index < 5; index++) cycle({})

  expect(shown).toEqual([])
})
