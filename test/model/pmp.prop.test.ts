/** PMP: the checks and packets of TCU section 5.7, and what the replay allows of hardware that carries them out. */
import { decode, encode, endpointRegister, errorCodes, headFlit, modes, registers } from '#layout'
import type { SystemDescription } from '#layout'
import { checkPmp, coreRequestOf, coveredBy, createReplay, failedRead, passedHead } from '#model'
import type { PmpWords } from '#model'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { memoryEp } from '../support/tcu-driver.ts'
import { pair, Script } from './records.ts'

const own = 0x306
const target = 0x324
const words: PmpWords = memoryEp({ target, address: 0x4000, size: 0x2000 })

const requestHead = (mode: number, address: number, bytes: number): bigint =>
  encode(headFlit, {
    burst: 0,
    arq: 0,
    bsel: mode === modes.WRITE_POSTED_2 ? (1 << bytes) - 1 : 0xff,
    sourceMod: 0x77,
    sourceChip: 1,
    targetMod: 0x66,
    targetChip: 2,
    mode,
    address,
    data0: mode === modes.READ_REQ_2 ? (BigInt(bytes) << 32n) | 0xabcdn : 0x1122_3344_5566_7788n,
  })

const burstHead = (address: number, lines: number, first: number, last: number): bigint =>
  encode(headFlit, {
    ...decode(headFlit, requestHead(modes.WRITE_POSTED_2, address, 8)),
    burst: 1,
    bsel: (last << 4) | (15 - first),
    data0: BigInt(lines),
  })

describe('PMP', () => {
  test.each([
    [0x1000_0000, 0, 0],
    [0x4fff_ffff, 0, 0x3fff_ffff],
    [0x5000_0000, 1, 0],
    [0x8fff_ffff, 1, 0x3fff_ffff],
    [0x9000_0000, 2, 0],
    [0xd000_0000, 3, 0],
    [0xefff_ffff, 3, 0x1fff_ffff],
    [0x0000_0000, 3, 0x3000_0000],
    [0x0fff_ffff, 3, 0x3fff_ffff],
  ])('address %i is covered by endpoint %i at offset %i', (address, ep, offset) => {
    expect(coveredBy(address)).toEqual({ ep, offset })
  })

  test('checks type, permission and bounds in this order, whatever the activity', () => {
    const read = { address: 0x1000_0000 + 0x1ff0, bytes: 17, write: false }
    const check = (fields: Partial<Parameters<typeof memoryEp>[0]>, request = read) =>
      checkPmp(memoryEp({ target, address: 0, size: 0x2000, ...fields }), request)

    expect(checkPmp([1n, 0n, 0n], read)).toBe(errorCodes.NO_MEP)
    expect(check({ permissions: 2 })).toBe(errorCodes.NO_PERM)
    expect(check({ permissions: 1 }, { ...read, write: true })).toBe(errorCodes.NO_PERM)
    expect(check({})).toBe(errorCodes.OUT_OF_BOUNDS)
    expect(check({}, { ...read, bytes: 16 })).toBe(errorCodes.NONE)
    expect(check({ act: 5 }, { ...read, bytes: 16 })).toBe(errorCodes.NONE)
    expect(check({ size: 1n << 63n }, { ...read, bytes: 0xffff_ffff })).toBe(errorCodes.NONE)
  })

  test('sizes are those of reads, lanes and bursts; other modes are no requests', () => {
    expect(coreRequestOf(requestHead(modes.READ_REQ_2, 5, 64))).toEqual({ address: 5, bytes: 64, write: false })
    expect(coreRequestOf(requestHead(modes.WRITE_POSTED_2, 5, 3))).toEqual({ address: 5, bytes: 3, write: true })
    expect(coreRequestOf(burstHead(5, 4, 3, 1))).toEqual({ address: 5, bytes: 4 * 16 - 3 - 14, write: true })
    for (const mode of [0, 1, 2, 3, 4, 6, 8, 13, 15]) expect(coreRequestOf(requestHead(mode, 5, 8))).toBeUndefined()
  })

  test('replaces ids and address of what passes, and nothing else; a failed read is an ERROR with its code (DEV-15)', () => {
    fc.assert(
      fc.property(fc.nat(0x1fff), fc.boolean(), (offset, write) => {
        const flit = requestHead(write ? modes.WRITE_POSTED_2 : modes.READ_REQ_2, 0x1000_0000 + offset, 1)
        const request = coreRequestOf(flit) ?? { address: 0, bytes: 0, write }
        expect(checkPmp(words, request)).toBe(errorCodes.NONE)
        const ids = { sourceChip: 3, sourceMod: 0x06, targetChip: 3, targetMod: 0x24 }
        expect(decode(headFlit, passedHead(own, words, flit, request))).toEqual({
          ...decode(headFlit, flit),
          ...ids,
          address: 0x4000 + offset,
        })
        expect(decode(headFlit, failedRead(own, request, errorCodes.NO_PERM))).toEqual({
          ...{ burst: 0, arq: 0, bsel: 0xff, mode: modes.ERROR, data0: BigInt(errorCodes.NO_PERM) },
          ...{ ...ids, targetMod: 0x06, address: 0x1000_0000 + offset },
        })
      }),
    )
  })
})

