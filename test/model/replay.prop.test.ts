import { createModelPlatform, createReplay, Difference } from '#model'
import type { Platform, Replay, StepRecord } from '#model'
import { commit, commitKinds, decode, defaultSystem, flitBits, memoryAccess } from '#layout'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { traffic } from '../support/traffic.ts'

/** What happened in a run, in order: steps, and the cores' writes to memory. */
type Event =
  | { readonly kind: 'step'; readonly record: StepRecord }
  | { readonly kind: 'memory'; readonly module: string; readonly address: number; readonly data: Uint8Array }

const record = async (seed: number, steps: number): Promise<{ platform: Platform; events: readonly Event[] }> => {
  const platform = createModelPlatform(defaultSystem, { seed })
  const events: Event[] = []
  const programs = [...traffic(steps)].map(([module, program]) => {
    const watched: typeof program = (tile) =>
      program({
        ...tile,
        writeMemory(address, data) {
          events.push({ kind: 'memory', module, address, data: data.slice() })
          tile.writeMemory(address, data)
        },
      })
    return [module, watched] as const
  })
  const onStep = (step: StepRecord) => {
    events.push({ kind: 'step', record: step })
  }
  await platform.run(new Map(programs), { limitCycles: 1_000_000, start: 'all', until: 'all', onStep })
  return { platform, events }
}

const replay = (events: readonly Event[]): Replay => {
  const checked = createReplay(defaultSystem)
  for (const event of events)
    if (event.kind === 'step') checked.apply(event.record)
    else checked.writeMemory(event.module, event.address, event.data)
  return checked
}

describe('the replay of random traffic', () => {
  let platform: Platform
  let events: readonly Event[]
  let changeable: readonly number[]

  const isRead = (step: StepRecord): boolean =>
    step.probe === 'commit' && Number(step.bits >> BigInt(commit.lsb.kind)) <= commitKinds.codes.coreWrite

  beforeAll(async () => {
    ;({ platform, events } = await record(11, 30))
    changeable = events.flatMap((event, index) => (event.kind === 'step' && !isRead(event.record) ? [index] : []))
  })

  const agrees = (checked: Replay): void => {
    checked.compareAtRest(
      (module, offset) => platform.peekRegister(module, offset),
      (module, address, bytes) => platform.peekMemory(module, address, bytes),
    )
  }

  test('agrees with the model platform that made it', () => {
    expect(() => {
      agrees(replay(events))
    }).not.toThrow()
  })

  test('finds every step that was left out', () => {
    fc.assert(
      fc.property(fc.nat(), (at) => {
        const index = changeable[at % changeable.length] as number

        expect(() => {
          agrees(replay(events.filter((_, each) => each !== index)))
        }).toThrow(Difference)
      }),
      { numRuns: 60, seed: 1 },
    )
  })

  /** Bits of a record that the specification fixes, as positions. */
  const fixedBits = (step: StepRecord): readonly number[] => {
    const positions = (bits: number) => Array.from({ length: bits }, (_, position) => position)
    switch (step.probe) {
      case 'commit':
        return positions(commit.bits)
      case 'memory': {
        const { store, enables } = decode(memoryAccess, step.bits)
        const outside = (position: number) =>
          position < memoryAccess.lsb.enables && ((enables >> (position >> 3)) & 1) === 0
        return store === 1
          ? positions(memoryAccess.bits).filter((position) => !outside(position))
          : positions(memoryAccess.bits).filter((position) => position >= memoryAccess.lsb.address)
      }
      default:
        // the network stamps the source ids at [127:114]
        return positions(flitBits).filter(
          (position) => step.probe.startsWith('deliver') || position < 114 || position > 127,
        )
    }
  }

  test('finds every bit that was turned over', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), (at, which) => {
        const index = changeable[at % changeable.length] as number
        const step = (events[index] as Extract<Event, { kind: 'step' }>).record
        const positions = fixedBits(step)
        const bit = 1n << BigInt(positions[which % positions.length] as number)
        const wrong: Event = { kind: 'step', record: { ...step, bits: step.bits ^ bit } }

        expect(() => {
          agrees(replay(events.map((event, each) => (each === index ? wrong : event))))
        }).toThrow(Difference)
      }),
      { numRuns: 120, seed: 1 },
    )
  })

  test('finds every pair of steps of one probe that changed places', () => {
    const sameProbe = (from: number): number =>
      changeable.find((index) => {
        const [first, second] = [events[from], events[index]]
        if (first?.kind !== 'step' || second?.kind !== 'step' || index <= from) return false
        const { record: one } = first
        const { record: other } = second
        return one.module === other.module && one.probe === other.probe && one.bits !== other.bits
      }) ?? -1

    fc.assert(
      fc.property(fc.nat(), (at) => {
        const one = changeable[at % changeable.length] as number
        const other = sameProbe(one)
        fc.pre(other >= 0 && (events[one] as { record: StepRecord }).record.probe.startsWith('deliver'))
        const swapped = [...events]
        const [first, second] = [events[one], events[other]] as [
          Extract<Event, { kind: 'step' }>,
          Extract<Event, { kind: 'step' }>,
        ]
        swapped[one] = { kind: 'step', record: { ...first.record, bits: second.record.bits } }
        swapped[other] = { kind: 'step', record: { ...second.record, bits: first.record.bits } }

        const same = () => {
          agrees(replay(swapped))
        }
        const oneSource = (first.record.bits >> 114n) % 0x4000n === (second.record.bits >> 114n) % 0x4000n
        if (oneSource) expect(same).toThrow(Difference)
      }),
      { numRuns: 60, seed: 1 },
    )
  })
})
