/** The walk-throughs of TCU sections 9.1 to 9.6 as records, flits and register values as printed there. */
import { endpointRegister, errorCodes, registers } from '#layout'
import { flit, Script } from './records.ts'

const ep = (script: Script, module: string, id: number, words: readonly [bigint, bigint, bigint]): void => {
  for (const word of [2, 1, 0] as const) script.write(module, endpointRegister(id, word), words[word])
}

const reads = (script: Script, module: string, values: Readonly<Record<string, bigint>>): void => {
  for (const [name, value] of Object.entries(values)) {
    const [id, word] = name.split('.').map(Number) as [number, 0 | 1 | 2]
    script.read(module, endpointRegister(id, word), value)
  }
}

/** Payload of the message: 0x10 to 0x23, as the two lines at 0x1000; only 20 bytes are sent. */
export const payload = Uint8Array.from({ length: 32 }, (_, index) => 0x10 + index)

const headerFlits = [
  flit(0x23f060c943n, 0x3_01b80009_0000000000000004n),
  flit(0x2ffcafebabn, 0xe12345678_000a000800a060ccn),
  flit(0x2ff0000000n, 0x000000000_1122334455667788n),
]
const payloadFlits = [
  flit(0x2ff1f1e1d1n, 0xc1b1a1918_1716151413121110n),
  flit(0x0ff2f2e2d2n, 0xc2b2a2928_2726252423222120n),
]

/** 9.1 and 9.2: endpoints are configured, A sends, B receives, A gets its acknowledgement. */
export const sendWalk = (): Script => {
  const script = new Script()
  ep(script, 'a', 8, [0x001f_ffe3_0417_fff9n, 0x0325_0009n, 0x1122_3344_5566_7788n])
  ep(script, 'a', 10, [0x0000_0c0f_ffff_fffan, 0x3000n, 0n])
  ep(script, 'b', 9, [0x0000_0c10_0087_fffan, 0x2000n, 0n])
  script.at(40).write('a', registers.DATA_ADDR, 0x1000n).write('a', registers.DATA_SIZE, 20n)
  script.write('a', registers.ARG1, 0xcafe_babe_1234_5678n).write('a', registers.COMMAND, 0x1400_0081n)
  script.at(44).commit('a', { kind: 'commandChecked' })
  script.load('a', 'command', 0x1000).load('a', 'command', 0x1010)
  script.add('a', 'inject0', ...headerFlits, ...payloadFlits)
  script.at(60).add('b', 'deliver0', ...headerFlits, ...payloadFlits)
  script.commit('b', { kind: 'messageBegun', ep: 9 })
  script.store('b', 'receive', 0x2000, 0xcafebabe12345678_000a000800a060ccn)
  script.store('b', 'receive', 0x2010, 0x1122334455667788n)
  script.store('b', 'receive', 0x2020, 0x1f1e1d1c1b1a1918_1716151413121110n)
  script.store('b', 'receive', 0x2030, 0x23222120n, 0x000f)
  // CUR_TIME in cycle 80 is 800 ns
  script.at(80).commit('b', { kind: 'messageEnded' })
  const acknowledgement = flit(0x0ff250c183n, 0x4_03207788_0000000000000000n)
  script.add('b', 'inject1', acknowledgement)
  script.at(90).add('a', 'deliver1', acknowledgement)
  script.commit('a', { kind: 'commandFinished' })
  script.read('a', registers.COMMAND, 0n)
  reads(script, 'a', { '8.0': 0x001f_ffe3_040f_fff9n })
  reads(script, 'b', {
    '9.0': 0x0000_8c10_0087_fffan,
    '9.2': 0x0000_0001_0000_0001n,
    '16.0': 0x0020_0103_020f_fff9n,
    '16.1': 0x0306_000an,
    '16.2': 0xcafe_babe_1234_5678n,
  })
  return script
}

/** 9.3 and 9.4: B fetches and replies, the credit comes back; then 9.5. */
export const replyWalk = (): Script => {
  const script = sendWalk()
  const finishNow = (module: string, command: bigint): void => {
    script.write(module, registers.COMMAND, command).commit(module, { kind: 'commandChecked' })
    script.read(module, registers.COMMAND, 0n)
  }
  script.at(200)
  finishNow('b', 0x95n)
  script.read('b', registers.ARG1, 0n)
  reads(script, 'b', { '9.0': 0x0020_8c10_0087_fffan, '9.2': 1n })
  finishNow('b', 0x95n)
  script.read('b', registers.ARG1, 0xffff_ffff_ffff_ffffn)
  script.write('b', registers.DATA_ADDR, 0x1000n).write('b', registers.DATA_SIZE, 4n)
  script.write('b', registers.COMMAND, 0x92n)
  // CUR_TIME in cycle 256 is 2560 ns
  script.at(256).commit('b', { kind: 'commandChecked' })
  reads(script, 'b', { '16.0': 0x0020_0103_020f_fff8n, '9.2': 0n })
  const flits = [
    flit(0x23f250c183n, 0x3_0a00000a_0000000000000003n),
    flit(0x2ff0000000n, 0x000000000_00080009002064a1n),
    flit(0x2ff0000000n, 0x000000000_cafebabe12345678n),
    flit(0x0ff0000000n, 0x000000000_00000000aabbccddn),
  ]
  script.load('b', 'command', 0x1000).add('b', 'inject0', ...flits)
  script.add('a', 'deliver0', ...flits)
  script.commit('a', { kind: 'messageBegun', ep: 10 })
  script.store('a', 'receive', 0x3000, 0x0008_0009_0020_64a1n)
  script.store('a', 'receive', 0x3010, 0xcafe_babe_1234_5678n)
  script.store('a', 'receive', 0x3020, 0xaabb_ccddn, 0x000f)
  // CUR_TIME in cycle 300 is 3000 ns
  script.at(300).commit('a', { kind: 'messageEnded' })
  reads(script, 'a', {
    '10.0': 0x0000_8c0f_ffff_fffan,
    '10.2': 0x0000_0001_0000_0001n,
    '8.0': 0x001f_ffe3_0417_fff9n,
  })
  const acknowledgement = flit(0x0ff060c943n, 0x4_0bb85678_0000000000000000n)
  script.add('a', 'inject1', acknowledgement)
  script.add('b', 'deliver1', acknowledgement)
  script.commit('b', { kind: 'commandFinished' }).read('b', registers.COMMAND, 0n)
  finishNow('a', 0xa5n)
  reads(script, 'a', { '10.0': 0x0020_8c0f_ffff_fffan, '10.2': 1n })
  finishNow('a', 0xa6n)
  reads(script, 'a', { '10.2': 0n })
  return script
}

