import { beforeEach, expect, test } from 'vitest'
import type { Activity } from '../../src/kernel/activity.ts'
import { removeActivity } from '../../src/kernel/exit.ts'
import { sideCallReply, sideCalls } from '../../src/kernel/side-calls.ts'
import { encodeRequest, systemCalls } from '../../src/kernel/system-calls.ts'
import type { FieldCodecs, Sent, SystemCall } from '../../src/kernel/system-calls.ts'
import { expectInvariants, fakeSystem } from './fake-system.ts'
import type { FakeSystem } from './fake-system.ts'

const none = 0xffff
let system: FakeSystem
let owner: Activity
/** Opcodes of the side calls that multiplexers got, by tile. */
let calls: (readonly [number, number])[]

const call = async <R extends FieldCodecs, A extends FieldCodecs>(
  what: SystemCall<R, A>,
  request: Sent<R>,
): Promise<readonly bigint[] | undefined> => system.call(owner, encodeRequest(what, request))

const far = (): (typeof system.tiles)[number] => system.tiles[2]!
const typeOf = (ep: number): bigint => system.machine.tiles.get(far().tile.id)!.word(ep, 0) & 7n

/** The third tile has no activity; its owner has it at 20, and memory gates at 30 and 31. */
beforeEach(async () => {
  system = fakeSystem()
  const [first, , third] = system.activities as [Activity, Activity, Activity]
  owner = first
  await removeActivity(system.kernel, third)
  owner.table.insertAgain(20n, far())
  for (const dst of [30, 31])
    await call(systemCalls.createMgate, { dst, act: 2, address: 0x1000_8000, size: 0x1000, permissions: 3 })
  calls = []
  system.muxAnswers = ({ tile, payload }) => {
    calls.push([tile, Number(new DataView(payload.buffer, payload.byteOffset).getBigUint64(0, true))])
    return sideCallReply(0, 7n, 9n)
  }
})

const protect = (mgate: number, overwrite = false, ep = 1) =>
  call(systemCalls.tileSetPmp, { tile: 20, mgate, ep, overwrite })

test('memory that protects a tile goes with its gate', async () => {
  await protect(30)
  const before = typeOf(1)
  await call(systemCalls.revoke, { act: 2, range: { start: 30, count: 1 }, own: true })

  expect([before, typeOf(1)]).toEqual([3n, 0n])
  expectInvariants(system)
})

test('memory that protects a tile is replaced only on purpose', async () => {
  await protect(30)
  const refused = await protect(31)
  const replaced = await protect(31, true)

  expect([refused, replaced, typeOf(1)]).toEqual([[36n], [0n], 3n])
  expectInvariants(system)
})

test('a gate protects one range at a time, and a wrong one takes nothing away', async () => {
  await protect(30)

  expect([await protect(30, true, 2), await protect(2, true)]).toEqual([[36n], [28n]])
  expect([typeOf(1), typeOf(2)]).toEqual([3n, 0n])
})

test('a tile that is stopped loses what protected it', async () => {
  await protect(30)
  await call(systemCalls.tileReset, { tile: 20, muxMemory: none, eps: undefined })

  expect([far().tile.mux, typeOf(1)]).toEqual(['off', 0n])
  expect(await protect(31)).toEqual([56n])
  expectInvariants(system)
})

test('the quota of a tile with several activities stays', async () => {
  far().users = 2

  expect(await call(systemCalls.tileSetQuota, { tile: 20, time: 1, pts: 1 })).toEqual([28n])
  expect(calls).toEqual([])
})

test('quotas are those that the multiplexer tells, under numbers that are unique among tiles', async () => {
  const { id } = far().tile
  system.muxAnswers = () => sideCallReply(0, (5n << 32n) | 4n, (3n << 32n) | 2n)

  const answer = await call(systemCalls.tileQuota, { tile: 20 })

  const number = BigInt(id) * 256n + 1n
  expect(answer).toEqual([0n, BigInt(id), 128n, 128n, number, 5n, 4n, number, 3n, 2n])
})

test('a derived tile gives its accounts back when it goes', async () => {
  const { id } = far().tile
  await call(systemCalls.deriveTile, { tile: 20, dst: 40, eps: undefined, time: 5, pts: undefined })
  await call(systemCalls.revoke, { act: 2, range: { start: 40, count: 1 }, own: true })

  expect(calls).toEqual([
    [id, sideCalls.deriveQuota.code],
    [id, sideCalls.removeQuotas.code],
  ])
})

test('reset_stats reaches every multiplexer and waits for none', async () => {
  for (const { tile } of system.tiles) system.silent.add(tile.id)

  expect(await call(systemCalls.resetStats, {})).toEqual([0n])
  expect(system.machine.sent.map(({ tile }) => tile).sort()).toEqual(system.tiles.map(({ tile }) => tile.id).sort())
})

test('a tile whose multiplexer does not run has no quotas of time', async () => {
  await call(systemCalls.tileReset, { tile: 20, muxMemory: none, eps: undefined })

  expect((await call(systemCalls.tileQuota, { tile: 20 }))?.slice(5, 7)).toEqual([0n, 0n])
})
