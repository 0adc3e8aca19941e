/** T-13: the bridge in hardware and the host's software, with a channel between them that loses, doubles, reorders, damages and cuts. */
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { encodeFrame, flitToBytes, type Packet } from '#host-link'
import { decode, field, headFlit, hostId, hostRegisters, modeClass, modes, withField } from '#layout'
import { randomNumbers } from '../lib/support/bench.ts'
import { head, packet } from '../noc/support/packets.ts'
import { bridgeId, type Harm, LinkBench, smallBridge } from './support/link-bench.ts'

const long = process.env['TESSERA_LONG'] === '1'

const harm: fc.Arbitrary<Harm> = fc.oneof(
  { weight: 4, arbitrary: fc.constant<Harm>({ kind: 'pass' }) },
  fc.constantFrom<Harm[]>({ kind: 'lose' }, { kind: 'double' }, { kind: 'later' }),
  fc.record({ kind: fc.constantFrom('damage' as const, 'cut' as const), place: fc.nat(1000) }),
)
const harms = fc.array(harm, { maxLength: 24 })

/** Class and continuation flits of a packet. */
const plans = fc.array(fc.record({ isResponse: fc.boolean(), lines: fc.oneof(fc.constant(0), fc.nat(36)) }), {
  maxLength: 10,
})
type Plans = readonly { readonly isResponse: boolean; readonly lines: number }[]

/** Packets with a number each, in their address; none is cut: messages, and answers of up to 32 lines. */
const packetsOf = (list: Plans, ids: Partial<Parameters<typeof packet>[0]>): Packet[] =>
  list.map(({ isResponse, lines }, number) =>
    packet(
      { ...ids, mode: isResponse ? modes.READ_RSP : modes.TCU_MSG, address: number, data0: BigInt(number) },
      isResponse ? Math.min(32, lines) : lines,
      BigInt(number),
    ),
  )

const stamped = (one: Packet): Packet => [
  withField(headFlit, 'sourceChip', withField(headFlit, 'sourceMod', one[0]!, bridgeId.mod), hostId.chip),
  ...one.slice(1),
]
const classOf = (one: Packet): number => modeClass[field(headFlit, 'mode', one[0]!)] ?? 0
const numberOf = (one: Packet): number => field(headFlit, 'address', one[0]!)
const ofClass = (list: readonly Packet[], index: number) => list.filter((one) => classOf(one) === index)
const toBoard = { targetChip: bridgeId.chip, targetMod: 0x24 }
const toHost = { targetChip: hostId.chip, targetMod: hostId.mod }

/** The network never waited longer than a full buffer may make it, and the flits that are then taken. */
const longestAllowed = ({ fullMicroseconds }: typeof smallBridge): number => 1.5 * fullMicroseconds + 100

/** A register of the bridge, as the network reads it. */
const readRegister = async (bench: LinkBench, offset: number): Promise<bigint> => {
  const before = bench.network[1].packets.length
  const asked = { targetChip: bridgeId.chip, targetMod: bridgeId.mod, sourceMod: 0x06, sourceChip: bridgeId.chip }
  bench.offered[0].push(
    head({ ...asked, mode: modes.READ_REQ, address: hostRegisters.base + offset, data0: (8n << 32n) | 0x77n }),
  )
  const isAnswer = (one: Packet) => field(headFlit, 'address', one[0]!) === 0x77
  await bench.run(20_000, () => bench.network[1].packets.slice(before).some(isAnswer))
  const answer = bench.network[1].packets.splice(before).find(isAnswer)
  return field(headFlit, 'data0', answer![0]!)
}
const at = (name: keyof typeof hostRegisters.registers): number => hostRegisters.registers[name].at

