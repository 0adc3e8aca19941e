/** Acceptance workload A12 of services section 7.4, for any platform. */
import { expect, test } from 'vitest'
import { commit, decode } from '../../../src/layout/index.ts'
import type { Program } from '../../../src/services/index.ts'
import { programs } from '../../../src/services/index.ts'
import type { Platform, StepRecord } from '../../../src/model/index.ts'
import { bootFiles } from '../m3fs/boot.ts'
import type { FilesBoot } from '../m3fs/boot.ts'

const kernelCallEp = 4

/** What the kernel had to do with the pairs. */
interface Scaled {
  /** Cycles of each round trip, per pair. */
  readonly each: readonly number[]
  /** System calls that came after the first round trip. */
  readonly callsMeanwhile: number
  readonly exits: Readonly<Record<string, number>>
}

const watched = (platform: Platform, onStep: (step: StepRecord) => void): Platform => ({
  name: platform.name,
  engine: platform.engine,
  system: platform.system,
  run: (mains, options) => platform.run(mains, { ...options, onStep }),
  peekRegister: (module, offset) => platform.peekRegister(module, offset),
  peekMemory: (module, address, bytes) => platform.peekMemory(module, address, bytes),
  [Symbol.asyncDispose]: () => platform[Symbol.asyncDispose](),
})

const pairsOf = async (
  pairs: number,
  rounds: number,
  on: { readonly platform: NonNullable<FilesBoot['platform']>; readonly system?: FilesBoot['system'] },
): Promise<Scaled> => {
  const main = (name: string): Program['main'] => (programs.get(name) as Program).main
  const names = Array.from({ length: pairs }, (_, index) => index)
  const apps = names.map(
    (index) =>
      `<dom><app args="server${index}"><rgate name="rpc${index}" lname="rpc" msgsize="64" slots="1"/></app></dom>` +
      `<dom><app args="client${index} ${rounds}"><sgate name="rpc${index}" lname="rpc" credits="1" label="7"/></app></dom>`,
  )
  let measuring = 0
  let callsMeanwhile = 0
  const each: number[] = []
  const client: Program['main'] = async (context) => {
    const { measured } = context
    measuring++
    const code = await main('rpc-client')(
      Object.assign(context, {
        measured: (measurement: Parameters<typeof measured>[0]) => {
          each.push(Number(measurement.nanoseconds) / 10 / measurement.repetitions)
          measured(measurement)
        },
      }),
    )
    measuring--
    return code
  }
  const { exits } = await bootFiles({
    config: apps.join(''),
    uses: [],
    programs: Object.fromEntries(
      names.flatMap((index) => [
        [`server${index}`, main('rpc-server')],
        [`client${index}`, client],
      ]),
    ),
    ...(on.system === undefined ? {} : { system: on.system }),
    platform: async (system) =>
      watched(await on.platform(system), ({ module, probe, bits }) => {
        if (module !== 'kernel' || probe !== 'commit' || measuring === 0) return
        const { kind, ep } = decode(commit, bits)
        if (kind === 'messageEnded' && ep === kernelCallEp) callsMeanwhile++
      }),
  })
  return { each, callsMeanwhile, exits }
}

export const scaleSuite = (
  on: { readonly platform: NonNullable<FilesBoot['platform']>; readonly system?: FilesBoot['system'] },
  { most, rounds, timeout }: { readonly most: number; readonly rounds: number; readonly timeout: number },
): void => {
  test(
    `A12: ${most} pairs that talk cost each other nothing, and the kernel nothing per message`,
    { timeout },
    async () => {
      const one = await pairsOf(1, rounds, on)
      const all = await pairsOf(most, rounds, on)

      expect(Object.values(all.exits)).toEqual(Array.from({ length: 2 * most + 1 }, () => 0))
      expect(all.each).toHaveLength(most)
      // Their ways through the network may cross.
      expect(Math.max(...all.each)).toBeLessThan(1.25 * (one.each[0] as number))
      expect(all.callsMeanwhile).toBeLessThan(rounds * most)
    },
  )
}
