import {
  coreConfigRegister,
  descriptorOf,
  endpointRegister,
  featuresReset,
  printBufferRegister,
  registers,
} from '#layout'
import { createReplay, Difference } from '#model'
import type { Replay, StepRecord } from '#model'
import { describe, expect, test } from 'vitest'
import { accessBits, commitBits, flit, pair, Script } from './records.ts'
import { payload, replyWalk, sendWalk, transferWalk } from './walk-through.ts'

const prepared = (): Replay => {
  const replay = createReplay(pair)
  replay.writeMemory('a', 0x1000, payload)
  replay.writeMemory(
    'a',
    0x1020,
    Uint8Array.from({ length: 32 }, (_, index) => 0x30 + index),
  )
  replay.writeMemory('b', 0x1000, Uint8Array.from([0xdd, 0xcc, 0xbb, 0xaa]))
  return replay
}

const replayed = (records: readonly StepRecord[]): Replay => {
  const replay = prepared()
  for (const record of records) replay.apply(record)
  return replay
}

/** The difference that a replay ends with. */
const difference = (records: readonly StepRecord[]): Difference => {
  try {
    replayed(records)
  } catch (error) {
    if (error instanceof Difference) return error
    throw error
  }
  throw new Error('the replay accepted everything')
}

/** Index of the `nth` record of a module and probe. */
const indexOf = (records: readonly StepRecord[], module: string, probe: string, nth: number): number => {
  const found = records.flatMap((record, index) => (record.module === module && record.probe === probe ? [index] : []))
  const index = found.at(nth)
  if (index === undefined) throw new Error(`no record ${nth} of ${module} ${probe}`)
  return index
}

const changed = (
  script: Script,
  [module, probe, nth]: readonly [string, string, number],
  bits: (bits: bigint) => bigint,
): readonly StepRecord[] => {
  const index = indexOf(script.records, module, probe, nth)
  return script.records.map((record, at) => (at === index ? { ...record, bits: bits(record.bits) } : record))
}

const left = (script: Script, [module, probe, nth]: readonly [string, string, number]): readonly StepRecord[] => {
  const index = indexOf(script.records, module, probe, nth)
  return script.records.filter((_, at) => at !== index)
}

describe('the replay accepts', () => {
  test.each([
    ['the SEND of TCU section 9.2', sendWalk],
    ['FETCH_MSG, REPLY and ACK_MSG of sections 9.3 to 9.5', replyWalk],
    ['WRITE and READ of section 9.6', transferWalk],
  ])('%s', (_, walk) => {
    expect(replayed(walk().records).outstanding()).toEqual([])
  })

  test('any source ids at the injection, as the network stamps them', () => {
    const unstamped = changed(sendWalk(), ['a', 'inject0', 0], (bits) => bits & ~(0x3fffn << 114n))

    expect(replayed(unstamped).outstanding()).toEqual([])
  })

  test('any bytes in the lanes behind the last one', () => {
    const script = sendWalk()
    const other = (records: readonly StepRecord[]) =>
      records.map((record) =>
        record.bits === flit(0x0ff2f2e2d2n, 0xc2b2a2928_2726252423222120n)
          ? { ...record, bits: flit(0x0ff0000000n, 0x000000000_5566778823222120n) }
          : record,
      )

    expect(replayed(other(script.records)).outstanding()).toEqual([])
  })

  test('a second load of a line that two single flits share', () => {
    const script = new Script()
    script.write('a', endpointRegister(9, 2), 0x1000n).write('a', endpointRegister(9, 1), 0n)
    script.write('a', endpointRegister(9, 0), 0x0000_0001_929f_fffbn)
    script.write('a', registers.DATA_ADDR, 0x1006n).write('a', registers.DATA_SIZE, 5n)
    script.write('a', registers.COMMAND, 0x94n).commit('a', { kind: 'commandChecked' })
    script.load('a', 'command', 0x1000).load('a', 'command', 0x1000)

    expect(replayed(script.records).outstanding()).toHaveLength(1)
  })

  test('TIMEOUT_NOC once the send timeout has passed since the last flit', () => {
    const records = sendWalk().records
    const sent = indexOf(records, 'a', 'inject0', 4)
    const timeout = commitBits({ kind: 'commandFinished', error: 21 })
    const cycle = (records[sent] as StepRecord).cycle + pair.sendTimeoutCycles
    const ended = [...records.slice(0, sent + 1), { cycle, module: 'a', probe: 'commit', bits: timeout } as const]

    expect(replayed(ended).outstanding().join()).not.toContain('command')
  })
})

