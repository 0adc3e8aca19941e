/** T-15 of NoC section 14: the registers of routers, section 10.9, read and written through a network. */
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { errorCodes, field, headFlit, hostId, modes, type SystemDescription } from '#layout'
import { planNetwork } from '#topology'
import { randomNumbers } from '../lib/support/bench.ts'
import { body, head, packet } from './support/packets.ts'
import { readOf, registerBench, writeOf } from './support/register-bench.ts'
import { modAt } from './support/systems.ts'

const compute = (name: string, mod: number, role: 'kernel' | 'user') =>
  ({ kind: 'compute', name, mod, memoryBase: 0, memoryBytes: 4096, role }) as const

/** Two routers. The host and a user are at the left one, the kernel and two users at the right one. */
const system: SystemDescription = {
  name: 'registers',
  chip: 0,
  columns: 2,
  rows: 1,
  clockHz: 100_000_000,
  sendTimeoutCycles: 0,
  modules: [
    { kind: 'host', name: 'host', mod: modAt(0, 0, 0) },
    compute('user', modAt(0, 0, 1), 'user'),
    compute('kernel', modAt(1, 0, 0), 'kernel'),
    compute('near', modAt(1, 0, 1), 'user'),
    compute('sink', modAt(1, 0, 2), 'user'),
  ],
  network: { rateLimit: { flits: 256, burst: 1000 } },
}
const [host, user, kernel, near, sink] = [0, 1, 2, 3, 4] as const
const mods = system.modules.map(({ mod }) => mod)
const plan = planNetwork(system)
const [left, right] = plan.routers as unknown as [(typeof plan.routers)[0], (typeof plan.routers)[0]]
const [atLeft, atRight] = [modAt(0, 0, 3), modAt(1, 0, 3)]
const portFrom = (router: typeof left, module: number): number =>
  router.inputs.findIndex(({ peer }) => peer.kind === 'module' && peer.module === module)
const portTo = (router: typeof left, module: number): number =>
  router.outputs.findIndex(({ peer }) => peer.kind === 'module' && peer.module === module)

const [ID, SHAPE, CONTROL, PORTS, FLITS, WAITS, CLASSES] = [0, 8, 0x10, 0x18, 0x100, 0x180, 0x200]
const [ERRORS, WEIGHT, RATE] = [0x300, 0x400, 0xc00]
const weightAt = (output: number, input: number): number => WEIGHT + 8 * (16 * output + input)

const bench = registerBench(system)
const { read, write, send, run, got } = bench
afterAll(() => bench[Symbol.dispose]())
beforeEach(() => bench.reset())

/** Four counters of 16 bits of a word of ERRORS. */
const errorsOf = (at: number, word: number): number[] => {
  const value = read(host, at, ERRORS + 8 * word)
  return [0n, 16n, 32n, 48n].map((shift) => Number((value >> shift) & 0xffffn))
}

