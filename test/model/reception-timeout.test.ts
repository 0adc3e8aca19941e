/** Packets whose next flit does not come: TCU section 7.9, `receiveTimeoutCycles` of docs/contract.md. */
import { dropCounters, encode, endpointRegister, errorCodes, registers } from '#layout'
import type { SystemDescription } from '#layout'
import { createReplay } from '#model'
import { describe, expect, test } from 'vitest'
import { flit, pair, Script } from './records.ts'
import { payload, sendWalk } from './walk-through.ts'

const limit = 50
const system: SystemDescription = {
  ...pair,
  modules: pair.modules.map((module) =>
    module.name === 'b' && module.kind === 'compute' ? { ...module, tcu: { receiveTimeoutCycles: limit } } : module,
  ),
}

const replayed = (script: Script) => {
  const replay = createReplay(system)
  replay.writeMemory('a', 0x1000, payload)
  for (const record of script.records) replay.apply(record)
  return replay
}

/** The message of section 9.2 up to its delivery but for the last `missing` flits, which have not left either. */
const interrupted = (missing: number): { readonly script: Script; readonly rest: readonly bigint[] } => {
  const walk = sendWalk().records
  const flits = walk.flatMap(({ probe, bits }) => (probe === 'inject0' ? [bits] : []))
  const before = walk.slice(
    0,
    walk.findIndex(({ probe }) => probe === 'inject0'),
  )
  const script = new Script()
  script.records.push(...before)
  const come = flits.slice(0, flits.length - missing)
  script.at(47).add('a', 'inject0', ...come)
  script.at(60).add('b', 'deliver0', ...come)
  return { script, rest: flits.slice(flits.length - missing) }
}

const dropped = (packets: number, flits: number): bigint =>
  encode(dropCounters, { erroneousPackets: packets, droppedFlits: flits })

describe('a message whose next flit does not come', () => {
  const begun = () => {
    const { script, rest } = interrupted(1)
    return { script: script.commit('b', { kind: 'messageBegun', ep: 9 }), rest }
  }

  test('ends with TIMEOUT_NOC after the limit, takes nothing, and its late flits are counted', () => {
    const { script, rest } = begun()
    script.at(63 + limit).commit('b', { kind: 'messageEnded', error: errorCodes.TIMEOUT_NOC })
    script.read('b', endpointRegister(9, 2), 0n).read('b', registers.FLITS_DROP, 0n)
    script.add('a', 'inject0', ...rest).add('b', 'deliver0', ...rest)
    // CUR_TIME of the end is 1130 ns
    const acknowledgement = flit(0x0ff250c183n, 0x4_046a7788_0000000000000015n)
    script.add('b', 'inject1', acknowledgement).add('a', 'deliver1', acknowledgement)
    script.commit('a', { kind: 'commandFinished', error: errorCodes.TIMEOUT_NOC })
    script.read('b', registers.FLITS_DROP, dropped(1, 1)).read('b', endpointRegister(9, 2), 0n)

    expect(replayed(script).outstanding()).toEqual([])
  })

  test('does not end before', () => {
    const { script } = begun()
    script.at(62 + limit).commit('b', { kind: 'messageEnded', error: errorCodes.TIMEOUT_NOC })

    expect(() => replayed(script)).toThrow('no message was begun whose bytes are all stored')
  })

  test('may have waited for the hardware, and goes on then', () => {
    const { script, rest } = begun()
    script
      .at(200)
      .add('a', 'inject0', ...rest)
      .add('b', 'deliver0', ...rest)
    script.store('b', 'receive', 0x2000, 0xcafebabe12345678_000a000800a060ccn)
    script.store('b', 'receive', 0x2010, 0x1122334455667788n)
    script.store('b', 'receive', 0x2020, 0x1f1e1d1c1b1a1918_1716151413121110n)
    script.store('b', 'receive', 0x2030, 0x23222120n, 0x000f)
    script.commit('b', { kind: 'messageEnded' }).read('b', endpointRegister(9, 2), 0x1_0000_0001n)

    expect(() => replayed(script)).not.toThrow()
  })

  test('is counted and not acknowledged when no line of it came', () => {
    const { script, rest } = interrupted(4)
    script
      .at(200)
      .add('a', 'inject0', ...rest)
      .add('b', 'deliver0', ...rest)
    script.read('b', registers.FLITS_DROP, dropped(1, 4))

    expect(replayed(script).outstanding()).toEqual(['a: command 1 on endpoint 8 has not ended'])
  })
})

describe('a WRITE whose next flit does not come', () => {
  /** 20 bytes from 0x100F of A to 0x3001 of B, section 9.6: the last line is late. */
  const interruptedWrite = () => {
    const script = new Script()
    for (const [word, value] of [
      [2, 0x1000n],
      [1, 0x3000n],
      [0, 0x0000_0001_929f_fffbn],
    ] as const)
      script.write('a', endpointRegister(9, word), value)
    script.write('a', registers.DATA_ADDR, 0x100fn).write('a', registers.DATA_SIZE, 20n)
    script.write('a', registers.ARG1, 1n).write('a', registers.COMMAND, 0x94n)
    script.commit('a', { kind: 'commandChecked' })
    script.load('a', 'command', 0x1000).load('a', 'command', 0x1010).load('a', 'command', 0x1020)
    const flits = [
      flit(0x220060c943n, 0x2_00003001_0000000000000003n),
      flit(0x2ff1f1e1d1n, 0xc1b1a1918_1716151413121110n),
      flit(0x2ff2f2e2d2n, 0xc2b2a2928_2726252423222120n),
    ]
    script
      .add('a', 'inject0', ...flits)
      .at(40)
      .add('b', 'deliver0', ...flits)
    return script
  }
  const acknowledgement = (bytes: bigint): bigint =>
    flit(0x0ff250c183n, (4n << 96n) | (0x3001n << 64n) | (21n << 33n) | (1n << 32n) | bytes)

  test('is acknowledged with TIMEOUT_NOC and what is stored of it', () => {
    const script = interruptedWrite()
    script.store('b', 'receive', 0x3000, 0x2d2c2b2a2928_2726_2524232221201f_00n, 0xfffe)
    script.store('b', 'receive', 0x3010, 0x2f2en, 0x3)
    script.at(42 + limit).add('b', 'inject1', acknowledgement(17n))

    expect(() => replayed(script)).not.toThrow()
  })

  test('is not acknowledged before the limit, nor before what came is stored', () => {
    const early = interruptedWrite()
    early.store('b', 'receive', 0x3000, 0x2d2c2b2a2928_2726_2524232221201f_00n, 0xfffe)
    early.store('b', 'receive', 0x3010, 0x2f2en, 0x3)
    early.at(41 + limit).add('b', 'inject1', acknowledgement(17n))
    const unstored = interruptedWrite()
    unstored.store('b', 'receive', 0x3000, 0x2d2c2b2a2928_2726_2524232221201f_00n, 0xfffe)
    unstored.at(100 + limit).add('b', 'inject1', acknowledgement(15n))

    expect(() => replayed(early)).toThrow('no acknowledgement has a flit')
    expect(() => replayed(unstored)).toThrow('no acknowledgement has a flit')
  })
})