/** 9.6: WRITE of five aligned bytes, of five bytes across a word, of twenty; READ of sixteen. */
export const transferWalk = (): Script => {
  const script = new Script()
  ep(script, 'a', 9, [0x0000_0001_929f_fffbn, 0x3000n, 0x1000n])
  const begin = (command: bigint, local: bigint, bytes: bigint, offset: bigint): void => {
    script.write('a', registers.DATA_ADDR, local).write('a', registers.DATA_SIZE, bytes)
    script.write('a', registers.ARG1, offset).write('a', registers.COMMAND, command)
    script.commit('a', { kind: 'commandChecked' })
  }
  const cross = (from: string, to: string, cls: 0 | 1, ...flits: readonly bigint[]): void => {
    script.add(from, `inject${cls}`, ...flits).add(to, `deliver${cls}`, ...flits)
  }
  const acknowledgement = (address: bigint, bytes: bigint): bigint =>
    flit(0x0ff250c183n, (4n << 96n) | (address << 64n) | (1n << 32n) | bytes)

  begin(0x94n, 0x1000n, 5n, 0n)
  script.load('a', 'command', 0x1000)
  cross('a', 'b', 0, flit(0x01f060c943n, 0x2_00003000_1716151413121110n))
  script.store('b', 'receive', 0x3000, 0x1413121110n, 0x1f)
  cross('b', 'a', 1, acknowledgement(0x3000n, 5n))
  script.commit('a', { kind: 'commandFinished' })

  begin(0x94n, 0x1006n, 5n, 1n)
  script.load('a', 'command', 0x1000)
  cross('a', 'b', 0, flit(0x0c0060c943n, 0x2_00003001_1716151413121110n))
  cross('a', 'b', 0, flit(0x007060c943n, 0x2_00003003_1f1e1d1c1b1a1918n))
  script.store('b', 'receive', 0x3000, 0x171600n, 0x06)
  script.store('b', 'receive', 0x3000, 0x1a1918_000000n, 0x38)
  cross('b', 'a', 1, acknowledgement(0x3001n, 2n), acknowledgement(0x3003n, 3n))
  script.commit('a', { kind: 'commandFinished' })

  begin(0x94n, 0x100fn, 20n, 1n)
  script.load('a', 'command', 0x1000).load('a', 'command', 0x1010).load('a', 'command', 0x1020)
  cross(
    'a',
    'b',
    0,
    flit(0x220060c943n, 0x2_00003001_0000000000000003n),
    flit(0x2ff1f1e1d1n, 0xc1b1a1918_1716151413121110n),
    flit(0x2ff2f2e2d2n, 0xc2b2a2928_2726252423222120n),
    flit(0x0ff0000000n, 0x000000000_0000000000323130n),
  )
  script.store('b', 'receive', 0x3000, 0x2d2c2b2a2928_2726_2524232221201f_00n, 0xfffe)
  script.store('b', 'receive', 0x3010, 0x323130_2f2en, 0x1f)
  cross('b', 'a', 1, acknowledgement(0x3001n, 20n))
  script.commit('a', { kind: 'commandFinished' })

  begin(0x93n, 0x5003n, 16n, 5n)
  cross('a', 'b', 0, flit(0x0ff060c943n, 0x0_00003005_0000001000005003n))
  script.load('b', 'response', 0x3000).load('b', 'response', 0x3010)
  cross(
    'b',
    'a',
    1,
    flit(0x24a250c183n, 0x1_00005003_0000000000000002n),
    flit(0x2ff2d2c2b2n, 0xa29282726_2524232221201f10n),
    flit(0x0ff0000000n, 0x000000000_000000323130_2f2en),
  )
  script.store('a', 'readData', 0x5000, 0x2f2e2d2c2b2a2928_2726252423_000000n, 0xfff8)
  script.store('a', 'readData', 0x5010, 0x323130n, 0x0007)
  script.commit('a', { kind: 'commandFinished' })
  script.read('a', registers.COMMAND, BigInt(errorCodes.NONE))
  return script
}