describe('everybody reads', () => {
  test.each([
    ['the host', host],
    ['a user', user],
    ['the kernel', kernel],
  ])('what a router is: %s', (_, from) => {
    expect([atLeft, atRight].map((mod) => read(from, mod, ID))).toEqual(Array(2).fill((1n << 32n) | 0x4e4f_4331n))
    expect([atLeft, atRight].map((mod) => read(from, mod, SHAPE))).toEqual(
      // Policy sourceWeighted, one cycle, depth 8, one channel per class, two classes, and the ports.
      plan.routers.map(({ inputs }) => 0x01_01_08_01_02_00n | BigInt(inputs.length)),
    )
  })

  test('the flits of every port and class, in every cycle that counters run', () => {
    write(host, atRight, CONTROL, 3n)
    run(100)
    for (let number = 0; number < 5; number++) send(near, packet({ targetMod: mods[sink]!, mode: modes.TCU_MSG }, 3))
    run(60)

    expect(read(host, atRight, FLITS + 8 * portFrom(right, near))).toBe(20n)
    expect(read(host, atRight, FLITS + 8 * portFrom(right, kernel))).toBe(0n)
    const requests = read(host, atRight, CLASSES)
    const answers = read(host, atRight, CLASSES + 8)
    // The requests of this test: its writes and reads are served by the window, which is at the router too.
    expect(requests).toBeGreaterThanOrEqual(20n)
    expect(requests).toBeLessThan(30n)
    expect(answers).toBeGreaterThan(0n)
    expect(answers).toBeLessThan(10n)

    write(host, atRight, CONTROL, 0n)
    run(100)
    send(near, packet({ targetMod: mods[sink]!, mode: modes.TCU_MSG }, 3))
    run(60)
    expect(read(host, atRight, FLITS + 8 * portFrom(right, near))).toBe(20n)
    expect(read(host, atRight, CONTROL)).toBe(0n)

    write(host, atRight, CONTROL, 3n)
    run(100)
    expect(read(host, atRight, FLITS + 8 * portFrom(right, near))).toBe(0n)
    expect(read(host, atRight, CONTROL)).toBe(1n)
  })

  test('cycles in which a flit waits, and ports that hold a packet', () => {
    bench.refuses.add(sink)
    for (let number = 0; number < 4; number++) send(near, packet({ targetMod: mods[sink]!, mode: modes.TCU_MSG }, 30))
    run(100)

    const [before, ports] = [read(host, atRight, WAITS + 8 * portFrom(right, near)), read(host, atRight, PORTS)]
    run(300)
    const after = read(host, atRight, WAITS + 8 * portFrom(right, near))

    expect(after - before).toBeGreaterThanOrEqual(300n)
    expect((ports >> BigInt(portTo(right, sink))) & 1n).toBe(1n)
    expect((ports >> BigInt(16 + portFrom(right, near))) & 1n).toBe(1n)
    expect((ports >> BigInt(portTo(right, near))) & 1n).toBe(0n)
    expect(read(host, atRight, WAITS + 8 * portFrom(right, kernel))).toBe(0n)
  })

  test('what the interfaces at the router have counted', () => {
    send(near, packet({ targetMod: mods[sink]!, mode: modes.READ_RSP }, 0))
    for (let number = 0; number < 2; number++) send(near, packet({ targetMod: 0x77, mode: modes.READ_REQ }, 0))
    send(near, [head({ targetMod: mods[sink]!, mode: modes.TCU_MSG, burst: 1, data0: 0n }), body({})])
    send(near, packet({ targetMod: mods[sink]!, mode: modes.TCU_MSG }, 5, 0n, 2))
    for (let number = 0; number < 3; number++)
      send(near, packet({ targetMod: mods[sink]!, mode: modes.TCU_MSG }, 2, 0n, 4))
    run(100)

    // Three words per module, in the order of the network: the kernel's, those of `near`, those of `sink`.
    expect(errorsOf(atRight, 1 + 3)).toEqual([1, 2, 1, 1])
    expect(errorsOf(atRight, 2 + 3)).toEqual([3, 0, 0, 0])
    expect([1, 2, 3, 7, 8, 9].map((word) => errorsOf(atRight, word))).toEqual(Array(6).fill([0, 0, 0, 0]))
  })

  test('0 where there is no register', () => {
    expect([0x20, 0x220, 0xfe0, 0x1ff8].map((offset) => read(host, atLeft, offset))).toEqual([0n, 0n, 0n, 0n])
  })
})

