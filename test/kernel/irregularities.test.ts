/**
 * Lines of kernel section 11 that no other test names. The others: 1, 9, 20 in test/services/conformance-*.ts; 8, 21, 22 in
 * activation.test.ts; 11, 14 in requests.test.ts; 17 in services.test.ts. Line 2 cannot be reached: capabilities of an activity go
 * with it. Lines 4, 7 (layout of a later TCU), 12 and 18
 * are about virtual memory and external endpoints, which scratchpad tiles with TCU 2.0.1 do not have.
 */
import { beforeEach, describe, expect, test } from 'vitest'
import type { Activity } from '../../src/kernel/activity.ts'
import { descendants } from '../../src/kernel/capability.ts'
import type { Capability } from '../../src/kernel/capability.ts'
import { codes } from '../../src/kernel/errors.ts'
import { encodeRequest, systemCalls } from '../../src/kernel/system-calls.ts'
import type { FieldCodecs, Sent, SystemCall } from '../../src/kernel/system-calls.ts'
import { expectInvariants, fakeSystem } from './fake-system.ts'
import type { FakeSystem } from './fake-system.ts'

const page = 4096
/** Selector under which the first activity knows the second. */
const friend = 60

let system: FakeSystem
let one: Activity
let two: Activity

const ask = async <R extends FieldCodecs, A extends FieldCodecs>(
  caller: Activity,
  what: SystemCall<R, A>,
  request: Sent<R>,
): Promise<readonly number[] | undefined> => (await system.call(caller, encodeRequest(what, request)))?.map(Number)

const capability = (owner: Activity, selector: number): Capability | undefined => owner.table.get(BigInt(selector))

const createMemory = (dst: number, pages = 4) =>
  ask(one, systemCalls.createMgate, { dst, act: 2, address: 0x1000_8000, size: pages * page, permissions: 7 })

const exchange = (own: number, count: number, other: number) =>
  ask(one, systemCalls.exchange, { act: friend, own: { start: own, count }, other, obtain: false })

beforeEach(() => {
  system = fakeSystem()
  ;[one, two] = system.activities as [Activity, Activity]
  one.table.insertAgain(BigInt(friend), two)
})

describe('kernel section 11', () => {
  test("3: what is derived into another table is below the caller's capability, not what lies there under its selector", async () => {
    await createMemory(30)
    await ask(two, systemCalls.createMgate, { dst: 30, act: 2, address: 0x1000_8000, size: page, permissions: 7 })
    const derive = { act: friend, dst: 31, src: 30, offset: page, size: page, permissions: 1 }
    expect(await ask(one, systemCalls.deriveMem, derive)).toEqual([codes.Success])

    expect(capability(two, 31)?.parent).toBe(capability(one, 30))
    await ask(one, systemCalls.revoke, { act: 2, range: { start: 30, count: 1 }, own: true })
    expect([capability(two, 31), capability(two, 30) === undefined]).toEqual([undefined, false])
    expectInvariants(system)
  })

  test('6: a revoke of the children alone leaves none, and the parent as it was', async () => {
    await createMemory(30)
    for (const dst of [31, 32, 33])
      await ask(one, systemCalls.deriveMem, { act: 2, dst, src: 30, offset: 0, size: page, permissions: 1 })
    await exchange(31, 1, 40)
    await ask(one, systemCalls.revoke, { act: 2, range: { start: 30, count: 1 }, own: false })

    const parent = capability(one, 30) as Capability
    expect([...descendants(parent)].filter((each) => each !== parent)).toEqual([])
    expect([31, 32, 33].map((selector) => capability(one, selector))).toEqual([undefined, undefined, undefined])
    expect(capability(two, 40)).toBeUndefined()
    expect(
      await ask(one, systemCalls.deriveMem, { act: 2, dst: 31, src: 30, offset: 0, size: page, permissions: 1 }),
    ).toEqual([codes.Success])
    expectInvariants(system)
  })

  test('10: sources that are missing are skipped', async () => {
    await createMemory(30)
    await createMemory(32)

    expect(await exchange(30, 3, 40)).toEqual([codes.Success])
    expect([40, 41, 42].map((selector) => capability(two, selector) !== undefined)).toEqual([true, false, true])
  })

  test('10: without kernel memory NoSpace comes, and what was copied before stays', async () => {
    system = fakeSystem(12_000)
    ;[one, two] = system.activities as [Activity, Activity]
    one.table.insertAgain(BigInt(friend), two)
    await createMemory(30)
    let next = 31
    while ((await ask(one, systemCalls.createSem, { dst: next, value: 0 }))?.[0] === codes.Success) next++
    await ask(one, systemCalls.revoke, { act: 2, range: { start: next - 1, count: 1 }, own: true })

    const many = next - 31
    expect(await exchange(30, many, 40)).toEqual([codes.NoSpace])
    const copied = Array.from({ length: many }, (_, index) => capability(two, 40 + index) !== undefined)
    expect([copied[0], copied.at(-1)]).toEqual([true, false])
    expect(copied).toEqual(copied.toSorted((a, b) => Number(b) - Number(a)))
    expectInvariants(system)
  })

  test('19: an activity that is stopped before it starts has an exit code, so that nobody waits for it for ever', async () => {
    const made = { dst: 80, tile: 0, kmem: 1, name: 'early' }
    const created = await ask(two, systemCalls.createActivity, made)
    // Tiles without virtual memory host one activity.
    expect(created).toEqual([codes.NotSup])
    two.state = 'init'
    await ask(one, systemCalls.actCtrl, { act: friend, op: 2, arg: 0 })

    expect(await ask(one, systemCalls.actWait, { event: 0, count: 1, acts: [friend] })).toEqual([
      codes.Success,
      friend,
      codes.Unspecified,
    ])
  })

  test('23: an activity that stops itself is not answered, and has the exit code it gave', async () => {
    expect(await ask(two, systemCalls.actCtrl, { act: 2, op: 2, arg: 7 })).toBeUndefined()
    expect(await ask(one, systemCalls.actWait, { event: 0, count: 1, acts: [friend] })).toEqual([0, friend, 7])
    expect(two.table.all()).toEqual([])
    expectInvariants(system)
  })
})