describe('the replay refuses', () => {
  const read = (address: number, data: bigint) => () => commitBits({ kind: 'coreRead', address, data })
  const flip = (bit: number) => (bits: bigint) => bits ^ (1n << BigInt(bit))

  test.each<[string, readonly StepRecord[], string]>([
    [
      'a SEND that took no credit',
      changed(sendWalk(), ['a', 'commit', -1], read(endpointRegister(8, 0), 0x001f_ffe3_0417_fff9n)),
      '0x1fffe3040ffff9',
    ],
    [
      'a reception that left wpos alone',
      changed(sendWalk(), ['b', 'commit', -5], read(endpointRegister(9, 0), 0x0000_0c10_0087_fffan)),
      '0x8c100087fffa',
    ],
    [
      'a reception that did not set unread',
      changed(sendWalk(), ['b', 'commit', -4], read(endpointRegister(9, 2), 1n)),
      '0x100000001',
    ],
    [
      'a reply endpoint with half a label',
      changed(sendWalk(), ['b', 'commit', -1], read(endpointRegister(16, 2), 0x1234_5678n)),
      '0xcafebabe12345678',
    ],
    ['a flit with a wrong payload bit', changed(sendWalk(), ['a', 'inject0', 4], flip(0)), 'differs in 0x1'],
    [
      'a head with a wrong time',
      changed(sendWalk(), ['a', 'inject0', 0], flip(80)),
      'differs in 0x100000000000000000000',
    ],
    [
      'a tail that claims that more follows',
      changed(sendWalk(), ['a', 'inject0', 4], flip(137)),
      'next flit of the command',
    ],
    ['a flit that changed on its way', changed(sendWalk(), ['b', 'deliver0', 3], flip(5)), 'intact and in order'],
    ['a flit that got lost', left(sendWalk(), ['b', 'deliver0', 2]), 'intact and in order'],
    ['a flit without its load', left(sendWalk(), ['a', 'memory', 1]), 'was not loaded yet'],
    ['a line that is not wanted', changed(sendWalk(), ['a', 'memory', 1], flip(148)), 'once and in order'],
    ['a store behind the message', changed(sendWalk(), ['b', 'memory', 3], flip(132)), 'nothing else'],
    ['a store beside the message', changed(sendWalk(), ['b', 'memory', 0], flip(148)), 'nothing else'],
    [
      'a store of a wrong byte',
      changed(sendWalk(), ['b', 'memory', 2], flip(127)),
      'the bytes are those of the packet',
    ],
    ['a store left out', left(sendWalk(), ['b', 'memory', 1]), 'nothing else'],
    ['an end before everything is stored', left(sendWalk(), ['b', 'memory', 3]), 'whose bytes are all stored'],
    [
      'a wrong slot',
      changed(sendWalk(), ['b', 'commit', 3], () => commitBits({ kind: 'messageBegun', ep: 9, data: 1n })),
      'slot 0',
    ],
    [
      'a message for another endpoint',
      changed(sendWalk(), ['b', 'commit', 3], () => commitBits({ kind: 'messageBegun', ep: 10 })),
      'endpoint 9',
    ],
    [
      'a reception that was rejected without reason',
      changed(sendWalk(), ['b', 'commit', 3], () => commitBits({ kind: 'messageBegun', ep: 9, error: 7 })),
      'NONE',
    ],
    [
      'an acknowledgement for another tile',
      changed(sendWalk(), ['b', 'inject1', 0], flip(107)),
      'acknowledgement differs',
    ],
    [
      'an acknowledgement with another label',
      changed(sendWalk(), ['b', 'inject1', 0], flip(64)),
      'acknowledgement differs',
    ],
    ['an acknowledgement with an error', changed(sendWalk(), ['b', 'inject1', 0], flip(1)), 'acknowledgement differs'],
    ['an acknowledgement before its time', left(sendWalk(), ['b', 'commit', 4]), 'no acknowledgement has a flit'],
    ['an end without acknowledgement', left(sendWalk(), ['a', 'deliver1', 0]), 'have not arrived'],
    [
      'a command that ends with another code than its acknowledgement',
      changed(sendWalk(), ['a', 'commit', -3], () => commitBits({ kind: 'commandFinished', error: 6 })),
      'what its target answered',
    ],
    [
      'a timeout that comes too early',
      [
        ...sendWalk().records.slice(0, indexOf(sendWalk().records, 'a', 'inject0', 4) + 1),
        { cycle: 500, module: 'a', probe: 'commit', bits: commitBits({ kind: 'commandFinished', error: 21 }) },
      ],
      'the send timeout of 1000 cycles has not passed',
    ],
    [
      'checks with another result',
      changed(sendWalk(), ['a', 'commit', 10], () => commitBits({ kind: 'commandChecked', error: 10 })),
      'NONE',
    ],
    [
      'a slot that is still occupied after REPLY left (DEV-20)',
      changed(replyWalk(), ['b', 'commit', -3], read(endpointRegister(9, 2), 1n)),
      '0x0',
    ],
    [
      'a credit that did not come back',
      changed(replyWalk(), ['a', 'commit', -9], read(endpointRegister(8, 0), 0x001f_ffe3_040f_fff9n)),
      '0x1fffe30417fff9',
    ],
    [
      'a fetch of the wrong message',
      changed(replyWalk(), ['b', 'commit', 13], read(registers.ARG1, 0x40n)),
      'model:    0x0',
    ],
    [
      'a write acknowledgement with a wrong count',
      changed(transferWalk(), ['b', 'inject1', 1], flip(0)),
      'differs in 0x1',
    ],
    ['a write to another address', changed(transferWalk(), ['a', 'inject0', 1], flip(64)), 'next flit of the command'],
    ['a READ of more bytes', changed(transferWalk(), ['a', 'inject0', -1], flip(36)), 'next flit of the command'],
    [
      'an answer for another address',
      changed(transferWalk(), ['b', 'inject1', -3], flip(64)),
      'next flit of the response',
    ],
    [
      'an answer with a wrong byte in its first lane',
      changed(transferWalk(), ['b', 'inject1', -2], flip(40)),
      'response differs',
    ],
    ['read data stored elsewhere', changed(transferWalk(), ['a', 'memory', -2], flip(148)), 'nothing else'],
    ['read data that is not stored', left(transferWalk(), ['a', 'memory', -1]), 'their data is not stored'],
    [
      'a field that the step does not name',
      changed(sendWalk(), ['a', 'commit', 10], () => commitBits({ kind: 'commandChecked', ep: 8 })),
      'fields that a step does not name are 0',
    ],
  ])('%s', (_, records, expected) => {
    expect(difference(records).message).toContain(expected)
  })

  test('a second step of one probe in a cycle', () => {
    const script = new Script().read('a', registers.COMMAND, 0n).at(0).read('a', registers.COMMAND, 0n)

    expect(difference(script.records).message).toContain('one request per cycle')
  })

  test('a record of an earlier cycle', () => {
    const script = new Script().at(7).read('a', registers.COMMAND, 0n).at(6).read('b', registers.COMMAND, 0n)

    expect(difference(script.records).message).toContain('records come by cycle')
  })

  test('a wrong CUR_TIME', () => {
    const script = new Script().at(123).read('a', registers.CUR_TIME, 1230n).read('a', registers.CUR_TIME, 1230n)

    expect(difference(script.records).message).toContain('0x4d8')
  })

  test('a store of the host port', () => {
    const script = new Script().add('h', 'memory', accessBits({ user: 'receive', store: 1 }))

    expect(difference(script.records).message).toContain('neither registers nor memory')
  })

  test('and says who did what, when, and why that is wrong', () => {
    const found = difference(changed(sendWalk(), ['b', 'inject1', 0], flip(1)))

    expect(found.data).toEqual({
      module: 'b',
      cycle: 81,
      did: 'inject1 TCU_ACK 0x325 to 0x306, single, address 0x3207788, data 0x2, select 0xff',
      expected: '0xff250c1834032077880000000000000000',
      why: 'the next flit of the acknowledgement differs in 0x2',
      section: 'tcu.md 7',
    })
  })
})

