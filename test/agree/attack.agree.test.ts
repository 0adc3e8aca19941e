/** A hostile tile does everything with its registers; its neighbours see nothing of it but the time. */
import { beforeAll, describe, expect, test } from 'vitest'
import { createModelPlatform, type Platform } from '#model'
import { compileSystem, type CompiledSystem, createLockstepPlatform } from '#sim/cosim'
import { agreeSystem } from '../support/agree-systems.ts'
import { besides, hostileProgram, type Untouched } from '../support/attack.ts'

const system = agreeSystem({ tiles: 4 })
const seeds = [1, 2, 3]
const length = 250
/** Of the platforms: what memories hold at first. */
const seed = 5

const checks = (open: () => Promise<Platform>): void => {
  let alone: Untouched

  const run = async (operations: Parameters<typeof besides>[1]): Promise<Untouched> => {
    const platform = await open()
    try {
      return await besides(platform, operations)
    } finally {
      await platform[Symbol.asyncDispose]()
    }
  }

  beforeAll(async () => {
    alone = await run([])
  }, 600_000)

  test('alone, the well-behaved tiles do their work', () => {
    const errors = alone.seen.filter((text) => /^(send|reply|write|read|acknowledge) [A-Z]/.test(text))

    expect(errors.length).toBeGreaterThan(50)
    expect(errors.filter((text) => !text.endsWith(' NONE'))).toEqual([])
  })

  test.each(seeds)(
    'their results, registers and memories are the same beside a hostile tile (seed %i)',
    async (number) => {
      const beside = await run(hostileProgram(system, number, length))

      expect(beside.seen).toEqual(alone.seen)
      expect(beside.registers).toEqual(alone.registers)
      expect(beside.memories).toEqual(alone.memories)
    },
    600_000,
  )
}

describe('on the model', () => {
  checks(() => Promise.resolve(createModelPlatform(system, { seed })))
})

describe('on the hardware, in lockstep with the model', () => {
  let generated: CompiledSystem

  beforeAll(() => {
    generated = compileSystem(system)
  }, 600_000)

  checks(() => createLockstepPlatform(system, { seed, generated }))
})