test('packets of the host and to the host arrive exactly once and in order of their class, or are reported', async () => {
  await fc.assert(
    fc.asyncProperty(plans, plans, harms, harms, fc.nat(1000), async (out, back, harmOut, harmBack, seed) => {
      using bench = new LinkBench(smallBridge, harmOut, harmBack)
      const random = randomNumbers(seed)
      bench.takes = () => random() < 0.7
      const received: Packet[] = []
      const downs: string[] = []
      const link = bench.link((one) => received.push(one), downs, 1 + (seed % 255))
      const sent = packetsOf(out, { ...toBoard, sourceMod: 0x99 })
      const offered = packetsOf(back, toHost)
      const fates: ('arrived' | 'failed' | undefined)[] = sent.map(() => undefined)

      let opened: boolean | undefined
      void link.open().then(
        () => (opened = true),
        () => (opened = false),
      )
      await bench.run(100_000, () => opened !== undefined)
      expect(opened).toBe(true)
      sent.forEach((one, index) => {
        link.send(one).then(
          () => (fates[index] = 'arrived'),
          () => (fates[index] = 'failed'),
        )
      })
      for (const one of offered) bench.offered[classOf(one) as 0 | 1].push(...one)
      const settled = () =>
        fates.every((fate) => fate !== undefined) &&
        (downs.length > 0 || received.length + bench.counter('link_down') >= offered.length) &&
        bench.offered.every((flits) => flits.length === 0)
      await bench.run(200_000, settled)
      await bench.run(3000)

      expect(settled()).toBe(true)
      for (const index of [0, 1] as const) {
        const entered = bench.network[index].packets
        const numbers = entered.map(numberOf)
        const mine = ofClass(sent, index)
        expect(bench.network[index].open).toEqual([])
        // Nothing twice, nothing out of order, nothing changed but the source.
        expect(numbers).toEqual([...new Set(numbers)].sort((one, other) => one - other))
        for (const one of entered) expect(one).toEqual(stamped(sent[numberOf(one)]!))
        for (const one of mine) if (fates[numberOf(one)] === 'arrived') expect(numbers).toContain(numberOf(one))
        const came = ofClass(received, index)
        const cameNumbers = came.map(numberOf)
        expect(cameNumbers).toEqual([...new Set(cameNumbers)].sort((one, other) => one - other))
        for (const one of came) expect(one).toEqual(offered[numberOf(one)])
      }
      const lost = Number(await readRegister(bench, at('LINK_DOWN')))
      expect(received.length + lost).toBeGreaterThanOrEqual(offered.length)
      if (downs.length === 0) expect(received.length + lost).toBe(offered.length)
      expect(bench.longestWait).toBeLessThan(longestAllowed(smallBridge))
    }),
    { seed: 11, numRuns: long ? 300 : 12 },
  )
})

test('when the cable is cut at any moment, what is not acknowledged is reported, and a new session begins', async () => {
  await fc.assert(
    fc.asyncProperty(plans, plans, fc.nat(3000), async (out, back, moment) => {
      using bench = new LinkBench(smallBridge)
      const received: Packet[] = []
      const downs: string[] = []
      const link = bench.link((one) => received.push(one), downs)
      const sent = packetsOf(out, toBoard)
      const offered = packetsOf(back, toHost)
      let ups = 0
      void link.open().then(() => ups++)
      await bench.run(1000, () => ups === 1)
      const failed: number[] = []
      let arrived = 0
      for (const one of sent)
        link.send(one).then(
          () => arrived++,
          () => failed.push(numberOf(one)),
        )
      for (const one of offered) bench.offered[classOf(one) as 0 | 1].push(...one)

      await bench.run(moment)
      bench.connected = false
      // 16 times 2 ms at the board, 16 times 4 ms at the host.
      await bench.run(90_000, () => bench.sim.io.up.value === 0 && arrived + failed.length === sent.length)
      await bench.run(3000, () => bench.offered.every((flits) => flits.length === 0))
      const lost = Number(await readRegister(bench, at('LINK_DOWN')))
      bench.connected = true
      void link.open().then(() => ups++)
      await bench.run(40_000, () => ups === 2)
      let last = false
      void link.send(packet({ ...toBoard, mode: modes.TCU_MSG, address: 999 }, 3)).then(() => (last = true))
      await bench.run(3000, () => last && bench.network[0].packets.some((one) => numberOf(one) === 999))

      expect(bench.offered).toEqual([[], []])
      expect(arrived + failed.length).toBe(sent.length)
      expect(received.length + lost).toBeGreaterThanOrEqual(offered.length)
      expect([ups, last, numberOf(bench.network[0].packets.at(-1)!)]).toEqual([2, true, 999])
      for (const index of [0, 1] as const) {
        const numbers = bench.network[index].packets.map(numberOf).filter((number) => number !== 999)
        expect(numbers).toEqual([...new Set(numbers)].sort((one, other) => one - other))
        const missing = ofClass(sent, index)
          .map(numberOf)
          .filter((number) => !numbers.includes(number))
        expect(missing.filter((number) => !failed.includes(number))).toEqual([])
        for (const one of bench.network[index].packets)
          if (numberOf(one) !== 999) expect(one).toEqual(stamped(sent[numberOf(one)]!))
      }
      expect(bench.longestWait).toBeLessThan(longestAllowed(smallBridge))
    }),
    { seed: 12, numRuns: long ? 100 : 2 },
  )
})

describe('a frame that is cut', () => {
  test('at every byte leaves nothing behind, and the next one is taken', async () => {
    using bench = new LinkBench(smallBridge)
    const link = bench.link(() => undefined)
    void link.open()
    await bench.run(500, () => link.state === 'up')
    const one = packet({ ...toBoard, mode: modes.TCU_MSG, address: 1 }, 2)
    // The session of this link begins with 129: half way round from 1.
    const bytes = encodeFrame({ type: 'data', seq: 129, ack: 129, window: 400, flits: one })
    for (let length = 1; length < bytes.length; length++) bench.inject(bytes.slice(0, length))
    await bench.run(6000, () => bench.idle)

    expect(bench.network[0].packets).toEqual([])
    expect(await readRegister(bench, at('DROP_LENGTH'))).toBe(BigInt(bytes.length - 1))
    bench.inject(bytes)
    await bench.run(400)
    expect(bench.network[0].packets).toEqual([stamped(one)])
  })
})

