/** Software that took a tile over. Source: services section 7.5. */
import { endpointRegister, errorName, opcodes, registers } from '#layout'
import { activityOperations, codes, encodeRequest, exitCall, muxEps, selectors, systemCalls } from '#kernel'
import type { Context } from '../runtime/context.ts'
import type { Program } from '../runtime/program.ts'

const usualRounds = 1000
/** Bytes of memory from which commands take their data. */
const playgroundBytes = 4096

/** Opcodes, with some that do not exist. */
const operations: readonly (readonly [string, number])[] = [
  ...Object.entries(opcodes).filter(([name]) => name !== 'idle'),
  ['an opcode that does not exist', 13],
  ['another one', 15],
]

/** Issues every TCU command with random arguments, writes to every register, and says what was refused. */
export const attacker: Program = {
  name: 'attacker',
  summary:
    'issues every TCU command with random arguments, as often as its argument says (1000), and counts the refusals',
  main: async (context) => {
    const rounds = Number(context.args[0] ?? usualRounds)
    const playground = context.allocate(playgroundBytes, playgroundBytes)
    const refusals = new Map<string, number>()
    for (let round = 0; round < rounds; round++) {
      await prepare(context, playground)
      const { tile, tcu } = context
      const [name, op] = operations[tile.random(operations.length)] as (typeof operations)[number]
      const argument = [0xffff, tile.random(140), tile.random(0x1000), tile.random(0x1_0000)][tile.random(4)] as number
      const error = await tcu.command(op, anyEndpoint(context), argument)
      const what = `${name}: ${errorName(error)}`
      refusals.set(what, (refusals.get(what) ?? 0) + 1)
    }
    await context.print(`${rounds} commands with random arguments`)
    for (const [what, count] of [...refusals].sort(([a], [b]) => (a < b ? -1 : 1)))
      await context.print(`${what} ${count}`)
    return codes.Success
  },
}

/** Registers and memory with anything in them. */
const prepare = async ({ tile }: Context, playground: number): Promise<void> => {
  if (tile.random(3) === 0) await tile.writeRegister(anyRegister(tile), anyWord(tile, playground))
  tile.writeMemory(playground, anyMessage(tile))
  await tile.writeRegister(registers.DATA_ADDR, tile.random(4) === 0 ? anyWord(tile, playground) : BigInt(playground))
  await tile.writeRegister(
    registers.DATA_SIZE,
    tile.random(8) === 0 ? anyWord(tile, playground) : BigInt(tile.random(300)),
  )
  await tile.writeRegister(registers.ARG1, anyWord(tile, playground))
}

const anyEndpoint = (context: Context): number => {
  const { tile } = context
  const known = [muxEps.toKernel, muxEps.sideCalls, context.standardEp('systemCall'), context.standardEp('upcall')]
  return tile.random(2) === 0 ? tile.random(140) : (known[tile.random(known.length)] as number)
}

type Tile = Context['tile']

/** Those included that only the kernel may write. */
const anyRegister = (tile: Tile): number =>
  [registers.FEATURES, registers.EXT_CMD, endpointRegister(tile.random(128), tile.random(3))][tile.random(3)] as number

const anyWord = (tile: Tile, playground: number): bigint =>
  [
    BigInt(tile.random(256)),
    BigInt(tile.random(2 ** 31)) << BigInt(tile.random(33)),
    BigInt(playground) + BigInt(tile.random(512) * 16),
    (1n << 64n) - 1n,
  ][tile.random(4)] as bigint

/** Requests that the kernel would obey if they came from somebody else. */
const anyMessage = (tile: Tile): Uint8Array => {
  const range = { start: tile.random(100), count: tile.random(100) }
  const messages = [
    exitCall.encode({ activity: tile.random(8), status: 0 }),
    encodeRequest(systemCalls.revoke, { act: tile.random(4), range, own: true }),
    encodeRequest(systemCalls.actCtrl, { act: 3 + tile.random(8), op: activityOperations.stop, arg: 0 }),
    encodeRequest(systemCalls.createMgate, {
      ...{ dst: tile.random(100), act: tile.random(8), address: 0x1000_0000, size: 4096, permissions: 3 },
    }),
    encodeRequest(systemCalls.activate, {
      ...{ ep: tile.random(100), gate: tile.random(100), bufferMemory: selectors.invalid, bufferOffset: 0 },
    }),
  ]
  return messages[tile.random(messages.length)] as Uint8Array
}