/** The pair with PMP in A, and the classes of bypass traffic. */
const system: SystemDescription = {
  ...pair,
  modules: pair.modules.map((module) =>
    module.name === 'a' && module.kind === 'compute'
      ? { ...module, tcu: { pmp: true, contextSwitching: true } }
      : module,
  ),
  network: { classes: 4 },
}

describe('the replay of PMP', () => {
  const configured = (permissions = 3): Script => {
    const script = new Script()
    const [word0, word1, word2] = memoryEp({ target, address: 0x4000, size: 0x2000, permissions })
    script.write('a', endpointRegister(0, 2), word2).write('a', endpointRegister(0, 1), word1)
    return script.write('a', endpointRegister(0, 0), word0)
  }
  /** FEATURES of A, written over the network by B, and PRIV_CTRL. */
  const reporting = (script: Script): Script => {
    const packet = encode(headFlit, {
      ...{ burst: 0, arq: 0, bsel: 1, sourceMod: 0x25, sourceChip: 3, targetMod: 0x06, targetChip: 3 },
      ...{ mode: modes.WRITE_POSTED, address: 0xf000_0000, data0: 5n },
    })
    const window = memoryEp({ target: 0x306, address: 0xf000_0000, size: 0x1000 })
    for (const word of [2, 1, 0] as const) script.write('b', endpointRegister(8, word), window[word])
    script.write('b', registers.DATA_ADDR, 0n).write('b', registers.DATA_SIZE, 1n)
    script.write('b', registers.COMMAND, 0x84n).commit('b', { kind: 'commandChecked' })
    return script.load('b', 'command', 0).add('b', 'inject0', packet).add('a', 'deliver0', packet)
  }
  const apply = (script: Script) => {
    const replay = createReplay(system)
    for (const record of script.records) replay.apply(record)
    return replay
  }
  const pa = 0x1000_0100
  const passes = (address = pa) => ({ kind: 'pmpChecked' as const, ep: 0, data: BigInt(address) })
  const leaving = passedHead(own, words, requestHead(modes.READ_REQ_2, pa, 64), {
    address: pa,
    bytes: 64,
    write: false,
  })

  test('a packet that passed leaves as the endpoint says, and is counted', () => {
    const script = configured().commit('a', passes()).add('a', 'inject2', leaving)
    script.read('a', registers.FLITS_BYP, 1n << 32n)

    expect(apply(script).outstanding()).toEqual(['1 flits are in the network'])
  })

  test.each<[string, Script, string]>([
    ['a packet without a check', configured().add('a', 'inject2', leaving), 'no packet was checked'],
    [
      'a packet to another address',
      configured()
        .commit('a', passes())
        .add('a', 'inject2', leaving ^ (1n << 64n)),
      'says where the packet goes',
    ],
    [
      'a packet that is longer than its check allows',
      configured()
        .commit('a', passes())
        .add('a', 'inject2', leaving | (0x2000n << 32n)),
      'OUT_OF_BOUNDS',
    ],
    ['a check of another endpoint', configured().commit('a', { ...passes(), ep: 1 }), 'endpoint 0'],
    ['a pass without memory endpoint', new Script().commit('a', passes()), 'NO_MEP'],
    [
      'an error that the endpoint cannot give',
      configured().commit('a', { ...passes(), error: 11 }),
      'NONE or OUT_OF_BOUNDS',
    ],
    ['a pass without permissions', configured(0).commit('a', passes()), 'NO_PERM'],
    ['a check in a tile without PMP', new Script().commit('b', passes()), 'built without PMP'],
    [
      'a read that leaves where only writes pass',
      configured(2).commit('a', passes()).add('a', 'inject2', leaving),
      'NO_PERM',
    ],
  ])('%s is refused', (_, script, text) => {
    expect(() => apply(script)).toThrow(text)
  })

  test('a failure is reported to the core when PRIV_CTRL asks for it, with the address and the code', () => {
    const script = reporting(configured(1)).commit('a', {
      kind: 'externalWrite',
      address: 0,
      enables: 1,
      data: 5n,
    })
    script.write('a', registers.PRIV_CTRL, 1n)
    script.commit('a', { ...passes(), error: errorCodes.NO_PERM })
    const request = (BigInt(pa) << 32n) | (BigInt(errorCodes.NO_PERM) << 4n) | 8n | 3n
    const report = (data: bigint) => [
      ...script.records,
      ...new Script().at(100).commit('a', { kind: 'coreRequestRaised', data }).records,
    ]
    const replayed = (data: bigint) => {
      const replay = createReplay(system)
      replay.writeMemory('b', 0, Uint8Array.of(5))
      for (const record of report(data)) replay.apply(record)
    }

    expect(() => {
      replayed(request)
    }).not.toThrow()
    // the endpoint may be read, so the access was a write
    expect(() => {
      replayed(request ^ 8n)
    }).toThrow('requests are shown in their order')
  })
})