describe('configuration', () => {
  const output = portTo(right, sink)
  const input = portFrom(right, near)

  test('begins with the weights that the plan computes, and with the rates of the description', () => {
    for (const [router, mod] of [
      [left, atLeft],
      [right, atRight],
    ] as const) {
      const weights = router.outputs.map((_, to) => router.inputs.map((_, from) => read(host, mod, weightAt(to, from))))
      expect(weights).toEqual(
        router.outputs.map((_, to) => router.inputs.map((_, from) => BigInt(plan.weight(router.index, from, to)))),
      )
      expect(weights.flat().filter((weight) => weight > 1n).length).toBeGreaterThan(0)
    }
    expect([0, 1, 2].map((at) => read(host, atRight, RATE + 8 * at))).toEqual(Array(3).fill((1000n << 9n) | 256n))
  })

  test.each([
    ['the host', host],
    ['the kernel', kernel],
  ])('is taken from %s', (_, from) => {
    write(from, atRight, weightAt(output, input), 0x1_0042n)
    write(from, atRight, RATE + 8, (77n << 9n) | 33n)
    write(from, atRight, CONTROL, 0n)

    expect(read(user, atRight, weightAt(output, input))).toBe(0x42n)
    expect([0, 1, 2].map((at) => read(user, atRight, RATE + 8 * at) & 0x1ffn)).toEqual([256n, 33n, 256n])
    expect(read(user, atRight, CONTROL)).toBe(0n)
    expect(errorsOf(atRight, 0)).toEqual([0, 0, 0, 0])
  })

  test.each([
    ['a user at the router', near, {}],
    ['a user elsewhere', user, {}],
    ['a user that calls itself the host', user, { sourceMod: hostId.mod, sourceChip: hostId.chip }],
    ['a user that calls itself the kernel', near, { sourceMod: modAt(1, 0, 0) }],
  ])('of %s is ignored and counted', (_, from, ids) => {
    const offsets = [CONTROL, weightAt(output, input), RATE + 8]
    const before = offsets.map((offset) => read(host, atRight, offset))

    for (const offset of offsets)
      send(from, [head({ ...ids, targetMod: atRight, mode: modes.WRITE_POSTED, address: 0xf000_0000 + offset })])
    run(60)

    expect(offsets.map((offset) => read(host, atRight, offset))).toEqual(before)
    expect(errorsOf(atRight, 0)).toEqual([3, 0, 0, 0])
    expect(errorsOf(atLeft, 0)).toEqual([0, 0, 0, 0])
  })

  test('is not in what only tells: writes there change nothing', () => {
    for (const offset of [ID, SHAPE, PORTS, ERRORS]) write(host, atRight, offset, ~0n & 0xffff_ffffn)

    expect(read(host, atRight, ID)).toBe((1n << 32n) | 0x4e4f_4331n)
    expect(read(host, atRight, SHAPE) & 0xffn).toBe(BigInt(right.inputs.length))
    expect(errorsOf(atRight, 0)).toEqual([0, 0, 0, 0])
  })

  test('is one whole word: other requests are dropped and counted, those to memory are refused', () => {
    const address = 0xf000_0000 + CONTROL
    const shared = { targetMod: atRight, address }
    send(host, [head({ ...shared, mode: modes.WRITE_POSTED, bsel: 0x0f })])
    send(host, packet({ ...shared, mode: modes.WRITE_POSTED }, 2))
    send(host, readOf(atRight, CONTROL, 4n))
    send(host, packet({ ...shared, mode: modes.TCU_MSG }, 3))
    run(60)
    const refused = bench.ask(host, [head({ targetMod: atRight, mode: modes.READ_REQ, data0: 8n << 32n })])!

    expect(got(host, 1)).toHaveLength(1)
    expect([field(headFlit, 'mode', refused), field(headFlit, 'data0', refused)]).toEqual([
      modes.ERROR,
      BigInt(errorCodes.TIMEOUT_MEM),
    ])
    expect(read(host, atRight, CONTROL)).toBe(1n)
    expect(errorsOf(atRight, 0)).toEqual([0, 4, 0, 0])
  })
})

