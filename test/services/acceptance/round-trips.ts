/** Acceptance workload A1 of services section 7.4, for any platform. */
import { expect, test } from 'vitest'
import { defaultSystem, memoryOffset, registers } from '../../../src/layout/index.ts'
import { nocIdOf } from '../../../src/kernel/index.ts'
import type { Tile, TileProgram } from '../../../src/model/index.ts'
import * as tcu from '../../support/tcu-driver.ts'
import { runAsRoot } from '../run-programs.ts'
import type { Opened } from './opened.ts'

const nanosecondsPerCycle = 10
const rounds = 20
/** A program looks at an endpoint every few cycles, so an answer may be seen that much later. */
const lookCycles = 12

const cycleOf = async (tile: Tile): Promise<number> =>
  Number(await tile.readRegister(registers.CUR_TIME)) / nanosecondsPerCycle

const spread = (values: readonly number[]): number => Math.max(...values) - Math.min(...values)

const ep = { requests: 8, answers: 9, toServer: 10, replies: 16 } as const
const message = { address: memoryOffset, bytes: 8 }

/** The column and the row of a module's router. NoC section 1.1. */
const routerOf = (mod: number): readonly [number, number] => [mod >> 5, (mod >> 2) & 7]

/** Round trips between two tiles without a kernel: cycles of each. */
const roundTrips = async (client: string, server: string, open: Opened): Promise<readonly number[]> => {
  const taken: number[] = []
  const target = defaultSystem.modules.find(({ name }) => name === server)
  if (target === undefined) throw new Error(`there is no module '${server}'`)
  const receive = (buffer: number, replyEps?: number) =>
    tcu.receiveEp({ buffer, slotsOrder: 0, slotOrder: 6, ...(replyEps === undefined ? {} : { replyEps }) })
  const ask: TileProgram = async (tile) => {
    await tcu.writeEp(tile, ep.answers, receive(memoryOffset + 0x1000))
    const words = tcu.sendEp({ target: nocIdOf(defaultSystem, target), ep: ep.requests, credits: 1, messageOrder: 6 })
    await tcu.writeEp(tile, ep.toServer, words)
    await tile.wait(500)
    for (let round = 0; round < rounds; round++) {
      const start = await cycleOf(tile)
      if ((await tcu.send(tile, ep.toServer, message, { ep: ep.answers })) !== 'NONE') throw new Error('SEND failed')
      const answer = await tcu.awaitMessage(tile, ep.answers)
      taken.push((await cycleOf(tile)) - start)
      await tcu.acknowledge(tile, ep.answers, answer)
    }
  }
  const answer: TileProgram = async (tile) => {
    await tcu.writeEp(tile, ep.requests, receive(memoryOffset + 0x1000, ep.replies))
    for (let round = 0; round < rounds; round++)
      await tcu.reply(tile, ep.requests, await tcu.awaitMessage(tile, ep.requests), message)
  }
  await using platform = await open(defaultSystem)
  await platform.run(
    new Map([
      [client, ask],
      [server, answer],
    ]),
    { limitCycles: 100_000, start: 'all', until: 'all' },
  )
  return taken
}

export const roundTripSuite = (open: Opened, timeout: number, platform?: Opened): void => {
  test('A1: every null system call takes as many cycles as the others', { timeout }, async () => {
    const taken: number[] = []

    const { exits } = await runAsRoot(
      async ({ tile, calls }) => {
        for (let round = 0; round < rounds; round++) {
          const start = await cycleOf(tile)
          await calls.noop()
          taken.push((await cycleOf(tile)) - start)
        }
      },
      {},
      { platform },
    )

    expect(exits.get('root')).toBe(0)
    expect(taken).toHaveLength(rounds)
    expect(Math.min(...taken)).toBeGreaterThan(20)
    expect(spread(taken.slice(1))).toBeLessThanOrEqual(2 * lookCycles)
  })

  test(
    'A1: a round trip takes the same cycles each time, and a hop more costs a few at most',
    { timeout },
    async () => {
      const users = defaultSystem.modules.filter(({ kind }) => kind === 'compute')
      const measured = new Map<number, number[]>()
      const spreads: number[] = []
      const [client] = users
      for (const server of users.slice(1)) {
        const [[x, y], [otherX, otherY]] = [routerOf(client?.mod ?? 0), routerOf(server.mod)]
        const hops = Math.abs(x - otherX) + Math.abs(y - otherY)
        const taken = await roundTrips(client?.name ?? '', server.name, open)
        spreads.push(spread(taken))
        measured.set(hops, [...(measured.get(hops) ?? []), Math.min(...taken)])
      }

      expect(Math.max(...spreads)).toBeLessThanOrEqual(2 * lookCycles)
      const [near, far] = [1, 2].map((hops) => Math.min(...(measured.get(hops) ?? [])))
      expect(measured.size).toBe(2)
      // One hop more, there and back, costs a few cycles, seen with the coarseness of the looks of both programs.
      expect(Math.abs((far as number) - (near as number))).toBeLessThanOrEqual(2 * lookCycles)
    },
  )
}