describe('at rest', () => {
  /** The power-up state of a tile, as hardware would show it. */
  const powerUp = (module: string, offset: number): bigint => {
    const found = pair.modules.find((each) => each.name === module)
    if (offset === registers.TILE_DESC && found !== undefined && found.kind !== 'host') return descriptorOf(found)
    return offset === registers.FEATURES && found?.kind === 'compute' ? featuresReset : 0n
  }
  const zeros = (_: string, __: number, bytes: number) => new Uint8Array(bytes)

  test('a system that was only powered up equals the model', () => {
    expect(() => {
      createReplay(pair).compareAtRest(powerUp, zeros)
    }).not.toThrow()
  })

  test.each([
    ['an endpoint word', endpointRegister(127, 2), 'word 2 of endpoint 127'],
    ['a word of the print buffer', printBufferRegister(31), '0xd40'],
    ['a core configuration register', coreConfigRegister(2), '0x3038'],
    ['a register that does not exist', registers.CUR_ACT, '0x2020'],
    ['a flit counter', registers.FLITS_DROP, '0x3020'],
  ])('%s that differs is found', (_, offset, text) => {
    expect(() => {
      createReplay(pair).compareAtRest((module, at) => powerUp(module, at) + (at === offset ? 1n : 0n), zeros)
    }).toThrow(text)
  })

  test('a byte of memory that differs is found', () => {
    const other = (_: string, __: number, bytes: number) => new Uint8Array(bytes).fill(1, 0x123, 0x124)

    expect(() => {
      createReplay(pair).compareAtRest(powerUp, other)
    }).toThrow('holds 0x1 in memory at 0x123')
  })

  test('something outstanding is found', () => {
    const replay = replayed(sendWalk().records.slice(0, 30))

    expect(() => {
      replay.compareAtRest(powerUp, zeros)
    }).toThrow('command 1 on endpoint 8 has not ended')
  })
})