describe('what is set has its effect', () => {
  /** Flits at the sink by sender, while `near` and `user` send all the time. */
  const shares = (): number[] => {
    for (let number = 0; number < 150; number++)
      for (const from of [near, user]) send(from, packet({ targetMod: mods[sink]!, mode: modes.TCU_MSG }, 3))
    run(60)
    const before = got(sink, 0).length
    run(400)
    const sources = got(sink, 0)
      .slice(before)
      .map(([first]) => field(headFlit, 'sourceMod', first!))
    return [near, user].map((from) => sources.filter((mod) => mod === mods[from]).length)
  }
  const output = portTo(right, sink)
  const fromLeft = right.inputs.findIndex(({ peer }) => peer.kind === 'router')
  const weights = (ofNear: bigint, ofLeft: bigint): void => {
    write(host, atRight, weightAt(output, portFrom(right, near)), ofNear)
    write(host, atRight, weightAt(output, fromLeft), ofLeft)
  }

  test.each([
    [1n, 1n, 1],
    [3n, 1n, 3],
    [1n, 4n, 1 / 4],
    [0n, 0n, 1],
    [0n, 3n, 1 / 3],
  ])('weights %i and %i: so the two senders share an output', (ofNear, ofLeft, ratio) => {
    weights(ofNear, ofLeft)

    const [first, second] = shares() as [number, number]

    expect(first + second).toBeGreaterThan(95)
    expect(Math.abs(first - ratio * second)).toBeLessThanOrEqual(2 * Math.max(1, ratio) + 2)
  })

  test('a rate: the module then sends as many flits per 256 cycles', () => {
    write(host, atRight, RATE + 8, (4n << 9n) | 32n)
    for (let number = 0; number < 500; number++) send(near, packet({ targetMod: mods[sink]!, mode: modes.TCU_MSG }, 3))
    run(256)
    const before = got(sink, 0).length
    run(1024)

    expect((got(sink, 0).length - before) * 4).toBe(4 * 32)
  })
})

test('no register changes a route, or releases a packet', () => {
  const random = randomNumbers(15)
  // Half a packet: its head holds the output towards the sink.
  const [begin, ...rest] = packet({ targetMod: mods[sink]!, mode: modes.TCU_MSG }, 6)
  send(near, [begin!, rest[0]!])
  run(30)
  send(sink, packet({ targetMod: mods[sink]!, mode: modes.TCU_MSG, address: 7 }, 2))
  const weight = () => read(user, atRight, weightAt(portTo(right, sink), portFrom(right, near)))
  const before = weight()

  // Every word of both windows, but the rates: a rate of 0 stops a module, as it should.
  for (let offset = 0; offset < RATE; offset += 8)
    for (const mod of [atLeft, atRight]) {
      const data = (BigInt(Math.floor(random() * 2 ** 32)) << 32n) | BigInt(Math.floor(random() * 2 ** 32))
      send(offset % 16 === 0 ? host : kernel, writeOf(mod, offset, data))
    }
  run(2500)
  expect(weight()).not.toBe(before)
  expect(got(sink, 0).map((one) => one.length)).toEqual([2])
  send(near, rest.slice(1))
  run(100)

  const stamped = head({
    ...{ targetMod: mods[sink]!, mode: modes.TCU_MSG, burst: 1, data0: 6n },
    sourceMod: mods[near]!,
  })
  expect(got(sink, 0)[0]).toEqual([stamped, ...rest])
  expect(got(sink, 0).map((one) => one.length)).toEqual([7, 3])
  mods.forEach((_, from) =>
    mods.forEach((target) => send(from, packet({ targetMod: target, mode: modes.READ_REQ, address: from }, 0))),
  )
  run(200)
  mods.forEach((_, module) => {
    const arrived = got(module, 0).slice(module === sink ? 2 : 0)
    const sources = arrived.map(([first]) => field(headFlit, 'sourceMod', first!))
    expect(sources.sort((one, other) => one - other)).toEqual([...mods].sort((one, other) => one - other))
  })
})
