import { expect, test } from 'vitest'
import { globalAddress, parseGlobalAddress, tileFacts } from '../../src/kernel/addresses.ts'
import {
  decodeKernelInfo,
  decodeRootInfo,
  encodeKernelInfo,
  encodeRootInfo,
  infoSize,
} from '../../src/kernel/boot-info.ts'
import { memoryEndpoint, receiveEndpoint, sendEndpoint } from '../../src/kernel/endpoint-words.ts'
import { decodeEnvironment, encodeEnvironment } from '../../src/kernel/environment.ts'

const place = { tile: 0x24, offset: 0x3000n }

test('a global address has its tile above bit 49', () => {
  expect(globalAddress({ tile: 0x24, offset: 0x1000n })).toBe(0x8048_0000_0000_1000n)
  expect(parseGlobalAddress(0x8048_0000_0000_1000n)).toEqual({ tile: 0x24, offset: 0x1000n })
  expect(parseGlobalAddress(0x1000n)).toBeUndefined()
})

test('a scratchpad tile without instructions is not programmable', () => {
  const facts = tileFacts((64n << 28n) | (16n << 11n))

  expect(facts).toEqual({
    programmable: false,
    accelerator: false,
    supportsActivities: true,
    internalMemory: true,
    memoryBytes: 0x40000,
  })
})

test('the kernel environment has no gaps between its parts', () => {
  const info = {
    modules: [{ name: 'root', address: place, bytes: 100 }],
    descriptors: [1n, 2n],
    memories: [{ address: place, bytes: 0x8000, reserved: true }],
  }
  const block = encodeKernelInfo(info)

  expect(block.length).toBe(32 + 80 + 2 * 8 + 16)
  expect(infoSize(block, 8)).toBe(block.length)
  expect(decodeKernelInfo(block)).toEqual(info)
})

test("root's tile records have 16 bytes each", () => {
  const info = { modules: [], tiles: [{ id: 0x25, descriptor: 7n }], memories: [] }
  const block = encodeRootInfo(info)

  expect(block.length).toBe(32 + 16)
  expect(decodeRootInfo(block)).toEqual(info)
})

test('a module name of 64 bytes has no room for its NUL', () => {
  const info = { modules: [{ name: 'x'.repeat(64), address: place, bytes: 0 }], descriptors: [], memories: [] }

  expect(() => encodeKernelInfo(info)).toThrow('longer than 63 bytes')
})

test('an environment page gives back what it was given', () => {
  const boot = { tile: 0x20, descriptor: 5n, args: ['client', '1000'], kernelEnvironment: 0n, tiles: [6, 0x25, 0x20] }
  const activity = {
    entry: 0x1000_3000n,
    firstStandardEp: 8,
    firstSelector: 12,
    activity: 2,
    resourceManager: 0xffff,
    data: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8),
  }

  expect(decodeEnvironment(encodeEnvironment(boot, activity))).toEqual({ ...boot, ...activity })
})

test('arguments that do not fit the page are refused', () => {
  const boot = { tile: 0, descriptor: 0n, args: ['x'.repeat(4000)], kernelEnvironment: 0n, tiles: [] }

  expect(() => encodeEnvironment(boot)).toThrow('do not fit the environment page')
})

// The words of TCU section 9.1 and 9.6; the kernel leaves activity and credit endpoint at 0xFFFF as they do.
test('endpoints are composed like those of the TCU specification', () => {
  const tile = (3 << 8) | 0x25
  const send = sendEndpoint({ tile, ep: 9, label: 0x1122_3344_5566_7788n, messageOrder: 6, credits: 2 })
  const receive = receiveEndpoint({ address: 0x2000, slots: 4, slotOrder: 6, replyEps: 16 })
  const replies = receiveEndpoint({ address: 0x3000, slots: 2, slotOrder: 6 })
  const memory = memoryEndpoint({ tile, offset: 0x3000n, size: 0x1000n, permissions: 7 })

  expect(send).toEqual([0x001f_ffe3_0417_fff9n, 0x0325_0009n, 0x1122_3344_5566_7788n])
  expect(receive).toEqual([0x0000_0c10_0087_fffan, 0x2000n, 0n])
  expect(replies).toEqual([0x0000_0c0f_ffff_fffan, 0x3000n, 0n])
  expect(memory).toEqual([0x0000_0001_929f_fffbn, 0x3000n, 0x1000n])
})
