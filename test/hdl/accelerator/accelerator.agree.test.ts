/** The hardware of an accelerator and its golden model do the same, whatever the partners do. */
import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { AcceleratorLogic } from '#layout'
import { acceleratorEps as eps } from '#layout'
import { misdeeds, partnersOf } from './partners.ts'
import type { EndPlan, StreamPlan } from './partners.ts'
import { openHardware, runModel } from './run-on-fake.ts'
import type { FakeRun } from './run-on-fake.ts'

const windows = fc.array(fc.integer({ min: 60, max: 900 }), { minLength: 1, maxLength: 4 })
const goodEnd: fc.Arbitrary<EndPlan> = fc.record({
  kind: fc.constantFrom('file' as const, 'neighbour' as const),
  windows,
  good: fc.constant(0),
  then: fc.constant(undefined),
})
const badEnd: fc.Arbitrary<EndPlan> = fc.record({
  kind: fc.constant('file' as const),
  windows,
  good: fc.integer({ min: 0, max: 3 }),
  then: fc.constantFrom(...misdeeds),
})
const data = fc.oneof(
  fc.uint8Array({ maxLength: 1500 }),
  fc.constantFrom(512, 1024, 1536).map((size) => new Uint8Array(size).fill(0x41)),
)

/** Sends, reads, writes and exits in order: what partners and memory see of the stream. */
const ofStream = ({ tcu }: FakeRun): readonly string[] => tcu.log.filter((line) => /^(send|read|write|exit)/.test(line))

const made = (logic: AcceleratorLogic, bytes: Uint8Array): Uint8Array | undefined => {
  if (logic === 'copy') return bytes
  if (logic === 'sha3') return createHash('sha3-256').update(bytes).digest()
  return undefined
}

describe.each(['copy', 'rot13', 'sha3', 'fft'] as const)('%s', (logic) => {
  const agree = async (hardware: ReturnType<typeof openHardware>, plan: StreamPlan): Promise<FakeRun> => {
    const onHardware = partnersOf(plan)
    const onModel = partnersOf(plan)
    let turn = 0
    const real = hardware.run(onHardware.partners, () => turn++ % 5 !== 3)
    const golden = await runModel(logic, onModel.partners)
    expect(ofStream(real)).toEqual(ofStream(golden))
    expect(onHardware.sink).toEqual(onModel.sink)
    // It ends, and leaves no message that somebody waits for.
    expect(real.tcu.exitCode).toBeDefined()
    return real
  }

  test('makes the same of every stream, between files and neighbours', { timeout: 60_000 }, async () => {
    using hardware = openHardware(logic)
    await fc.assert(
      fc.asyncProperty(data, goodEnd, goodEnd, async (bytes, input, output) => {
        const plan = { data: bytes, input, output }
        const { tcu } = await agree(hardware, plan)
        expect(tcu.exitCode).toBe(0)
        const { partners, sink } = partnersOf(plan)
        await runModel(logic, partners)
        expect(sink.ended).toBe(true)
        const expected = made(logic, bytes)
        if (expected !== undefined) expect(Buffer.compare(Uint8Array.from(sink.bytes), expected)).toBe(0)
        expect(tcu.occupied(eps.sideCalls)).toBe(0)
      }),
      { seed: 1, numRuns: logic === 'copy' ? 20 : 6, endOnFailure: true },
    )
  })

  test('gives up in the same way when a partner breaks the rules', { timeout: 60_000 }, async () => {
    using hardware = openHardware(logic)
    await fc.assert(
      fc.asyncProperty(
        data,
        fc.oneof(fc.tuple(badEnd, goodEnd), fc.tuple(goodEnd, badEnd), fc.tuple(badEnd, badEnd)),
        (bytes, [input, output]) => agree(hardware, { data: bytes, input, output }).then(() => {}),
      ),
      { seed: 2, numRuns: logic === 'copy' ? 40 : 6, endOnFailure: true },
    )
  })

  test('begins anew after its core was held in the middle of a stream, wherever', { timeout: 60_000 }, async () => {
    using hardware = openHardware(logic)
    const bytes = Uint8Array.from({ length: 1000 }, (_, index) => (index * 5) & 0xff)
    const file: EndPlan = { kind: 'file', windows: [700], good: 0, then: undefined }
    const plan = { data: bytes, input: file, output: file }
    for (const most of [3, 20, 41, 60, 77, 90]) {
      hardware.run(partnersOf(plan).partners, () => true, most)
      expect((await agree(hardware, plan)).tcu.exitCode).toBe(0)
    }
  })
})
