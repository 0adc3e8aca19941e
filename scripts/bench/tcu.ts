/**
 * Cycles of the TCU's commands on the generated RTL: from the write of COMMAND to the first cycle in which it shows op 0. Two
 * tiles at one router, no other traffic. The reference figures are those of TCU 2.0.1, section 11.2.
 */
import { commit, decode, memoryOffset, registers, type SystemDescription } from '#layout'
import type { StepRecord, TileProgram } from '#model'
import { createRtlPlatform } from '#sim/cosim'
import * as tcu from '../../test/support/tcu-driver.ts'
import { cyclesRow, median, type Row } from './row.ts'

const system: SystemDescription = {
  name: 'soc_bench',
  chip: 0,
  columns: 1,
  rows: 1,
  clockHz: 100_000_000,
  sendTimeoutCycles: 100_000,
  modules: [
    { kind: 'compute', name: 'a', mod: 0, memoryBase: memoryOffset, memoryBytes: 64 * 1024, role: 'kernel' },
    { kind: 'compute', name: 'b', mod: 1, memoryBase: memoryOffset, memoryBytes: 64 * 1024, role: 'user' },
  ],
}

const rounds = 5
const buffer = memoryOffset
const region = { address: memoryOffset + 0x8000, size: 0x8000 }
const ep = { memory: 8, send: 9, toUs: 10, replies: 11, repliesToUs: 16 } as const

interface Measured {
  readonly name: string
  readonly reference: number
  readonly budget: number
}

const transfers: readonly (Measured & { readonly op: 'read' | 'write'; readonly bytes: number })[] = [
  { name: 'READ 16 B', op: 'read', bytes: 16, reference: 28, budget: 15 },
  { name: 'READ 512 B', op: 'read', bytes: 512, reference: 59, budget: 46 },
  { name: 'READ 16 KiB', op: 'read', bytes: 16 * 1024, reference: 1237, budget: 1060 },
  { name: 'WRITE 16 B', op: 'write', bytes: 16, reference: 25, budget: 14 },
  { name: 'WRITE 512 B', op: 'write', bytes: 512, reference: 56, budget: 46 },
  { name: 'WRITE 16 KiB', op: 'write', bytes: 16 * 1024, reference: 1234, budget: 1060 },
]

const others = {
  send: { name: 'SEND 16 B', reference: 44, budget: 20 },
  reply: { name: 'REPLY 16 B', reference: 46, budget: 22 },
  fetch: { name: 'FETCH_MSG hit', reference: 14, budget: 4 },
  acknowledge: { name: 'ACK_MSG', reference: 12, budget: 4 },
  error: { name: 'early error', reference: 9, budget: 4 },
} as const satisfies Readonly<Record<string, Measured>>

/** Runs everything once per round; says which command comes next before it starts it. */
const program =
  (next: (measured: Measured | undefined) => void): TileProgram =>
  async (tile) => {
    const target = 1
    const own = tile.id
    const expectNone = (error: string): void => {
      if (error !== 'NONE') throw new Error(`a measured command ended with ${error}`)
    }
    await tcu.writeEp(tile, ep.memory, tcu.memoryEp({ target, ...region }))
    await tcu.writeEp(tile, ep.send, tcu.sendEp({ target: own, ep: ep.toUs, credits: 1, messageOrder: 6 }))
    await tcu.writeEp(
      tile,
      ep.toUs,
      tcu.receiveEp({ buffer: memoryOffset + 0x4000, slotsOrder: 1, slotOrder: 6, replyEps: ep.repliesToUs }),
    )
    await tcu.writeEp(tile, ep.replies, tcu.receiveEp({ buffer: memoryOffset + 0x6000, slotsOrder: 1, slotOrder: 6 }))
    const message = { address: buffer, bytes: 16 }
    for (let round = 0; round < rounds; round++) {
      for (const transfer of transfers) {
        next(transfer)
        expectNone(await tcu[transfer.op](tile, ep.memory, { address: buffer, bytes: transfer.bytes }))
      }
      next(others.send)
      expectNone(await tcu.send(tile, ep.send, message, { ep: ep.replies }))
      next(others.fetch)
      const request = await tcu.fetch(tile, ep.toUs)
      next(others.reply)
      expectNone(await tcu.reply(tile, ep.toUs, request ?? 0, message))
      next(undefined)
      const answer = await tcu.fetch(tile, ep.replies)
      next(others.acknowledge)
      expectNone(await tcu.acknowledge(tile, ep.replies, answer ?? 0))
      next(others.error)
      await tcu.read(tile, ep.send, message)
    }
  }

/** The group `tcu`. */
export const benchTcu = async (): Promise<readonly Row[]> => {
  const order: (Measured | undefined)[] = []
  const steps: StepRecord[] = []
  await using platform = await createRtlPlatform(system, { seed: 1 })
  await platform.run(new Map([['a', program((measured) => order.push(measured))]]), {
    limitCycles: 1_000_000,
    start: 'all',
    until: 'all',
    onStep: (step) => {
      if (step.module === 'a' && step.probe === 'commit') steps.push(step)
    },
  })
  // Cycles of each command by the cycle of its start: the last step of a command is its end, and COMMAND shows it a cycle later.
  const ends = new Map<number, number>()
  let begun = 0
  for (const { cycle, bits } of steps) {
    const { kind, address } = decode(commit, bits)
    if (kind === 'coreWrite' && address === registers.COMMAND) begun = cycle
    if (kind === 'commandChecked' || kind === 'commandFinished') ends.set(begun, cycle + 1 - begun)
  }
  const cycles = [...ends.values()]
  const taken = new Map<Measured, number[]>()
  order.forEach((measured, index) => {
    if (measured) taken.set(measured, [...(taken.get(measured) ?? []), cycles[index] ?? Number.NaN])
  })
  return [...taken].map(([{ name, reference, budget }, values]) => cyclesRow(name, median(values), reference, budget))
}