test('any bytes from the host leave the network with whole, legal packets, and the link as it was', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.oneof(
          fc.uint8Array({ minLength: 1, maxLength: 60 }),
          // Right frames with flits of any kind.
          fc.array(fc.bigInt({ min: 0n, max: (1n << 138n) - 1n }), { maxLength: 20 }),
          // Packets that do not have the length that they announce.
          fc
            .tuple(fc.nat(15), fc.nat(40), fc.nat(70))
            .map(([mode, follows, announced]) => packet({ ...toBoard, mode }, follows, 1n, announced)),
        ),
        { maxLength: 12 },
      ),
      async (items) => {
        using bench = new LinkBench(smallBridge)
        const link = bench.link(() => undefined)
        void link.open()
        await bench.run(500, () => link.state === 'up')
        let seq = 129
        for (const item of items) {
          if (item instanceof Uint8Array) bench.inject(item)
          else {
            for (let from = 0; from < Math.max(1, item.length); from += 20)
              bench.inject(
                encodeFrame({ type: 'data', seq: seq++, ack: 129, window: 400, flits: item.slice(from, from + 20) }),
              )
            await bench.run(3000, () => bench.idle)
          }
        }
        await bench.run(4000)

        for (const { packets, open } of bench.network) {
          expect(open).toEqual([])
          for (const one of packets) {
            const { mode, burst, data0, sourceChip, sourceMod, arq } = decode(headFlit, one[0]!)
            expect([sourceChip, sourceMod, arq]).toEqual([hostId.chip, bridgeId.mod, 0])
            expect(one.length).toBe(burst === 1 ? 1 + Number(data0 & 0x1fffn) : 1)
            expect(one.length).toBeLessThanOrEqual(mode === 1 || mode === 2 ? 33 : 40)
          }
        }
        expect(bench.network[0].packets.every((one) => classOf(one) === 0)).toBe(true)
        expect(bench.network[1].packets.every((one) => classOf(one) === 1)).toBe(true)
        // A new session works as ever.
        let ups = 0
        void link.open().then(() => ups++)
        await bench.run(9000, () => ups === 1)
        let arrived = false
        void link.send(packet({ ...toBoard, mode: modes.TCU_MSG, address: 999 }, 3)).then(() => (arrived = true))
        await bench.run(9000, () => arrived && bench.network[0].packets.some((one) => numberOf(one) === 999))
        expect([arrived, bench.network[0].packets.filter((one) => numberOf(one) === 999).length]).toEqual([true, 1])
      },
    ),
    { seed: 13, numRuns: long ? 400 : 25 },
  )
})

test('raw datagrams carry legal traffic both ways, and complete packets only', async () => {
  const raw = { ...smallBridge, format: 'rawDatagrams' as const }
  await fc.assert(
    fc.asyncProperty(plans, plans, async (out, back) => {
      using bench = new LinkBench(raw)
      const datagrams: Uint8Array[] = []
      const transport = bench.transport()
      transport.onBytes((bytes) => datagrams.push(bytes))
      const sent = packetsOf(out, toBoard)
      const offered = packetsOf(back, toHost)
      for (const one of offered) bench.offered[classOf(one) as 0 | 1].push(...one)
      for (const one of sent) {
        transport.write(Uint8Array.from(one.flatMap((flit) => [...flitToBytes(flit)])))
        await bench.run(1000, () => bench.idle)
      }
      // A packet without its end, and a datagram of a wrong length.
      transport.write(
        Uint8Array.from(
          packet(toBoard, 5)
            .slice(0, 3)
            .flatMap((flit) => [...flitToBytes(flit)]),
        ),
      )
      await bench.run(20_000, () => bench.idle && bench.offered.every((flits) => flits.length === 0))
      await bench.run(2000)
      transport.write(new Uint8Array(19))
      await bench.run(2000)

      for (const index of [0, 1] as const)
        expect(bench.network[index].packets).toEqual(ofClass(sent, index).map(stamped))
      expect(await readRegister(bench, at('INCOMPLETE'))).toBe(1n)
      expect(await readRegister(bench, at('DROP_LENGTH'))).toBe(1n)
      const flits = datagrams.flatMap((bytes) => {
        expect(bytes.length % 18).toBe(0)
        expect(bytes.length).toBeLessThanOrEqual(80 * 18)
        return Array.from({ length: bytes.length / 18 }, (_, index) => bytes.subarray(18 * index, 18 * index + 18))
      })
      const hexOf = (list: readonly Uint8Array[]) => list.map((bytes) => Buffer.from(bytes).toString('hex')).sort()
      expect(hexOf(flits)).toEqual(hexOf(offered.flat().map((flit) => flitToBytes(flit))))
    }),
    { seed: 14, numRuns: long ? 60 : 4 },
  )
})
