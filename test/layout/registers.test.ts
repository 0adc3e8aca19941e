import {
  command,
  coreConfigRegister,
  decode,
  defaultSystem,
  descriptorOf,
  encode,
  endpointRegister,
  errorCodes,
  errorName,
  externalCommand,
  features,
  featuresReset,
  invalidateArgument,
  opcodes,
  printBufferRegister,
  registers,
  tileDescriptor,
  acceleratorLogics,
  memoryOffset,
} from '#layout'
import { describe, expect, test } from 'vitest'

const start = (op: number, ep: number, arg0 = 0, error = 0) => encode(command, { reserved: 0, arg0, error, ep, op })
const invalidate = (ep: number, force: number) =>
  encode(externalCommand, { arg: encode(invalidateArgument, { unused: 0n, force, ep }), error: 0, op: 1 })
const external = (arg: bigint, error: number) => encode(externalCommand, { arg, error, op: 0 })

describe('registers sit where TCU section 2.3 puts them', () => {
  test.each([
    ['EP 0 word 0', endpointRegister(0, 0), 0x0048],
    ['EP 8 word 1', endpointRegister(8, 1), 0x0048 + 24 * 8 + 8],
    ['EP 127 word 2', endpointRegister(127, 2), 0x0c40],
    ['PRINT_BUF 0', printBufferRegister(0), 0x0c48],
    ['PRINT_BUF 31', printBufferRegister(31), 0x0d40],
    ['core enable', coreConfigRegister(0), 0x3028],
    ['interrupt 1', coreConfigRegister(1), 0x3030],
    ['interrupt 2', coreConfigRegister(2), 0x3038],
    ['CUR_ACT', registers.CUR_ACT, 0x2020],
    ['FLITS_DROP', registers.FLITS_DROP, 0x3020],
  ])('%s', (_, offset, written) => {
    expect(offset).toBe(written)
  })
})

describe('command words are those of TCU section 9', () => {
  test.each([
    ['SEND 8 with reply endpoint 10', start(opcodes.send, 8, 10), 0x1400_0081n],
    ['SEND 8 without reply', start(opcodes.send, 8, 0xffff), 0x0000_01ff_fe00_0081n],
    ['FETCH_MSG 9', start(opcodes.fetch, 9), 0x95n],
    ['REPLY 9 to slot 0', start(opcodes.reply, 9), 0x92n],
    ['REPLY 9 to slot 1', start(opcodes.reply, 9, 64), 0x8000_0092n],
    ['FETCH_MSG 10', start(opcodes.fetch, 10), 0xa5n],
    ['ACK_MSG 10', start(opcodes.acknowledge, 10), 0xa6n],
    ['WRITE 9', start(opcodes.write, 9), 0x94n],
    ['READ 9', start(opcodes.read, 9), 0x93n],
    ['error OUT_OF_BOUNDS', start(0, 0, 0, errorCodes.OUT_OF_BOUNDS), 0x0090_0000n],
    ['error TRANSLATION_FAULT', start(0, 0, 0, errorCodes.TRANSLATION_FAULT), 0x00d0_0000n],
    ['error TIMEOUT_NOC', start(0, 0, 0, errorCodes.TIMEOUT_NOC), 0x0150_0000n],
    ['INV_EP 8', invalidate(8, 0), 0x1001n],
    ['INV_EP 8, forced', invalidate(8, 1), 0x0200_1001n],
    ['result NO_CREDITS', external(0n, errorCodes.NO_CREDITS), 0xa0n],
    ['result of a receive endpoint with unread mask 1', external(1n, 0), 0x200n],
    ['unknown external command', external(0n, errorCodes.UNKNOWN_CMD), 0xf0n],
  ])('%s', (_, encoded, written) => {
    expect(encoded).toBe(written)
  })
})

describe('constant registers', () => {
  test('FEATURES powers up with version 2.0.1 and kernel set', () => {
    expect(decode(features, featuresReset)).toEqual({
      patch: 1,
      minor: 0,
      major: 2,
      reserved: 0,
      contextSwitch: 0,
      virtualMemory: 0,
      kernel: 1,
    })
  })

  test('the descriptor of a 2-GiB memory tile is that of TCU section 2.4', () => {
    const dram = { kind: 'memory', name: 'dram', mod: 0x24, memoryBase: 0, memoryBytes: 2 ** 31 } as const

    expect(descriptorOf(dram)).toBe(0x0000_8000_0000_8001n)
  })

  test('a compute tile of the default system has internal memory and no instruction set', () => {
    const tile = defaultSystem.modules[0]
    if (tile?.kind !== 'compute') throw new Error('the first module is the kernel tile')

    expect(decode(tileDescriptor, descriptorOf(tile))).toEqual({ memoryPages: 64n, attributes: 16, isa: 0, type: 0 })
  })

  test('accelerators have the instruction set code of their logic', () => {
    const codes = acceleratorLogics.map((logic) => {
      const tile = {
        kind: 'accelerator',
        name: 'it',
        mod: 0,
        memoryBase: memoryOffset,
        memoryBytes: 2 ** 17,
        logic,
      } as const
      const { isa, type, attributes } = decode(tileDescriptor, descriptorOf(tile))
      return [logic, isa, type, attributes]
    })

    expect(codes).toEqual([
      ['copy', 5, 0, 16],
      ['rot13', 6, 0, 16],
      ['sha3', 10, 0, 16 + 256],
      ['fft', 11, 0, 16],
    ])
  })

  test('the reference descriptors decode to their parts', () => {
    expect(decode(tileDescriptor, 0x1040n)).toEqual({ memoryPages: 0n, attributes: 2, isa: 1, type: 0 })
    expect(decode(tileDescriptor, 0x5040n)).toEqual({ memoryPages: 0n, attributes: 10, isa: 1, type: 0 })
    expect(decode(tileDescriptor, 0x3040n)).toEqual({ memoryPages: 0n, attributes: 6, isa: 1, type: 0 })
  })

  test('error names and codes belong together', () => {
    expect(errorName(7)).toBe('RECV_NO_SPACE')
    expect(errorName(31)).toBe('CRITICAL')
    expect(errorName(27)).toBe('ERROR_27')
  })
})
